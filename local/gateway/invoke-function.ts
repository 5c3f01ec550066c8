import type { InvocationResult } from "../lambda/function.ts";
import type { LambdaIntegration } from "./definition.ts";
import { IntegrationFailure, withinTimeout } from "./integration-failure.ts";
import type { Tools } from "./options.ts";

/** Which function to invoke, and as whom. */
type Target = Pick<LambdaIntegration, "functionArn" | "credentialsArn" | "timeoutMilliseconds">;

/**
 * Invokes a function as API Gateway does: with a role if there is one, else only when a permission
 * of the function allows `sourceArn`.
 *
 * @throws {IntegrationFailure} no such function, no permission, or no answer in time
 */
export async function invokeFunction(
  tools: Tools,
  target: Target,
  sourceArn: string,
  event: object,
): Promise<InvocationResult> {
  const { functionArn, credentialsArn, timeoutMilliseconds } = target;
  const lambda = tools.services.functionByArn(functionArn);
  if (lambda === undefined) throw new IntegrationFailure(`there is no function ${functionArn}`);
  const asked = tools.services.mayInvoke(functionArn, sourceArn, credentialsArn);
  // What is known at once is not waited for: requests that are begun in order are to stay so.
  const isAllowed = typeof asked === "boolean" ? asked : await asked;
  if (!isAllowed) {
    const allowing =
      credentialsArn === undefined
        ? `permission of function ${lambda.name} allows apigateway.amazonaws.com`
        : `policy of ${credentialsArn} allows API Gateway`;
    throw new IntegrationFailure(`no ${allowing} to invoke it from ${sourceArn}`);
  }
  return await withinTimeout(tools.clock, timeoutMilliseconds, lambda.invoke(event));
}

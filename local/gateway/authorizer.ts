import type { InvocationResult } from "../lambda/function.ts";
import { judge, MalformedResultError } from "./authorizer-result.ts";
import type { AuthorizerDefinition } from "./definition.ts";
import { resolve } from "./expressions.ts";
import { failureOf } from "./integration-failure.ts";
import { invokeFunction } from "./invoke-function.ts";
import { authorizerEvent } from "./lambda-event.ts";
import type { Tools } from "./options.ts";
import { MAX_INTEGRATION_TIMEOUT } from "./read-integration.ts";
import { Refusal } from "./refusal.ts";
import type { AuthorizerContext } from "./request-context.ts";
import { sourceScope } from "./request-template.ts";
import type { RouteRequest } from "./route-request.ts";

/**
 * Asks the authorizer of `$connect` (API Gateway Developer Guide, WebSocket Lambda authorizers). An
 * identity source that is missing or empty is a 401 and the function is not called. An error with
 * the message `Unauthorized` is a 401, a policy that does not allow the method a 403, and any other
 * error or result a 500.
 *
 * @throws {Refusal}
 */
export async function authorize(
  tools: Tools,
  authorizer: AuthorizerDefinition,
  request: RouteRequest,
): Promise<AuthorizerContext> {
  const scope = sourceScope(request);
  for (const { expression, source } of authorizer.identitySources) {
    if (!resolve(source, scope)) {
      throw new Refusal(401, `the identity source ${expression} is missing or empty`);
    }
  }
  const begin = tools.clock.now();
  const { api, stage } = request;
  const methodArn = `${api.executionArn}/${stage.name}/$connect`;
  const result = await ask(tools, authorizer, request, methodArn);
  const verdict = verdictOf(authorizer, result, methodArn);
  if (!verdict.allowed)
    throw new Refusal(403, `the policy of ${authorizer.name} does not allow it`);
  return { ...verdict.context, integrationLatency: tools.clock.now() - begin };
}

async function ask(
  tools: Tools,
  authorizer: AuthorizerDefinition,
  request: RouteRequest,
  methodArn: string,
): Promise<unknown> {
  const result = await invoke(tools, authorizer, request, methodArn);
  if (result.ok) return result.payload;
  if (result.errorMessage === "Unauthorized") {
    throw new Refusal(401, `${authorizer.name} answered Unauthorized`);
  }
  throw new Refusal(500, `${authorizer.name} failed: ${result.errorType}`);
}

async function invoke(
  tools: Tools,
  authorizer: AuthorizerDefinition,
  request: RouteRequest,
  methodArn: string,
): Promise<InvocationResult> {
  const sourceArn = `${request.api.executionArn}/authorizers/${authorizer.id}`;
  // AWS does not document a timeout of its own for WebSocket authorizers.
  const target = { ...authorizer, timeoutMilliseconds: MAX_INTEGRATION_TIMEOUT };
  try {
    return await invokeFunction(tools, target, sourceArn, authorizerEvent(request, methodArn));
  } catch (thrown) {
    throw new Refusal(500, `${authorizer.name}: ${failureOf(thrown).message}`);
  }
}

function verdictOf(authorizer: AuthorizerDefinition, result: unknown, methodArn: string) {
  try {
    return judge(result, methodArn);
  } catch (thrown) {
    if (!(thrown instanceof MalformedResultError)) throw thrown;
    throw new Refusal(500, `${authorizer.name} returned a malformed result: ${thrown.message}`);
  }
}

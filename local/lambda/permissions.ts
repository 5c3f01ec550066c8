import { arnPattern, textPattern } from "../iam/pattern.ts";
import { PolicyError } from "../iam/policy-error.ts";
import type { RecordedResource } from "../recording/resource.ts";

const PERMISSION = "aws:lambda/permission:Permission";
const GATEWAY = "apigateway.amazonaws.com";
/** Conditions that AWS makes of these; whether API Gateway sends what they ask for is not known. */
const NOT_EVALUATED = ["eventSourceToken", "principalOrgId", "sourceAccount"];

/** Whether something may invoke a function, from the ARN of where it does so. */
export interface GatewayPermission {
  /** Name or ARN, as the program has it. */
  functionName: string;
  allows(sourceArn: string): boolean;
}

/**
 * The recorded permissions by which API Gateway may invoke functions: each is a statement of the
 * function's resource policy, with `ArnLike` for its source ARN (Lambda Developer Guide, resource-based
 * policies). One for a version or alias does not count: functions are invoked without.
 *
 * @throws {PolicyError} for conditions that are not evaluated
 */
export function gatewayPermissions(resources: readonly RecordedResource[]): GatewayPermission[] {
  return resources.filter(isForGateway).map(({ type, name, inputs }) => {
    const unknown = NOT_EVALUATED.find((property) => inputs[property] !== undefined);
    if (unknown !== undefined) {
      throw new PolicyError(`${type} "${name}": ${unknown}`, "is not evaluated on the laptop");
    }
    const source: string | undefined = inputs["sourceArn"];
    return {
      functionName: inputs["function"],
      allows: source === undefined ? () => true : arnPattern(source),
    };
  });
}

function isForGateway({ type, inputs }: RecordedResource): boolean {
  return (
    type === PERMISSION &&
    [GATEWAY, "*"].includes(inputs["principal"]) &&
    inputs["qualifier"] === undefined &&
    textPattern(String(inputs["action"]).toLowerCase())("lambda:invokefunction")
  );
}

import { LOOPBACK, type RequestContext } from "./condition.ts";
import type { Statement } from "./document.ts";

/** One thing that a call does. */
export interface Need {
  /** As the Service Authorization Reference writes it, for instance `sqs:SendMessage`. */
  action: string;
  /** An ARN. */
  resource: string;
}

/** Who calls, as principals of policies name it. */
export interface Caller {
  /** `arn:…:sts::…:assumed-role/{role}/{session}`, or a service such as `apigateway.amazonaws.com`. */
  arn: string;
  roleArn?: string;
  accountId?: string;
}

export interface Policies {
  identity: readonly Statement[];
  /** Those of the resource that is asked for. */
  resource?: readonly Statement[];
}

/**
 * Decides as IAM does within one account (IAM User Guide, policy evaluation logic): a matching Deny
 * wins; else an Allow of either kind of policy is enough; else the call is denied. An Allow of a
 * resource for the whole account leaves it to the identity's policies.
 *
 * @returns Undefined when the call is allowed; else the reason in IAM's words.
 */
export function decide(
  need: Need,
  caller: Caller,
  { identity, resource = [] }: Policies,
  context: RequestContext = LOOPBACK,
): string | undefined {
  const matching = (statements: readonly Statement[]) =>
    statements.filter((statement) => covers(statement, need, context));
  const ofIdentity = matching(identity);
  const ofResource = matching(resource);
  if (ofIdentity.some(({ allows }) => !allows)) {
    return "with an explicit deny in an identity-based policy";
  }
  if (
    ofResource.some(
      (found) => !found.allows && (names(found, caller) || namesAccount(found, caller)),
    )
  ) {
    return "with an explicit deny in a resource-based policy";
  }
  if (ofIdentity.length > 0 || ofResource.some((found) => found.allows && names(found, caller))) {
    return undefined;
  }
  const kind = caller.roleArn === undefined ? "resource" : "identity";
  return `because no ${kind}-based policy allows the ${wording(need.action)} action`;
}

/** The sentence that AWS answers with (IAM User Guide, access denied error messages). */
export function denialMessage({ action, resource }: Need, caller: Caller, reason: string): string {
  return `User: ${caller.arn} is not authorized to perform: ${wording(action)} on resource: ${resource} ${reason}`;
}

/** SQS writes its actions small (observed, aws/serverless-application-model issue 3633). */
function wording(action: string): string {
  return action.startsWith("sqs:") ? action.toLowerCase() : action;
}

function covers(statement: Statement, { action, resource }: Need, context: RequestContext) {
  return (
    statement.coversAction(action) &&
    statement.coversResource(resource) &&
    statement.conditions.every((holds) => holds(context))
  );
}

/** Whether a statement names the caller itself, or everybody. */
function names({ principals }: Statement, { arn, roleArn }: Caller): boolean {
  return principals.some(({ kind, id }) =>
    kind === "Service" ? id === arn : id === "*" || id === arn || id === roleArn,
  );
}

function namesAccount({ principals }: Statement, { accountId }: Caller): boolean {
  if (accountId === undefined) return false;
  return principals.some(
    ({ kind, id }) =>
      kind === "AWS" &&
      (id === accountId || new RegExp(`^arn:[^:]+:iam::${accountId}:root$`).test(id)),
  );
}

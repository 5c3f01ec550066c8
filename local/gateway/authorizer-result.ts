/** The whole result of an authorizer, in bytes of JSON (API Gateway Developer Guide, quotas). */
export const MAX_AUTHORIZER_RESULT_BYTES = 8 * 1024;

export type AuthorizerVerdict =
  | { allowed: true; context: { principalId: string } & Record<string, string> }
  | { allowed: false };

/** An authorizer returned something that API Gateway does not take; the client gets a 500. */
export class MalformedResultError extends Error {
  override readonly name = "MalformedResultError";
}

/**
 * Judges what a REQUEST authorizer returned: `{ principalId, policyDocument, context? }`. The policy
 * must allow `execute-api:Invoke` on `methodArn`; a Deny that covers it wins. Context values may be
 * strings, numbers and booleans, and become strings.
 *
 * @throws {MalformedResultError} also for `Condition`, `NotAction` and `NotResource`, which are not
 * played: better no entry than a condition that is not looked at
 */
export function judge(result: unknown, methodArn: string): AuthorizerVerdict {
  if (!isObject(result)) throw new MalformedResultError("the result is not an object");
  if (Buffer.byteLength(JSON.stringify(result)) > MAX_AUTHORIZER_RESULT_BYTES) {
    throw new MalformedResultError(`the result has more than ${MAX_AUTHORIZER_RESULT_BYTES} bytes`);
  }
  const { principalId, policyDocument, context = {} } = result;
  if (typeof principalId !== "string" || principalId === "") {
    throw new MalformedResultError("principalId is missing");
  }
  if (!allows(policyDocument, methodArn)) return { allowed: false };
  return { allowed: true, context: { ...contextOf(context), principalId } };
}

function contextOf(context: unknown): Record<string, string> {
  if (!isObject(context)) throw new MalformedResultError("context is not an object");
  const entries = Object.entries(context).map(([name, value]) => {
    if (["string", "number", "boolean"].includes(typeof value)) return [name, String(value)];
    throw new MalformedResultError(`context.${name} is not a string, number or boolean`);
  });
  return Object.fromEntries(entries);
}

function allows(policyDocument: unknown, methodArn: string): boolean {
  const statements = isObject(policyDocument) ? list(policyDocument["Statement"]) : [];
  if (statements.length === 0) throw new MalformedResultError("policyDocument has no Statement");
  const effects = statements.filter((statement) => covers(statement, methodArn));
  return (
    effects.some((statement) => statement["Effect"] === "Allow") &&
    !effects.some((statement) => statement["Effect"] === "Deny")
  );
}

function covers(statement: unknown, methodArn: string): statement is Record<string, unknown> {
  if (!isObject(statement) || !["Allow", "Deny"].includes(String(statement["Effect"]))) {
    throw new MalformedResultError("a Statement needs an Effect of Allow or Deny");
  }
  for (const element of ["Condition", "NotAction", "NotResource"]) {
    if (element in statement) throw new MalformedResultError(`${element} is not played`);
  }
  const actions = list(statement["Action"]);
  const resources = list(statement["Resource"]);
  if (![...actions, ...resources].every((item) => typeof item === "string")) {
    throw new MalformedResultError("Action and Resource must be strings");
  }
  return (
    actions.some((action) => matches(action.toLowerCase(), "execute-api:invoke")) &&
    resources.some((resource) => matches(resource, methodArn))
  );
}

/** IAM's wildcards: `*` is any run of characters, also across slashes, `?` any one character. */
function matches(pattern: string, text: string): boolean {
  const literal = pattern.replace(/[.+^${}()|[\]\\]/g, "\\$&");
  const source = literal.replaceAll("*", ".*").replaceAll("?", ".");
  return new RegExp(`^${source}$`, "s").test(text);
}

// biome-ignore lint/suspicious/noExplicitAny: an element of a policy is one item or a list of them
function list(value: unknown): any[] {
  if (value === undefined) return [];
  return Array.isArray(value) ? value : [value];
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

import { type Condition, readConditions } from "./condition.ts";
import { type Matcher, resourcePattern, textPattern } from "./pattern.ts";
import { isRecord, PolicyError, textsOf } from "./policy-error.ts";

/** One statement, ready to be asked. */
export interface Statement {
  allows: boolean;
  coversAction: Matcher;
  coversResource: Matcher;
  conditions: Condition[];
  /** Empty in an identity-based policy. */
  principals: Principal[];
}

export interface Principal {
  kind: "AWS" | "Service";
  /** `*`, an account number, an ARN, or a service such as `lambda.amazonaws.com`. */
  id: string;
}

/** What a policy is attached to: an identity, a resource, or a role as its trust. */
export type PolicyKind = "identity" | "resource" | "trust";

const VERSIONS = ["2012-10-17", "2008-10-17"];
const TOP_ELEMENTS = new Set(["Version", "Id", "Statement"]);
const ELEMENTS = new Set([
  ...["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"],
]);
const ACTION = /^(\*|[a-z0-9-]+:[\w*?]+)$/i;

/**
 * Reads a policy document, JSON or an object (IAM User Guide, JSON policy elements).
 *
 * @param where The policy, for errors.
 * @throws {PolicyError} for what IAM calls malformed, and for elements that the laptop does not
 * evaluate: NotPrincipal, policy variables, other conditions (see `readConditions`)
 */
export function readPolicy(document: unknown, where: string, kind: PolicyKind): Statement[] {
  const policy = typeof document === "string" ? parse(document, where) : document;
  if (!isRecord(policy)) throw new PolicyError(where, "must be a JSON object");
  refuseUnknown(policy, TOP_ELEMENTS, where);
  const version = policy["Version"] ?? "2008-10-17";
  if (typeof version !== "string" || !VERSIONS.includes(version)) {
    throw new PolicyError(`${where}: Version`, `must be one of ${VERSIONS.join(", ")}`);
  }
  const list = Array.isArray(policy["Statement"]) ? policy["Statement"] : [policy["Statement"]];
  return list.map((statement, index) =>
    readStatement(statement, `${where}: Statement ${index + 1}`, kind),
  );
}

function readStatement(value: unknown, where: string, kind: PolicyKind): Statement {
  if (!isRecord(value)) throw new PolicyError(where, "must be an object");
  refuseUnknown(value, ELEMENTS, where);
  const effect = value["Effect"];
  if (effect !== "Allow" && effect !== "Deny") {
    throw new PolicyError(`${where}: Effect`, "must be Allow or Deny");
  }
  return {
    allows: effect === "Allow",
    coversAction: matcherOf(value, "Action", where, actionPattern),
    coversResource:
      kind === "trust" ? noResource(value, where) : matcherOf(value, "Resource", where, toResource),
    conditions: readConditions(value["Condition"], `${where}: Condition`),
    principals: readPrincipals(value["Principal"], `${where}: Principal`, kind),
  };
}

/** `Action` or `NotAction`, `Resource` or `NotResource`: exactly one of them. */
function matcherOf(
  statement: Record<string, unknown>,
  name: "Action" | "Resource",
  where: string,
  compile: (pattern: string, where: string) => Matcher,
): Matcher {
  const isNegated = statement[`Not${name}`] !== undefined;
  if (isNegated === (statement[name] !== undefined)) {
    throw new PolicyError(where, `must have either ${name} or Not${name}`);
  }
  const element = isNegated ? `Not${name}` : name;
  const matchers = textsOf(statement[element], `${where}: ${element}`).map((pattern) =>
    compile(pattern, `${where}: ${element}`),
  );
  return (text) => matchers.some((matches) => matches(text)) !== isNegated;
}

/** Actions are compared without regard to case. */
function actionPattern(pattern: string, where: string): Matcher {
  if (!ACTION.test(pattern)) {
    throw new PolicyError(where, `${pattern} must be * or a service and an action, as sqs:Send*`);
  }
  const matches = textPattern(pattern.toLowerCase());
  return (action) => matches(action.toLowerCase());
}

function toResource(pattern: string, where: string): Matcher {
  if (pattern === "*" || pattern.startsWith("arn:")) return resourcePattern(pattern);
  throw new PolicyError(where, `${pattern} must be * or an ARN`);
}

function noResource(statement: Record<string, unknown>, where: string): Matcher {
  if (statement["Resource"] === undefined && statement["NotResource"] === undefined) {
    return () => true;
  }
  throw new PolicyError(`${where}: Resource`, "a trust policy has none");
}

function readPrincipals(value: unknown, where: string, kind: PolicyKind): Principal[] {
  if (kind === "identity") {
    if (value === undefined) return [];
    throw new PolicyError(where, "an identity-based policy has none");
  }
  if (value === "*") return [{ kind: "AWS", id: "*" }];
  if (!isRecord(value)) throw new PolicyError(where, "must be * or an object");
  return Object.entries(value).flatMap(([principal, ids]) => {
    if (principal !== "AWS" && principal !== "Service") {
      throw new PolicyError(where, `${principal} is not evaluated on the laptop`);
    }
    return textsOf(ids, `${where}: ${principal}`).map((id) => ({ kind: principal, id }));
  });
}

function refuseUnknown(
  value: Record<string, unknown>,
  known: ReadonlySet<string>,
  where: string,
): void {
  const unknown = Object.keys(value).find((name) => !known.has(name));
  if (unknown === undefined) return;
  throw new PolicyError(`${where}: ${unknown}`, "is not evaluated on the laptop, or is no element");
}

function parse(text: string, where: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new PolicyError(where, "is not JSON");
  }
}

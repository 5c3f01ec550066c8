import { each } from "../lib/each.ts";
import { matchesGlob } from "../lib/glob.ts";
import { coversAction, isBoundBy, type Statement, statementsOf } from "../lib/iam-document.ts";
import { recordsIn } from "../lib/inputs.ts";
import type { Observed } from "../lib/observed.ts";
import { type Finding, resourceRule } from "../lib/rule.ts";
import { cdkNag, cfnNag, checkov, ours, securityHub } from "../lib/sources.ts";

const roleType = "aws:iam/role:Role";
const policyTypes = [
  "aws:iam/rolePolicy:RolePolicy",
  "aws:iam/policy:Policy",
  "aws:iam/userPolicy:UserPolicy",
  "aws:iam/groupPolicy:GroupPolicy",
  roleType,
];

/** Where CloudWatch takes metrics: the one limit that the action knows. */
const namespacedAction = "cloudwatch:putmetricdata";

interface WildcardSettings {
  partialWildcards: boolean;
  actionsWithoutResource: string[];
}

/** Policies that say what an identity may do. Those of queues, keys and functions are other rules'. */
export const iamPolicyRules = [
  resourceRule<WildcardSettings>({
    name: "iam-policy-has-no-wildcards",
    description:
      "IAM policies name each action, and each resource of an action that takes one, and allow nothing by exclusion.",
    level: "mandatory",
    severity: "critical",
    sources: [
      securityHub("IAM.1"),
      securityHub("IAM.21"),
      cdkNag("AwsSolutions-IAM5"),
      ...["62", "63", "286", "287", "288", "289", "290", "355"].map((id) =>
        checkov(`CKV_AWS_${id}`),
      ),
      ...["F3", "F4", "W11", "W12"].map(cfnNag),
    ],
    remedy: "Name each action that is needed, and the ARN of each resource.",
    decidedBy: "deployment",
    types: policyTypes,
    settings: {
      partialWildcards: {
        type: "boolean",
        description:
          "Whether an action may have a wildcard beside other text. It would allow what AWS adds under that text, too.",
        default: true,
      },
      actionsWithoutResource: {
        type: "array",
        items: { type: "string", pattern: "^[A-Za-z0-9-]+:[A-Za-z0-9*]+$" },
        description:
          "Actions that AWS allows on all resources or none; * stands for any run of characters.",
        default: ["xray:Put*", "logs:*Delivery", "logs:ListLogDeliveries", "dynamodb:ListStreams"],
      },
    },
    checks: [
      (subject, { settings }) =>
        eachAllowing(subject, function* (statement, where) {
          if (statement.actions.some((action) => isWildcard(action, settings))) {
            yield `${where} has a wildcard in Action`;
          }
        }),
      (subject, { settings }) =>
        eachAllowing(subject, function* (statement, where) {
          if (statement.resources.some(isEverything) && needsResource(statement, settings)) {
            yield `${where} has every resource in Resource`;
          }
        }),
      (subject) =>
        eachAllowing(subject, function* (statement, where) {
          for (const element of ["NotAction", "NotResource", "NotPrincipal"] as const) {
            if (statement.has(element)) {
              yield `${where} allows by ${element}`;
            }
          }
        }),
    ],
  }),

  resourceRule({
    name: "manage-connections-names-one-stage",
    description:
      "Posting to clients and closing their connections is allowed for a named API, stage and method only.",
    level: "mandatory",
    severity: "critical",
    sources: [ours],
    remedy:
      "Name the API, the stage and POST, GET or DELETE: <api>/<stage>/<method>/@connections/*.",
    decidedBy: "deployment",
    types: policyTypes,
    checks: [
      (subject) => {
        let own: string | undefined;
        return eachAllowing(subject, function* (statement, where) {
          if (statement.actions.some(allowsManageConnections)) {
            const named = statement.resources.filter(mayBeOfApi).map(stageIn);
            own ??= named.find((stage) => stage !== undefined);
            if (named.some((stage) => stage === undefined || stage !== own)) {
              yield `${where} allows ManageConnections beyond one API, stage and method`;
            }
          }
        });
      },
    ],
  }),
];

/** Checks each statement that allows something; `where` says which it is. */
function eachAllowing(
  { type, props }: Observed,
  check: (statement: Statement, where: string) => Iterable<Finding>,
): Iterable<Finding> {
  const inDocument = (document: unknown, property: string) =>
    each(statementsOf(document), function* (statement, number) {
      if (statement.allows) {
        yield* check(statement, `${property} statement ${number}`);
      }
    });
  return type === roleType
    ? each(recordsIn(props["inlinePolicies"]), (inline, number) =>
        inDocument(inline["policy"], `inlinePolicies ${number}`),
      )
    : inDocument(props["policy"], "policy");
}

/** @param action Lower case. */
function isWildcard(action: string, { partialWildcards }: WildcardSettings): boolean {
  const [service = "", name = "*"] = action.split(":");
  return partialWildcards ? /[*?]/.test(service) || !/[^*?]/.test(name) : /[*?]/.test(action);
}

/** `*`, or an ARN that says nothing but its partition. */
function isEverything(resource: string): boolean {
  const [scheme, , ...parts] = resource.split(":");
  return !/[^*?]/.test(resource) || (scheme === "arn" && !/[^*?:]/.test(parts.join(":")));
}

/** One fault is told once: wildcards in Action have a check of their own, ManageConnections has a rule. */
function needsResource(statement: Statement, settings: WildcardSettings): boolean {
  const free = settings.actionsWithoutResource.map((action) => action.toLowerCase());
  return statement.actions.some((action) =>
    action === namespacedAction
      ? !isBoundBy(statement, ["cloudwatch:namespace"])
      : !isWildcard(action, settings) &&
        !allowsManageConnections(action) &&
        // A pattern may match another one, which is narrower then.
        !free.some((pattern) => matchesGlob(pattern, action)),
  );
}

/** A wildcard for the whole service is the other rule's. */
function allowsManageConnections(action: string): boolean {
  const [service, name = ""] = action.split(":");
  return (
    service === "execute-api" &&
    /[^*?]/.test(name) &&
    coversAction(action, "execute-api:manageconnections")
  );
}

/** A statement may be about resources of other services as well. */
function mayBeOfApi(resource: string): boolean {
  const [scheme, , service = ""] = resource.split(":");
  return scheme !== "arn" || coversAction(service, "execute-api");
}

/** The API and stage in an ARN of their connections by a named method; undefined for anything else. */
function stageIn(resource: string): string | undefined {
  return connections.exec(resource)?.[1];
}

/** API Gateway Developer Guide, "Control access to a WebSocket API": API, stage, method and path. */
const connections =
  /^(arn:[a-z-]+:execute-api:[a-z0-9-]+:\d{12}:[^/*?]+\/[^/*?]+)\/(?:POST|GET|DELETE)\/@connections\/.+$/;

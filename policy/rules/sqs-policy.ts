import { anyOf } from "../lib/each.ts";
import { matchesGlob } from "../lib/glob.ts";
import type { Graph } from "../lib/graph.ts";
import { type Condition, isBoundBy, type Statement, statementsOf } from "../lib/iam-document.ts";
import { isSet } from "../lib/inputs.ts";
import type { Observed } from "../lib/observed.ts";
import { arnOf, queuePolicyType, queuesIn, queueType } from "../lib/queues.ts";
import { stackRule } from "../lib/rule.ts";
import { cdkNag, checkov, securityHub } from "../lib/sources.ts";

/** Conditions that say by an ARN where a call may come from; lower case. */
const arnKeys = ["aws:sourcearn", "aws:principalarn"];
/** Those that say it by a name; lower case. */
const nameKeys = [
  "aws:sourceaccount",
  "aws:sourceorgid",
  "aws:sourceorgpaths",
  "aws:sourcevpc",
  "aws:sourcevpce",
  "aws:principalaccount",
  "aws:principalorgid",
  "aws:principalorgpaths",
];
/** Those that say it by an address; lower case. */
const addressKeys = ["aws:sourceip", "aws:vpcsourceip"];

export const queuePolicyRules = [
  stackRule({
    name: "queue-policy-requires-tls",
    description:
      "Each queue has a policy that refuses calls without TLS, and none that allows everybody to call from anywhere.",
    level: "mandatory",
    severity: "high",
    sources: [
      securityHub("SQS.3"),
      cdkNag("AwsSolutions-SQS4"),
      checkov("CKV_AWS_168"),
      checkov("CKV_AWS_387"),
    ],
    remedy:
      "Deny sqs:* to Principal * where aws:SecureTransport is false, in a QueuePolicy of the queue.",
    decidedBy: "deployment",
    types: [queueType, queuePolicyType],
    checks: [
      function* (queue, { graph }) {
        if (queue.type === queueType && !isSet(queue, "policy") && !hasPolicy(queue, graph)) {
          yield "has no policy";
        }
      },
      function* (holder, { graph }) {
        if (holdsPolicy(holder, graph)) {
          const arns = queuesOf(holder, graph).flatMap((queue) => arnOf(queue) ?? []);
          const statements = statementsOf(holder.props["policy"]);
          if (!statements.some((statement) => requiresTls(statement, arns))) {
            yield "policy does not deny everybody calls without TLS";
          }
        }
      },
      function* (holder, { graph }) {
        if (holdsPolicy(holder, graph) && statementsOf(holder.props["policy"]).some(isOpen)) {
          yield {
            fault: "policy allows everybody to call, without a condition on the source",
            remedy: "Name the principals, or add a condition such as aws:SourceArn.",
          };
        }
      },
    ],
  }),
];

/** A queue has what its QueuePolicy says as an output as well, sooner or later. */
function holdsPolicy(holder: Observed, graph: Graph): boolean {
  return isSet(holder, "policy") && !(holder.type === queueType && hasPolicy(holder, graph));
}

function hasPolicy(queue: Observed, graph: Graph): boolean {
  return anyOf(graph.ofType(queuePolicyType), (policy) =>
    queuesIn(policy, "queueUrl", graph).includes(queue),
  );
}

function queuesOf(holder: Observed, graph: Graph): Observed[] {
  return holder.type === queueType ? [holder] : queuesIn(holder, "queueUrl", graph);
}

function requiresTls(statement: Statement, arns: string[]): boolean {
  const { actions, resources, conditions } = statement;
  return (
    !statement.allows &&
    // Who is left out by NotPrincipal may still call without TLS.
    isForEverybody(statement) &&
    actions.some((action) => action === "*" || action === "sqs:*") &&
    arns.every((arn) => resources.some((resource) => matchesGlob(resource, arn))) &&
    conditions.length === 1 &&
    conditions.every(isWithoutTls)
  );
}

function isWithoutTls({ operator, key, values }: Condition): boolean {
  return (
    /^bool(ifexists)?$/.test(operator) &&
    key === "aws:securetransport" &&
    values.length > 0 &&
    values.every((value) => value.toLowerCase() === "false")
  );
}

function isOpen(statement: Statement): boolean {
  return (
    statement.allows &&
    (statement.has("NotPrincipal") || isForEverybody(statement)) &&
    !isBoundBy(statement, nameKeys) &&
    !isBoundByArn(statement) &&
    !statement.conditions.some(isOfAddresses)
  );
}

function isForEverybody(statement: Statement): boolean {
  return statement.principals.some(({ kind, id }) => kind === "AWS" && id === "*");
}

/** An ARN says nothing of a source if it leaves both the account and the resource open. */
function isBoundByArn(statement: Statement): boolean {
  return (
    isBoundBy(statement, arnKeys) &&
    statement.conditions
      .filter(({ operator, key }) => arnKeys.includes(key) && !operator.includes("not"))
      .some(({ values }) =>
        values.every((value) => /[^*?:/]/.test(value.split(":").slice(4).join(":"))),
      )
  );
}

function isOfAddresses({ operator, key, values }: Condition): boolean {
  return (
    operator === "ipaddress" &&
    addressKeys.includes(key) &&
    values.length > 0 &&
    !values.some((value) => value.endsWith("/0"))
  );
}

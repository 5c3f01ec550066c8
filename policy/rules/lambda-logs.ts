import { search } from "../lib/each.ts";
import type { Graph } from "../lib/graph.ts";
import { coversAction, type Statement, statementsOf } from "../lib/iam-document.ts";
import { isSet, objectOf } from "../lib/inputs.ts";
import { functionType } from "../lib/lambda-types.ts";
import { known, type Observed, Undecided } from "../lib/observed.ts";
import { type StackContext, stackRule } from "../lib/rule.ts";
import { cfnNag, ours, serverlessRules } from "../lib/sources.ts";

const logGroupType = "aws:cloudwatch/logGroup:LogGroup";
const roleType = "aws:iam/role:Role";
const rolePolicyType = "aws:iam/rolePolicy:RolePolicy";

/** Where Lambda writes unless it is told; it makes the group itself, to be kept for ever. */
const defaultPrefix = "/aws/lambda/";

export const lambdaLogRules = [
  stackRule({
    name: "function-owns-its-log-group",
    description:
      "Functions log as JSON, each to a log group of the stack that is its own, and their roles may write to no other.",
    level: "mandatory",
    severity: "medium",
    sources: [ours, cfnNag("W58"), serverlessRules("WS1004")],
    remedy: "Make a LogGroup for the function, and name it in loggingConfig.logGroup.",
    decidedBy: "links",
    types: [functionType],
    checks: [
      function* ({ props }) {
        if (props["loggingConfig"]?.logFormat !== "JSON") {
          yield {
            fault: "loggingConfig.logFormat is not JSON",
            remedy: "Set loggingConfig.logFormat to JSON.",
          };
        }
      },
      function* (lambda, { graph }) {
        const groups = logGroupsOf(lambda, graph);
        if (groups.length === 0 && !namesLogGroup(lambda)) {
          yield "its log group is none of the stack's";
        }
        const others = groups.flatMap((group) =>
          graph
            .users(group, functionType, "loggingConfig")
            .filter((user) => user !== lambda)
            .map(({ name }) => `"${name}"`),
        );
        if (others.length > 0) {
          yield `it shares its log group with ${others.join(", ")}`;
        }
      },
      function* (lambda, context) {
        const own = logGroupsOf(lambda, context.graph);
        for (const { policy, statements } of policiesOf(lambda, context)) {
          const written = statements.filter(writesLogs).flatMap(({ resources }) => resources);
          const isForeign = (arn: string) =>
            own.length > 0 && !own.some((group) => isOf(arn, group));
          if (written.some(isForeign)) {
            yield {
              fault: "lets the function write to a log group that is not its own",
              remedy: "Name the function's own log group as the only resource.",
              about: policy,
            };
          }
        }
      },
    ],
  }),
];

/**
 * The log groups of the stack that a function writes to: one at most, in a program that works.
 *
 * @throws Undecided when it may be one whose name is not known yet.
 */
function logGroupsOf(lambda: Observed, graph: Graph): Observed[] {
  if (namesLogGroup(lambda)) {
    return graph.targets(lambda, "loggingConfig", logGroupType);
  }
  const candidates = graph.ofType(logGroupType);
  const linked = candidates.filter(
    (group) => nameOf(group) === undefined && isNamedFor(group, lambda, graph),
  );
  if (linked.length > 0) {
    return linked;
  }
  const name = nameOf(lambda);
  if (name === undefined) {
    if (candidates.some(mayBeOfSomeFunction)) {
      throw new Undecided(lambda, "name");
    }
    return [];
  }
  const named = search(candidates, ({ props }) => props["name"] === defaultPrefix + name);
  return named === undefined ? [] : [named];
}

function namesLogGroup({ props }: Observed): boolean {
  return isSet({ props: objectOf(props["loggingConfig"]) }, "logGroup");
}

function nameOf({ props }: Observed): string | undefined {
  const name: unknown = known(() => props["name"]);
  return typeof name === "string" ? name : undefined;
}

function isNamedFor(group: Observed, lambda: Observed, graph: Graph): boolean {
  return (known(() => graph.targets(group, "name", functionType)) ?? []).includes(lambda);
}

/** A name that Pulumi makes up never is; before a deployment it may be missing. */
function mayBeOfSomeFunction({ props }: Observed): boolean {
  const name = known(() => String(props["name"]));
  return name === undefined || name.startsWith(defaultPrefix);
}

function* policiesOf(lambda: Observed, { graph }: StackContext<unknown>) {
  for (const role of graph.targets(lambda, "role", roleType)) {
    for (const policy of graph.users(role, rolePolicyType, "role")) {
      yield { policy, statements: statementsOf(policy.props["policy"]) };
    }
    const inline: unknown = role.props["inlinePolicies"];
    for (const entry of Array.isArray(inline) ? inline : []) {
      yield { policy: role, statements: statementsOf(entry?.policy) };
    }
  }
}

/** What the execution environment does; how long a group keeps its lines, say, is nothing of that. */
const writing = ["logs:createloggroup", "logs:createlogstream", "logs:putlogevents"];

/** All actions, or all resources, are found by iam-policy-has-no-wildcards. */
function writesLogs(statement: Statement): boolean {
  return (
    statement.allows &&
    !statement.resources.includes("*") &&
    statement.actions.some(
      (pattern) =>
        /^logs:.*[^*?]/.test(pattern) && writing.some((action) => coversAction(pattern, action)),
    )
  );
}

/**
 * Whether an ARN is of a log group, or of what is in it; those of other services are no other's.
 *
 * @throws Undecided when the group's name is not known yet.
 */
function isOf(arn: string, group: Observed): boolean {
  const [, , service, , , kind, name] = arn.split(":");
  if (service !== "logs" && service !== "*") {
    return true;
  }
  const own = nameOf(group);
  if (own === undefined) {
    throw new Undecided(group, "name");
  }
  return kind === "log-group" && name === own;
}

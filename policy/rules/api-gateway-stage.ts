import type { Graph } from "../lib/graph.ts";
import { isTrue, numberOf, objectOf } from "../lib/inputs.ts";
import { known, type Observed } from "../lib/observed.ts";
import { resourceRule, stackRule } from "../lib/rule.ts";
import { cdkNag, ours, securityHub, serverlessRules, wellArchitected } from "../lib/sources.ts";
import { eachRouteSettings, stageType, webSocketApisOf } from "../lib/websocket.ts";

const accountType = "aws:apigateway/account:Account";

export const stageRules = [
  // Only WebSocket APIs have a data trace, so the API need not be known.
  resourceRule({
    name: "stage-data-trace-is-off",
    description: "No stage writes whole frames and handshakes, tokens included, into its log.",
    level: "mandatory",
    severity: "critical",
    sources: [ours],
    remedy: "Remove dataTraceEnabled.",
    decidedBy: "inputs",
    types: [stageType],
    checks: [
      function* ({ props }) {
        yield* traceFaults("defaultRouteSettings", objectOf(props["defaultRouteSettings"]));
      },
      function* (stage) {
        yield* eachRouteSettings(stage, traceFaults);
      },
    ],
  }),

  stackRule<{ accountRole: "managed" | "existing" }>({
    name: "stage-execution-log-is-on",
    description:
      "A stage logs errors or more, and API Gateway has the role that it needs to write any log.",
    level: "advisory",
    severity: "medium",
    sources: [securityHub("APIGateway.1"), cdkNag("AwsSolutions-APIG6"), ours],
    remedy: "Set loggingLevel to ERROR or INFO; settings of a route replace the default ones.",
    decidedBy: "links",
    settings: {
      accountRole: {
        type: "string",
        enum: ["managed", "existing"],
        description:
          "Who sets the account's log role: `managed`, this stack, unless its component AccountLogging says otherwise; `existing`, somebody has done so.",
        default: "managed",
      },
    },
    types: [stageType],
    checks: [
      function* (stage, { graph }) {
        if (webSocketApisOf(stage, graph).length > 0) {
          const defaults = objectOf(stage.props["defaultRouteSettings"]);
          yield* levelFaults("defaultRouteSettings", defaults);
          yield* eachRouteSettings(stage, levelFaults);
        }
      },
      function* (stage, { graph, settings }) {
        const isElsewhere = settings.accountRole === "existing" || isDeclaredExisting(graph);
        if (isElsewhere || webSocketApisOf(stage, graph).length === 0) {
          return;
        }
        const accounts = graph.ofType(accountType).filter(givesRole);
        if (accounts.length === 0) {
          yield {
            fault: "no Account in the stack gives API Gateway a role to write logs",
            remedy:
              "Add an aws.apigateway.Account with cloudwatchRoleArn, or set the rule's accountRole to existing where the account has one.",
          };
        } else if (!accounts.some((account) => graph.waitsFor(stage, account))) {
          yield {
            fault: "it does not wait for the Account that gives API Gateway a role to write logs",
            remedy: "Add the Account to dependsOn.",
          };
        }
      },
    ],
  }),

  stackRule<{ maximumBurst: number; maximumRate: number }>({
    name: "stage-throttling-is-set",
    description:
      "A stage limits bursts and rate, above zero, and no route's own limit is looser than the stage's.",
    level: "mandatory",
    severity: "high",
    sources: [
      serverlessRules("ES2003"),
      cdkNag("APIGWDefaultThrottling"),
      wellArchitected("REL 1"),
      ours,
    ],
    remedy:
      "Set throttlingBurstLimit and throttlingRateLimit, both, wherever a stage has route settings: left out, they are sent as zero.",
    decidedBy: "links",
    settings: {
      maximumBurst: {
        type: "integer",
        minimum: 1,
        description: "The highest burst limit, in requests.",
        default: 5000,
      },
      maximumRate: {
        type: "integer",
        minimum: 1,
        description: "The highest rate limit, in requests a second.",
        default: 10_000,
      },
    },
    types: [stageType],
    checks: [
      function* (stage, { graph, settings }) {
        if (webSocketApisOf(stage, graph).length > 0) {
          yield* limitFaults(stage, "throttlingBurstLimit", settings.maximumBurst);
        }
      },
      function* (stage, { graph, settings }) {
        if (webSocketApisOf(stage, graph).length > 0) {
          yield* limitFaults(stage, "throttlingRateLimit", settings.maximumRate);
        }
      },
    ],
  }),
];

function* traceFaults(path: string, settings: Record<string, unknown>): Generator<string> {
  if (isTrue(settings["dataTraceEnabled"])) {
    yield `${path}.dataTraceEnabled is on`;
  }
}

function* levelFaults(path: string, settings: Record<string, unknown>): Generator<string> {
  if (settings["loggingLevel"] !== "ERROR" && settings["loggingLevel"] !== "INFO") {
    yield `${path}.loggingLevel is neither ERROR nor INFO`;
  }
}

/** One that is not known yet is computed from a role. */
function givesRole({ props }: Observed): boolean {
  return known(() => Boolean(props["cloudwatchRoleArn"])) ?? true;
}

function* limitFaults(stage: Observed, key: string, maximum: number): Generator<string> {
  const limit = objectOf(stage.props["defaultRouteSettings"])[key];
  const fault = limitFault(limit, maximum, String(maximum));
  if (fault !== undefined) {
    yield `defaultRouteSettings.${key} ${fault}`;
  }
  yield* eachRouteSettings(stage, function* (path, settings) {
    const routeFault =
      fault === undefined
        ? limitFault(settings[key], numberOf(limit), "the stage's own")
        : limitFault(settings[key], maximum, String(maximum));
    if (routeFault !== undefined) {
      yield `${path}.${key} ${routeFault}`;
    }
  });
}

function limitFault(limit: unknown, maximum: number, saidMaximum: string): string | undefined {
  if (limit === undefined || limit === null) {
    return "is not set";
  }
  const number = numberOf(limit);
  if (!(number > 0)) {
    return "is not above zero";
  }
  return number > maximum ? `is over ${saidMaximum}` : undefined;
}

/** Roomcast's own component says by an output which of the two its stack was configured for. */
function isDeclaredExisting(graph: Graph): boolean {
  return graph
    .ofType("roomcast:index:AccountLogging")
    .some((logging) => known(() => logging.props["role"]) === "existing");
}

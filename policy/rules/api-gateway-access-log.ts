import { objectOf } from "../lib/inputs.ts";
import { known } from "../lib/observed.ts";
import { type Finding, stackRule } from "../lib/rule.ts";
import { cdkNag, cfnNag, checkov, ours, securityHub, serverlessRules } from "../lib/sources.ts";
import { stageType, webSocketApisOf } from "../lib/websocket.ts";

const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

/** What it takes to find a connection's life in the log. */
const requiredVariables = ["requestId", "connectionId", "eventType", "routeKey", "status"];

/**
 * The variables that API Gateway has for WebSocket APIs, but those that hold what a client or an
 * authorizer wrote: claims, tokens, keys, and errors in words.
 */
const safeVariables = [
  "apiId",
  "authenticate.latency",
  "authenticate.status",
  "authorize.latency",
  "authorize.status",
  "authorizer.principalId",
  "connectedAt",
  "connectionId",
  "domainName",
  "error.responseType",
  "eventType",
  "extendedRequestId",
  "identity.accountId",
  "identity.caller",
  "identity.principalOrgId",
  "identity.sourceIp",
  "identity.user",
  "identity.userAgent",
  "identity.userArn",
  "integration.error",
  "integration.integrationStatus",
  "integration.latency",
  "integration.requestId",
  "integration.status",
  "integrationErrorMessage",
  "integrationLatency",
  "messageId",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
  "status",
  "waf.error",
  "waf.latency",
  "waf.status",
];

/** Groups of variables, which messages may name: they are API Gateway's, and no part of a program. */
const variableGroups = [
  "authenticate",
  "authorize",
  "authorizer",
  "error",
  "identity",
  "integration",
];

export const accessLogRules = [
  stackRule({
    name: "stage-has-access-log",
    description: "A stage writes an access log to a log group.",
    level: "mandatory",
    severity: "medium",
    sources: [
      securityHub("APIGateway.9"),
      checkov("CKV_AWS_76"),
      cfnNag("W46"),
      cdkNag("AwsSolutions-APIG1"),
      serverlessRules("ES2000"),
    ],
    remedy: "Set accessLogSettings.destinationArn to the ARN of a log group.",
    decidedBy: "links",
    types: [stageType],
    checks: [
      function* (stage, { graph }) {
        const logGroups = known(() => graph.targets(stage, "accessLogSettings", logGroupType));
        if (webSocketApisOf(stage, graph).length === 0 || (logGroups ?? []).length > 0) {
          return;
        }
        const destination = objectOf(stage.props["accessLogSettings"])["destinationArn"];
        if (!destination) {
          yield "accessLogSettings.destinationArn is not set";
        } else if (!/^arn:[^:]+:logs:/.test(String(destination))) {
          yield "accessLogSettings.destinationArn names no log group";
        }
      },
    ],
  }),

  stackRule<{ variables: string[] }>({
    name: "access-log-format-is-safe",
    description:
      "The access log is JSON that identifies each event of a connection, and holds no claim, token or error in words.",
    level: "mandatory",
    severity: "high",
    sources: [serverlessRules("WS2001"), cdkNag("APIGWStructuredLogging"), ours],
    remedy: `Write a JSON object of quoted variables, with ${requiredVariables.join(", ")}, and none that is not on the rule's list.`,
    decidedBy: "links",
    settings: {
      variables: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description: "What the format may hold, without `$context.`.",
        default: safeVariables,
      },
    },
    types: [stageType],
    checks: [
      function* (stage, { graph, settings }) {
        if (webSocketApisOf(stage, graph).length > 0 && stage.props["accessLogSettings"]) {
          const format: unknown = objectOf(stage.props["accessLogSettings"])["format"];
          yield* formatFaults(typeof format === "string" ? format : "", settings.variables);
        }
      },
    ],
  }),
];

function* formatFaults(format: string, allowed: readonly string[]): Generator<Finding> {
  if (!isJsonObject(format)) {
    yield "accessLogSettings.format is not a JSON object";
    return;
  }
  const found = [...format.matchAll(/\$\{?context\.([\w-]+(?:\.[\w-]+)*)/g)].map(
    ([, variable = ""]) => variable,
  );
  for (const variable of requiredVariables.filter((required) => !found.includes(required))) {
    yield `accessLogSettings.format lacks $context.${variable}`;
  }
  if (/\$\{?(?!context\.)\w/.test(format)) {
    yield "accessLogSettings.format holds a variable that is not of $context";
  }
  const unsafe = found.filter((variable) => !allowed.includes(variable));
  for (const group of new Set(unsafe.map(groupOf))) {
    yield `accessLogSettings.format holds a variable${group} that is not on the rule's list`;
  }
}

function isJsonObject(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value);
  } catch {
    return false;
  }
}

/** As a message may say it: the variable itself is part of a value. */
function groupOf(variable: string): string {
  const [group = ""] = variable.split(".");
  return variableGroups.includes(group) ? ` of $context.${group}` : "";
}

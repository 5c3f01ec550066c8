import type { Properties } from "../../../local/recording/resource.ts";
import { type Change, drop, edit, type Mutations, set } from "../../support/mutations.ts";
import { formatOf, requiredVariables } from "../api-gateway-fixtures.ts";

const stage = "roomcast-gateway-stage";

const writeFormat =
  "Write a JSON object of quoted variables, with requestId, connectionId, eventType, routeKey, status, and none that is not on the rule's list.";
const throttle =
  "Set throttlingBurstLimit and throttlingRateLimit, both, wherever a stage has route settings: left out, they are sent as zero.";

function setFormat(format: string): Change {
  return edit(stage, ({ accessLogSettings }) => {
    accessLogSettings.format = format;
  });
}

/** Changes properties of the stage's default route settings. */
function setDefaults(properties: Properties): Change {
  return edit(stage, ({ defaultRouteSettings }) => {
    Object.assign(defaultRouteSettings, properties);
  });
}

function setRoute(properties: Properties): Change {
  const limits = { throttlingBurstLimit: 10, throttlingRateLimit: 10 };
  const settings = { routeKey: "message", loggingLevel: "INFO", ...limits, ...properties };
  return set(stage, { routeSettings: [settings] });
}

export const stageMutations: Mutations = {
  "stage-has-access-log": [
    {
      finds: "a stage without an access log",
      by: set(stage, { accessLogSettings: undefined }),
      about: stage,
      says: "accessLogSettings.destinationArn is not set. Set accessLogSettings.destinationArn to the ARN of a log group.",
    },
  ],
  "access-log-format-is-safe": [
    {
      finds: "a claim in the access log",
      by: setFormat(formatOf([...requiredVariables, "authorizer.user"])),
      about: stage,
      says: `accessLogSettings.format holds a variable of $context.authorizer that is not on the rule's list. ${writeFormat}`,
    },
    {
      finds: "an access log without the status",
      by: setFormat(formatOf(requiredVariables.filter((name) => name !== "status"))),
      about: stage,
      says: `accessLogSettings.format lacks $context.status. ${writeFormat}`,
    },
    {
      finds: "an access log of plain text",
      by: setFormat(requiredVariables.map((name) => `$context.${name}`).join(" ")),
      about: stage,
      says: `accessLogSettings.format is not a JSON object. ${writeFormat}`,
    },
  ],
  "stage-data-trace-is-off": [
    {
      finds: "a data trace",
      by: setDefaults({ dataTraceEnabled: true }),
      about: stage,
      says: "defaultRouteSettings.dataTraceEnabled is on. Remove dataTraceEnabled.",
    },
    {
      finds: "a data trace of one route",
      by: setRoute({ dataTraceEnabled: true }),
      about: stage,
      says: "routeSettings[0].dataTraceEnabled is on. Remove dataTraceEnabled.",
    },
  ],
  "stage-execution-log-is-on": [
    {
      finds: "a stage that does not log errors",
      by: setDefaults({ loggingLevel: "OFF" }),
      about: stage,
      says: "defaultRouteSettings.loggingLevel is neither ERROR nor INFO. Set loggingLevel to ERROR or INFO; settings of a route replace the default ones.",
    },
    {
      finds: "a stack that does not give API Gateway a role",
      by: drop("roomcast-logging-account"),
      about: stage,
      says: "no Account in the stack gives API Gateway a role to write logs. Add an aws.apigateway.Account with cloudwatchRoleArn, or set the rule's accountRole to existing where the account has one.",
    },
  ],
  "stage-throttling-is-set": [
    {
      finds: "a stage without a limit of bursts",
      by: setDefaults({ throttlingBurstLimit: null }),
      about: stage,
      says: `defaultRouteSettings.throttlingBurstLimit is not set. ${throttle}`,
    },
    {
      finds: "a stage that lets nothing in",
      by: setDefaults({ throttlingRateLimit: 0 }),
      about: stage,
      says: `defaultRouteSettings.throttlingRateLimit is not above zero. ${throttle}`,
    },
    {
      finds: "a limit over the account's",
      by: setDefaults({ throttlingRateLimit: 10_001 }),
      about: stage,
      says: `defaultRouteSettings.throttlingRateLimit is over 10000. ${throttle}`,
    },
    {
      finds: "a route with a looser limit",
      by: setRoute({ throttlingBurstLimit: 5001 }),
      about: stage,
      says: `routeSettings[0].throttlingBurstLimit is over the stage's own. ${throttle}`,
    },
  ],
};

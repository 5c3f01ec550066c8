import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { changed, foreign, unknownValue, without } from "../support/policy.ts";
import { chat } from "./api-gateway-fixtures.ts";
import { drop, itFindsEach, judged, messagesOf, set } from "./api-gateway-mutations.ts";

type Resources = readonly RecordedResource[];

const stage = "roomcast-gateway-stage";

const throttle =
  "Set throttlingBurstLimit and throttlingRateLimit, both, wherever a stage has route settings: left out, they are sent as zero.";

/** Changes properties of the stage's default route settings. */
function setDefaults(properties: Properties) {
  return (resources: Resources) =>
    changed(resources, "roomcast-gateway-stage", ({ defaultRouteSettings }) => {
      Object.assign(defaultRouteSettings, properties);
    });
}

function setRoute(properties: Properties) {
  const limits = { throttlingBurstLimit: 10, throttlingRateLimit: 10 };
  const settings = { routeKey: "message", loggingLevel: "INFO", ...limits, ...properties };
  return set("roomcast-gateway-stage", { routeSettings: [settings] });
}

describe("rules for stages of a WebSocket API", () => {
  itFindsEach([
    [
      "a data trace",
      setDefaults({ dataTraceEnabled: true }),
      "stage-data-trace-is-off",
      stage,
      `Stage "${stage}": defaultRouteSettings.dataTraceEnabled is on. Remove dataTraceEnabled.`,
    ],
    [
      "a data trace of one route",
      setRoute({ dataTraceEnabled: true }),
      "stage-data-trace-is-off",
      stage,
      `Stage "${stage}": routeSettings[0].dataTraceEnabled is on. Remove dataTraceEnabled.`,
    ],
    [
      "a stage that does not log errors",
      setDefaults({ loggingLevel: "OFF" }),
      "stage-execution-log-is-on",
      stage,
      `Stage "${stage}": defaultRouteSettings.loggingLevel is neither ERROR nor INFO. Set loggingLevel to ERROR or INFO; settings of a route replace the default ones.`,
    ],
    [
      "a stack that does not give API Gateway a role",
      drop("roomcast-logging-account"),
      "stage-execution-log-is-on",
      stage,
      `Stage "${stage}": no Account in the stack gives API Gateway a role to write logs. Add an aws.apigateway.Account with cloudwatchRoleArn, or set the rule's accountRole to existing where the account has one.`,
    ],
    [
      "a stage without a limit of bursts",
      setDefaults({ throttlingBurstLimit: null }),
      "stage-throttling-is-set",
      stage,
      `Stage "${stage}": defaultRouteSettings.throttlingBurstLimit is not set. ${throttle}`,
    ],
    [
      "a stage that lets nothing in",
      setDefaults({ throttlingRateLimit: 0 }),
      "stage-throttling-is-set",
      stage,
      `Stage "${stage}": defaultRouteSettings.throttlingRateLimit is not above zero. ${throttle}`,
    ],
    [
      "a limit over the account's",
      setDefaults({ throttlingRateLimit: 10_001 }),
      "stage-throttling-is-set",
      stage,
      `Stage "${stage}": defaultRouteSettings.throttlingRateLimit is over 10000. ${throttle}`,
    ],
    [
      "a route with a looser limit",
      setRoute({ throttlingBurstLimit: 5001 }),
      "stage-throttling-is-set",
      stage,
      `Stage "${stage}": routeSettings[0].throttlingBurstLimit is over the stage's own. ${throttle}`,
    ],
  ]);
});

describe("stage-execution-log-is-on", () => {
  const rule = "stage-execution-log-is-on";

  it("finds a route whose settings replace the level", () => {
    const mutant = changed(chat(), "live-stage", ({ routeSettings }) => {
      delete routeSettings[0].loggingLevel;
    });
    assert.deepEqual(messagesOf(rule, mutant), [
      'Stage "live-stage": routeSettings[0].loggingLevel is neither ERROR nor INFO. Set loggingLevel to ERROR or INFO; settings of a route replace the default ones.',
    ]);
  });

  it("finds a stage that may come before the role", () => {
    const mutant = changed(chat(), "live-stage", (_properties, resource) => {
      resource.dependencies = resource.dependencies.filter((urn) => !urn.endsWith("::account"));
    });
    assert.deepEqual(messagesOf(rule, mutant), [
      'Stage "live-stage": it does not wait for the Account that gives API Gateway a role to write logs. Add the Account to dependsOn.',
    ]);
  });

  it("does not count an account without a role, but one whose role is not known yet", () => {
    assert.equal(messagesOf(rule, set("account", { cloudwatchRoleArn: "" })(chat())).length, 1);
    const open = set("account", { cloudwatchRoleArn: unknownValue })(chat());
    assert.deepEqual(messagesOf(rule, open), []);
  });

  it("asks for no account where the settings say that there is a role", () => {
    const existing = without(chat(), ({ name }) => name === "account");
    assert.equal(messagesOf(rule, existing).length, 1);
    assert.deepEqual(messagesOf(rule, existing, { accountRole: "existing" }), []);
  });
});

describe("stage-throttling-is-set", () => {
  const rule = "stage-throttling-is-set";

  it("finds both limits missing, of a stage and of a route", () => {
    const stageOf = (settings: Properties) =>
      set("live-stage", { defaultRouteSettings: undefined, routeSettings: [settings] })(chat());
    const paths = ["defaultRouteSettings", "routeSettings[0]"];
    assert.deepEqual(
      messagesOf(rule, stageOf({ routeKey: "$default" })),
      ["throttlingBurstLimit", "throttlingRateLimit"].flatMap((limit) =>
        paths.map((path) => `Stage "live-stage": ${path}.${limit} is not set. ${throttle}`),
      ),
    );
  });

  it("goes by the highest limits in its settings", () => {
    assert.deepEqual(messagesOf(rule, chat(), { maximumBurst: 100, maximumRate: 51 }), []);
    assert.deepEqual(messagesOf(rule, chat(), { maximumBurst: 99, maximumRate: 51 }), [
      `Stage "live-stage": defaultRouteSettings.throttlingBurstLimit is over 99. ${throttle}`,
      `Stage "live-stage": routeSettings[0].throttlingBurstLimit is over 99. ${throttle}`,
    ]);
  });

  it("takes nothing for a limit that is no number", () => {
    for (const limit of ["many", true, [], {}]) {
      const mutant = changed(chat(), "live-stage", ({ routeSettings }) => {
        routeSettings[0].throttlingRateLimit = limit;
      });
      assert.deepEqual(messagesOf(rule, mutant), [
        `Stage "live-stage": routeSettings[0].throttlingRateLimit is not above zero. ${throttle}`,
      ]);
    }
  });
});

describe("stage-data-trace-is-off", () => {
  it("judges a stage alone, and each route although one is not known yet", () => {
    const stage = foreign("aws:apigatewayv2/stage:Stage", "alone", {
      defaultRouteSettings: { dataTraceEnabled: "true" },
      routeSettings: [unknownValue, { dataTraceEnabled: true }],
    });
    assert.deepEqual(
      judged([stage]).filter(({ rule }) => rule === "stage-data-trace-is-off"),
      [
        {
          rule: "stage-data-trace-is-off",
          resource: "alone",
          message:
            'Stage "alone": defaultRouteSettings.dataTraceEnabled is on. Remove dataTraceEnabled.',
        },
        {
          rule: "stage-data-trace-is-off",
          resource: "alone",
          message:
            'Stage "alone": routeSettings[1].dataTraceEnabled is on. Remove dataTraceEnabled.',
        },
        {
          rule: "stage-data-trace-is-off",
          resource: "",
          message:
            'Not decided before the deployment, since not known yet: "routeSettings.0" of Stage "alone".',
          advisory: true,
        },
      ],
    );
  });
});

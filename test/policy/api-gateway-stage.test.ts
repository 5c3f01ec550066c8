import assert from "node:assert/strict";
import type { Properties } from "../../local/recording/resource.ts";
import { drop, set } from "../support/mutations.ts";
import { changed, foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { beforeDeployment, chat, judged } from "./api-gateway-fixtures.ts";

const throttle =
  "Set throttlingBurstLimit and throttlingRateLimit, both, wherever a stage has route settings: left out, they are sent as zero.";

describe("stage-execution-log-is-on", () => {
  const rule = "stage-execution-log-is-on";

  it("finds a route whose settings replace the level", () => {
    const mutant = changed(chat(), "live-stage", ({ routeSettings }) => {
      delete routeSettings[0].loggingLevel;
    });
    assert.deepEqual(messagesBy(rule, mutant), [
      'Stage "live-stage": routeSettings[0].loggingLevel is neither ERROR nor INFO. Set loggingLevel to ERROR or INFO; settings of a route replace the default ones.',
    ]);
  });

  it("finds a stage that may come before the role", () => {
    const mutant = changed(chat(), "live-stage", (_properties, resource) => {
      resource.dependencies = resource.dependencies.filter((urn) => !urn.endsWith("::account"));
    });
    assert.deepEqual(messagesBy(rule, mutant), [
      'Stage "live-stage": it does not wait for the Account that gives API Gateway a role to write logs. Add the Account to dependsOn.',
    ]);
  });

  it("does not count an account without a role, but one whose role is not known yet", () => {
    assert.equal(messagesBy(rule, set("account", { cloudwatchRoleArn: "" })(chat())).length, 1);
    const open = set("account", { cloudwatchRoleArn: unknownValue })(chat());
    assert.deepEqual(messagesBy(rule, open), []);
  });

  it("asks for no account where the settings say that there is a role", () => {
    const existing = drop("account")(chat());
    assert.equal(messagesBy(rule, existing).length, 1);
    assert.deepEqual(messagesBy(rule, existing, { accountRole: "existing" }), []);
  });
});

describe("stage-throttling-is-set", () => {
  const rule = "stage-throttling-is-set";

  it("finds both limits missing, of a stage and of a route", () => {
    const stageOf = (settings: Properties) =>
      set("live-stage", { defaultRouteSettings: undefined, routeSettings: [settings] })(chat());
    const paths = ["defaultRouteSettings", "routeSettings[0]"];
    assert.deepEqual(
      messagesBy(rule, stageOf({ routeKey: "$default" })),
      ["throttlingBurstLimit", "throttlingRateLimit"].flatMap((limit) =>
        paths.map((path) => `Stage "live-stage": ${path}.${limit} is not set. ${throttle}`),
      ),
    );
  });

  it("knows a stage by an API that it takes from another part, before either exists", () => {
    const mutant = changed(beforeDeployment(chat()), "live-stage", (properties, resource) => {
      delete properties["defaultRouteSettings"];
      delete properties["routeSettings"];
      resource.propertyDependencies["apiId"] = [
        ...(resource.propertyDependencies["deploymentId"] ?? []),
      ];
    });
    assert.deepEqual(
      messagesBy(rule, mutant),
      ["throttlingBurstLimit", "throttlingRateLimit"].map(
        (limit) => `Stage "live-stage": defaultRouteSettings.${limit} is not set. ${throttle}`,
      ),
    );
  });

  it("goes by the highest limits in its settings", () => {
    assert.deepEqual(messagesBy(rule, chat(), { maximumBurst: 100, maximumRate: 51 }), []);
    assert.deepEqual(messagesBy(rule, chat(), { maximumBurst: 99, maximumRate: 51 }), [
      `Stage "live-stage": defaultRouteSettings.throttlingBurstLimit is over 99. ${throttle}`,
      `Stage "live-stage": routeSettings[0].throttlingBurstLimit is over 99. ${throttle}`,
    ]);
  });

  it("takes nothing for a limit that is no number", () => {
    for (const limit of ["many", true, [], {}]) {
      const mutant = changed(chat(), "live-stage", ({ routeSettings }) => {
        routeSettings[0].throttlingRateLimit = limit;
      });
      assert.deepEqual(messagesBy(rule, mutant), [
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

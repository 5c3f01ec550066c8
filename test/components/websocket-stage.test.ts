import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { type StageSettings, WebSocketStage } from "../../components/websocket-stage.ts";
import { recordComponent } from "../support/program.ts";
import { alarmBy, alarmTopicArn, assertRefused, stageSettings } from "./fixtures.ts";

const stageType = "aws:apigatewayv2/stage:Stage";
const deploymentType = "aws:apigatewayv2/deployment:Deployment";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

function createStage(overrides: Partial<StageSettings> = {}, definition = "{}"): WebSocketStage {
  const api = new aws.apigatewayv2.Api("api", { protocolType: "WEBSOCKET" });
  const route = new aws.apigatewayv2.Route("route", { apiId: api.id, routeKey: "$default" });
  const ready = new aws.sns.Topic("ready");
  return new WebSocketStage("live", {
    ...stageSettings,
    ...overrides,
    api,
    definitions: { api: pulumi.output("{}"), $default: pulumi.output(definition) },
    resources: [route],
    loggingReady: [ready],
    alarmTopicArn,
  });
}

describe("WebSocketStage", () => {
  it("is a stage, its deployment, its access log and an alarm", async () => {
    const program = await recordComponent(() => createStage());
    assert.deepEqual(program.children("roomcast:index:WebSocketStage", "live"), [
      [deploymentType, "live-deployment"],
      [stageType, "live-stage"],
      [logGroupType, "live-access-logs"],
      [alarmType, "live-integration-errors-alarm"],
    ]);
  });

  it("throttles, measures and logs every route", async () => {
    const program = await recordComponent(() => createStage());
    const { accessLogSettings, ...inputs } = program.inputs(stageType, "live-stage");
    assert.deepEqual(inputs, {
      apiId: program.find("aws:apigatewayv2/api:Api", "api").id,
      name: "dev",
      deploymentId: program.find(deploymentType, "live-deployment").id,
      defaultRouteSettings: {
        detailedMetricsEnabled: true,
        loggingLevel: "ERROR",
        dataTraceEnabled: false,
        throttlingBurstLimit: 5000,
        throttlingRateLimit: 10_000,
      },
    });
    const logs = program.state(logGroupType, "live-access-logs");
    assert.equal(accessLogSettings.destinationArn, logs["arn"]);
  });

  it("takes its settings from its arguments", async () => {
    const program = await recordComponent(() =>
      createStage({
        stageName: "v1_2-x",
        throttlingBurstLimit: 1,
        throttlingRateLimit: 2,
        executionLogLevel: "OFF",
        dataTrace: true,
        logRetentionDays: 90,
      }),
    );
    const stage = program.inputs(stageType, "live-stage");
    assert.equal(stage["name"], "v1_2-x");
    assert.deepEqual(stage["defaultRouteSettings"], {
      detailedMetricsEnabled: true,
      loggingLevel: "OFF",
      dataTraceEnabled: true,
      throttlingBurstLimit: 1,
      throttlingRateLimit: 2,
    });
    assert.equal(program.inputs(logGroupType, "live-access-logs")["retentionInDays"], 90);
  });

  it("writes who, what and with which result into the access log, and no more", async () => {
    const program = await recordComponent(() => createStage());
    const { format } = program.inputs(stageType, "live-stage")["accessLogSettings"];
    assert.deepEqual(JSON.parse(format), {
      requestTime: "$context.requestTime",
      requestId: "$context.requestId",
      sourceIp: "$context.identity.sourceIp",
      eventType: "$context.eventType",
      routeKey: "$context.routeKey",
      status: "$context.status",
      connectionId: "$context.connectionId",
      errorType: "$context.error.responseType",
      integrationStatus: "$context.integration.status",
      integrationError: "$context.integrationErrorMessage",
      integrationLatency: "$context.integrationLatency",
    });
  });

  it("alarms when what clients send cannot be handed over, three minutes of five", async () => {
    const program = await recordComponent(() => createStage());
    assert.deepEqual(program.inputs(alarmType, "live-integration-errors-alarm"), {
      ...alarmBy(
        "API Gateway cannot hand over what clients send, to the queue or a function.",
        "integration-errors",
      ),
      namespace: "AWS/ApiGateway",
      metricName: "IntegrationError",
      dimensions: { ApiId: program.find("aws:apigatewayv2/api:Api", "api").id, Stage: "dev" },
      statistic: "Sum",
      threshold: 5,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    });
  });

  it("has an access log that needs no resource policy of its own", async () => {
    const program = await recordComponent(() => createStage());
    assert.deepEqual(program.inputs(logGroupType, "live-access-logs"), {
      name: "/aws/vendedlogs/apis/roomcast-dev-live",
      retentionInDays: 7,
    });
  });

  it("deploys after all that it is a snapshot of, and before the stage", async () => {
    const program = await recordComponent(() => createStage());
    const deployment = program.find(deploymentType, "live-deployment");
    assert.deepEqual(program.dependenciesOf(deployment), ["api", "route"]);
    assert.equal(deployment.options.deleteBeforeReplace, undefined);
    const stage = program.find(stageType, "live-stage");
    assert.deepEqual(program.dependenciesOf(stage), [
      "api",
      "live-access-logs",
      "live-deployment",
      "ready",
    ]);
  });

  it("deploys again when a definition changes, and only then", async () => {
    const triggers = async (definition: string) => {
      const program = await recordComponent(() => createStage({}, definition));
      return program.inputs(deploymentType, "live-deployment")["triggers"];
    };
    const first = await triggers("one");
    assert.deepEqual(Object.keys(first).sort(), ["$default", "api"]);
    assert.match(first.$default, /^[0-9a-f]{64}$/);
    assert.deepEqual(await triggers("one"), first);
    const second = await triggers("two");
    assert.notEqual(second.$default, first.$default);
    assert.equal(second.api, first.api);
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(() => createStage());
    const { invokeUrl, name } = program.state(stageType, "live-stage");
    const component = program.find("roomcast:index:WebSocketStage", "live");
    assert.deepEqual(component.outputs, { url: invokeUrl, name });
  });

  for (const stageName of ["", "$default", "a.b", "a".repeat(129)]) {
    it(`refuses the stage name "${stageName.slice(0, 10)}"`, () =>
      assertRefused(
        () => createStage({ stageName }),
        `WebSocketStage "live": "stageName" must match /^[A-Za-z0-9_-]{1,128}$/, not "${stageName}". Use letters, digits, - and _.`,
      ));
  }

  for (const throttlingBurstLimit of [0, 100_001]) {
    it(`refuses a burst of ${throttlingBurstLimit}`, () =>
      assertRefused(
        () => createStage({ throttlingBurstLimit }),
        `WebSocketStage "live": "throttlingBurstLimit" must be a whole number from 1 to 100000, not ${throttlingBurstLimit}. Set a number in that range.`,
      ));
  }

  for (const throttlingRateLimit of [0, 1_000_001]) {
    it(`refuses a rate of ${throttlingRateLimit}`, () =>
      assertRefused(
        () => createStage({ throttlingRateLimit }),
        `WebSocketStage "live": "throttlingRateLimit" must be a whole number from 1 to 1000000, not ${throttlingRateLimit}. Set a number in that range.`,
      ));
  }
});

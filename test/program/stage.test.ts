import assert from "node:assert/strict";
import { recordRoomcast, recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

const stageType = "aws:apigatewayv2/stage:Stage";
const deploymentType = "aws:apigatewayv2/deployment:Deployment";

const settings = {
  dev: { level: "INFO", retention: 7 },
  prod: { level: "ERROR", retention: 365 },
};

for (const stack of ["dev", "prod"] as const) {
  describe(`The stage, stack ${stack}`, () => {
    let program: RecordedProgram;

    before(async () => {
      program = await recordStack(stack);
    });

    it("is named after the stack and serves the one deployment", () => {
      const stage = program.inputs(stageType, "roomcast-gateway-stage");
      const deployment = program.find(deploymentType, "roomcast-gateway-deployment");
      assert.equal(stage["name"], stack);
      assert.equal(stage["deploymentId"], deployment.id);
      assert.equal(stage["autoDeploy"], undefined);
    });

    it("throttles, measures and logs, without the frames", () => {
      const stage = program.inputs(stageType, "roomcast-gateway-stage");
      assert.deepEqual(stage["defaultRouteSettings"], {
        detailedMetricsEnabled: true,
        loggingLevel: settings[stack].level,
        dataTraceEnabled: false,
        throttlingBurstLimit: 5000,
        throttlingRateLimit: 10_000,
      });
      assert.equal(stage["routeSettings"], undefined);
    });

    it("writes an access log with what an operator asks for", () => {
      const { accessLogSettings } = program.inputs(stageType, "roomcast-gateway-stage");
      const logs = program.find("aws:cloudwatch/logGroup:LogGroup", "roomcast-gateway-access-logs");
      assert.equal(accessLogSettings.destinationArn, logs.state["arn"]);
      assert.equal(logs.inputs["name"], `/aws/vendedlogs/apis/roomcast-${stack}-roomcast-gateway`);
      const fields: Record<string, string> = JSON.parse(accessLogSettings.format);
      const asked = {
        sourceIp: "$context.identity.sourceIp",
        requestTime: "$context.requestTime",
        eventType: "$context.eventType",
        routeKey: "$context.routeKey",
        status: "$context.status",
        requestId: "$context.requestId",
        connectionId: "$context.connectionId",
        errorType: "$context.error.responseType",
        integrationError: "$context.integrationErrorMessage",
      };
      assert.deepEqual({ ...fields, ...asked }, fields);
    });

    it("writes no claim, header or query string into the access log", () => {
      const { accessLogSettings } = program.inputs(stageType, "roomcast-gateway-stage");
      const { format } = accessLogSettings;
      const authorizerFields = format.match(/\$context\.authorizer\.[A-Za-z]+/g);
      assert.equal(authorizerFields, null);
      assert.doesNotMatch(format, /querystring|header|path|\$input|domainName|messageString/i);
      assert.ok(Buffer.byteLength(format) <= 3 * 1024, "API Gateway takes 3 KB");
    });

    it("keeps every log for as long as configured", () => {
      const days = program
        .ofType("aws:cloudwatch/logGroup:LogGroup")
        .map(({ inputs }) => inputs["retentionInDays"]);
      assert.deepEqual(days, new Array(6).fill(settings[stack].retention));
    });

    it("waits for API Gateway's log role", () => {
      const stage = program.find(stageType, "roomcast-gateway-stage");
      assert.ok(program.dependenciesOf(stage).includes("roomcast-logging-account"));
    });

    it("is deployed again when the definition of any route, the authorizer or the API changes", () => {
      const { triggers } = program.inputs(deploymentType, "roomcast-gateway-deployment");
      assert.equal(Object.keys(triggers).length, 7);
      assert.equal(new Set(Object.values(triggers)).size, 7);
      for (const digest of Object.values<string>(triggers)) {
        assert.match(digest, /^[0-9a-f]{64}$/);
      }
    });

    it("is deployed after everything that the deployment is a snapshot of", () => {
      const deployment = program.find(deploymentType, "roomcast-gateway-deployment");
      const definitions = program.resources.filter(({ type }) =>
        /\/(api|authorizer|integration|integrationResponse|route|routeResponse):/.test(type),
      );
      const awaited = new Set(program.dependenciesOf(deployment));
      const missing = definitions.filter(({ name }) => !awaited.has(name));
      assert.equal(definitions.length, 20);
      assert.deepEqual(missing, []);
      assert.equal(deployment.options.deleteBeforeReplace, undefined);
    });
  });
}

describe("The stage's settings", () => {
  it("come from the configuration", async () => {
    const config = {
      stageName: "v1",
      executionLogLevel: "OFF",
      dataTrace: "true",
      logRetentionDays: "365",
      throttlingBurstLimit: "10",
      throttlingRateLimit: "20",
    };
    const program = await recordRoomcast("prod", { config });
    const stage = program.inputs(stageType, "roomcast-gateway-stage");
    assert.equal(stage["name"], "v1");
    assert.deepEqual(stage["defaultRouteSettings"], {
      detailedMetricsEnabled: true,
      loggingLevel: "OFF",
      dataTraceEnabled: true,
      throttlingBurstLimit: 10,
      throttlingRateLimit: 20,
    });
    const logs = program.inputs("aws:cloudwatch/logGroup:LogGroup", "roomcast-gateway-access-logs");
    assert.equal(logs["retentionInDays"], 365);
  });

  it("are the account's own limits and little logging unless set", async () => {
    const config = Object.fromEntries(
      [
        "executionLogLevel",
        "dataTrace",
        "logRetentionDays",
        "throttlingBurstLimit",
        "throttlingRateLimit",
      ].map((key) => [key, undefined]),
    );
    const program = await recordRoomcast("prod", { config });
    const stage = program.inputs(stageType, "roomcast-gateway-stage");
    assert.deepEqual(stage["defaultRouteSettings"], {
      detailedMetricsEnabled: true,
      loggingLevel: "ERROR",
      dataTraceEnabled: false,
      throttlingBurstLimit: 5000,
      throttlingRateLimit: 10_000,
    });
  });
});

describe("API Gateway's log role", () => {
  it("is set for the account where it is managed", async () => {
    const program = await recordStack("dev");
    const role = program.state("aws:iam/role:Role", "roomcast-logging-writer-role");
    assert.deepEqual(program.inputs("aws:apigateway/account:Account", "roomcast-logging-account"), {
      cloudwatchRoleArn: role["arn"],
    });
  });

  it("is left alone where there is one", async () => {
    const program = await recordRoomcast("dev", { config: { accountLoggingRole: "existing" } });
    assert.deepEqual(program.ofType("aws:apigateway/account:Account"), []);
    assert.deepEqual(program.children("roomcast:index:AccountLogging", "roomcast-logging"), []);
    assert.equal(program.ofType(stageType).length, 1);
  });
});

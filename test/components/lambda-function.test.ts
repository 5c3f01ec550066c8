import assert from "node:assert/strict";
import type { FileArchive } from "@pulumi/pulumi/asset/index.js";
import { recordComponent } from "../support/program.ts";
import { alarmBy, assertRefused, createFunction } from "./fixtures.ts";

const functionType = "aws:lambda/function:Function";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const logGroupType = "aws:cloudwatch/logGroup:LogGroup";

describe("LambdaFunction", () => {
  it("is a function, its role, its log group and its alarms", async () => {
    const program = await recordComponent(() => createFunction("greet"));
    assert.deepEqual(program.children("roomcast:index:LambdaFunction", "greet"), [
      [logGroupType, "greet-logs"],
      [alarmType, "greet-errors-alarm"],
      [alarmType, "greet-throttles-alarm"],
      [functionType, "greet-function"],
      ["roomcast:index:ServiceRole", "greet-execution"],
    ]);
  });

  it("runs its bundle on Node 24 and arm64, with JSON logs in its own group", async () => {
    const program = await recordComponent(() =>
      createFunction("greet", { environment: { TABLE_NAME: "members" } }),
    );
    const { code, ...inputs } = program.inputs(functionType, "greet-function");
    assert.deepEqual(inputs, {
      runtime: "nodejs24.x",
      architectures: ["arm64"],
      handler: "index.handler",
      timeout: 10,
      memorySize: 256,
      role: program.state("aws:iam/role:Role", "greet-execution-role")["arn"],
      environment: { variables: { TABLE_NAME: "members" } },
      tracingConfig: { mode: "Active" },
      loggingConfig: {
        logFormat: "JSON",
        logGroup: program.state(logGroupType, "greet-logs")["name"],
      },
    });
    assert.equal(await (code as FileArchive).path, "dist/handlers/connect");
  });

  it("lets log lines expire", async () => {
    const program = await recordComponent(() => createFunction("greet"));
    assert.deepEqual(program.inputs(logGroupType, "greet-logs"), { retentionInDays: 7 });
  });

  it("alarms when it fails, or is not run, in three minutes of five", async () => {
    const program = await recordComponent(() => createFunction("greet"));
    const metric = {
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: program.state(functionType, "greet-function")["name"] },
      statistic: "Sum",
      threshold: 0,
      evaluationPeriods: 5,
      datapointsToAlarm: 3,
    };
    assert.deepEqual(program.inputs(alarmType, "greet-errors-alarm"), {
      ...alarmBy("The function fails, or runs into its timeout.", "function-errors"),
      ...metric,
      metricName: "Errors",
    });
    assert.deepEqual(program.inputs(alarmType, "greet-throttles-alarm"), {
      ...alarmBy(
        "The function is not run: the account has no concurrency left.",
        "function-throttles",
      ),
      ...metric,
      metricName: "Throttles",
    });
  });

  it("may fail as often as is expected before it alarms", async () => {
    const program = await recordComponent(() =>
      createFunction("greet", { expectedErrorsPerMinute: 60 }),
    );
    assert.equal(program.inputs(alarmType, "greet-errors-alarm")["threshold"], 60);
    assert.equal(program.inputs(alarmType, "greet-throttles-alarm")["threshold"], 0);
  });

  it("may write its own log and traces, and what it is told", async () => {
    const statements = [{ actions: ["dynamodb:Query"], resources: ["arn:aws:dynamodb:::t"] }];
    const program = await recordComponent(() => createFunction("greet", { statements }));
    const role = program.inputs("aws:iam/role:Role", "greet-execution-role");
    const trust = JSON.parse(role["assumeRolePolicy"]);
    assert.deepEqual(trust.Statement[0].Principal, { Service: "lambda.amazonaws.com" });
    const policy = program.inputs("aws:iam/rolePolicy:RolePolicy", "greet-execution-policy");
    assert.deepEqual(JSON.parse(policy["policy"]).Statement, [
      {
        Effect: "Allow",
        Action: ["logs:CreateLogStream", "logs:PutLogEvents"],
        Resource: [`${program.state(logGroupType, "greet-logs")["arn"]}:*`],
      },
      {
        Effect: "Allow",
        Action: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
        Resource: ["*"],
      },
      { Effect: "Allow", Action: ["dynamodb:Query"], Resource: ["arn:aws:dynamodb:::t"] },
    ]);
  });

  it("waits for its role's policy", async () => {
    const program = await recordComponent(() => createFunction("greet"));
    const lambda = program.find(functionType, "greet-function");
    assert.ok(program.dependenciesOf(lambda).includes("greet-execution-policy"));
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(() => createFunction("greet"));
    const { arn, name, invokeArn } = program.state(functionType, "greet-function");
    const component = program.find("roomcast:index:LambdaFunction", "greet");
    assert.deepEqual(component.outputs, { arn, name, invokeArn });
  });

  for (const timeoutSeconds of [0, 901]) {
    it(`refuses a timeout of ${timeoutSeconds} s`, () =>
      assertRefused(
        () => createFunction("greet", { timeoutSeconds }),
        `LambdaFunction "greet": "timeoutSeconds" must be a whole number from 1 to 900, not ${timeoutSeconds}. Set a number in that range.`,
      ));
  }

  for (const memoryMegabytes of [127, 10_241]) {
    it(`refuses a memory of ${memoryMegabytes} MB`, () =>
      assertRefused(
        () => createFunction("greet", { memoryMegabytes }),
        `LambdaFunction "greet": "memoryMegabytes" must be a whole number from 128 to 10240, not ${memoryMegabytes}. Set a number in that range.`,
      ));
  }
});

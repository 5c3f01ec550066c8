import assert from "node:assert/strict";
import { recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";
const handlers = ["authorize", "connect", "disconnect", "fan-out", "presence"];
/** The program's own topic, or the configuration's. */
const topics = {
  dev: (program: RecordedProgram) => program.state("aws:sns/topic:Topic", "roomcast-alarms")["arn"],
  prod: () => "arn:aws:sns:eu-west-1:111122223333:roomcast-alarms",
};

for (const stack of ["dev", "prod"] as const) {
  describe(`The alarms, stack ${stack}`, () => {
    let program: RecordedProgram;

    before(async () => {
      program = await recordStack(stack);
    });

    it("watch each failure queue, both queues, the stream, each function, and the API", () => {
      const queueName = (name: string) => program.state("aws:sqs/queue:Queue", name)["name"];
      const functionName = (handler: string) =>
        program.state("aws:lambda/function:Function", `roomcast-${handler}-function`)["name"];
      const apiId = program.find("aws:apigatewayv2/api:Api", "roomcast-gateway-api").id;
      const perFunction = handlers.flatMap((handler) => [
        ["AWS/Lambda", "Errors", { FunctionName: functionName(handler) }],
        ["AWS/Lambda", "Throttles", { FunctionName: functionName(handler) }],
      ]);
      const expected = [
        ...perFunction,
        ["AWS/ApiGateway", "IntegrationError", { ApiId: apiId, Stage: stack }],
        visible(queueName("roomcast-presence-failures")),
        ["AWS/Lambda", "IteratorAge", { FunctionName: functionName("presence") }],
        ...["rooms", "lanes"].flatMap((queue) => [
          [
            "AWS/SQS",
            "ApproximateAgeOfOldestMessage",
            { QueueName: queueName(`roomcast-${queue}-queue`) },
          ],
          visible(queueName(`roomcast-${queue}-dead-letters`)),
        ]),
      ];
      const watched = program
        .ofType(alarmType)
        .map(({ inputs }) => [inputs["namespace"], inputs["metricName"], inputs["dimensions"]]);
      assert.deepEqual(sorted(watched), sorted(expected));
    });

    it("tell the topic when they ring and when they are over", () => {
      const topic = topics[stack](program);
      for (const { inputs } of program.ofType(alarmType)) {
        assert.deepEqual(inputs["alarmActions"], [topic]);
        assert.deepEqual(inputs["okActions"], [topic]);
        assert.equal(inputs["treatMissingData"], "notBreaching");
      }
      assert.equal(program.outputs?.["alarmTopicArn"], topic);
    });

    it("say where it is written what to do", () => {
      const sections = program
        .ofType(alarmType)
        .map(
          ({ inputs }) => /docs\/operations\.md#([a-z-]+)$/.exec(inputs["alarmDescription"])?.[1],
        );
      assert.deepEqual([...new Set(sections)].sort(), [
        "age-of-oldest-message",
        "dead-letters",
        "function-errors",
        "function-throttles",
        "integration-errors",
        "iterator-age",
        "presence-failures",
      ]);
    });

    it("take refused tokens for no fault of the authorizer, and nothing else for none", () => {
      const thresholds = handlers.map(
        (handler) => program.inputs(alarmType, `roomcast-${handler}-errors-alarm`)["threshold"],
      );
      assert.deepEqual(thresholds, [60, 0, 0, 0, 0]);
    });
  });
}

describe("The program's own alarm topic", () => {
  it("is not encrypted by a key that CloudWatch may not use", async () => {
    const program = await recordStack("dev");
    assert.deepEqual(program.inputs("aws:sns/topic:Topic", "roomcast-alarms"), {});
  });
});

function visible(queueName: string) {
  return ["AWS/SQS", "ApproximateNumberOfMessagesVisible", { QueueName: queueName }];
}

function sorted(metrics: unknown[]): string[] {
  return metrics.map((metric) => JSON.stringify(metric)).sort();
}

import assert from "node:assert/strict";
import { recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

const queueType = "aws:sqs/queue:Queue";
const alarmType = "aws:cloudwatch/metricAlarm:MetricAlarm";

for (const stack of ["dev", "prod"] as const) {
  describe(`The rooms queue, stack ${stack}`, () => {
    let program: RecordedProgram;

    before(async () => {
      program = await recordStack(stack);
    });

    it("orders each room by itself, encrypted, and gives up after ten receives", () => {
      const { redrivePolicy, ...queue } = program.inputs(queueType, "roomcast-rooms-queue");
      assert.deepEqual(queue, {
        fifoQueue: true,
        sqsManagedSseEnabled: true,
        deduplicationScope: "messageGroup",
        fifoThroughputLimit: "perMessageGroupId",
        visibilityTimeoutSeconds: 180,
        messageRetentionSeconds: 345_600,
      });
      assert.deepEqual(JSON.parse(redrivePolicy), {
        deadLetterTargetArn: program.state(queueType, "roomcast-rooms-dead-letters")["arn"],
        maxReceiveCount: 10,
      });
    });

    it("hides a message for six times as long as fan-out may take", () => {
      const queue = program.inputs(queueType, "roomcast-rooms-queue");
      const fanOut = program.inputs("aws:lambda/function:Function", "roomcast-fan-out-function");
      assert.equal(queue["visibilityTimeoutSeconds"], 6 * fanOut["timeout"]);
    });

    it("has a FIFO dead-letter queue of its own", () => {
      const deadLetters = program.inputs(queueType, "roomcast-rooms-dead-letters");
      assert.equal(deadLetters["fifoQueue"], true);
      assert.equal(deadLetters["sqsManagedSseEnabled"], true);
      assert.equal(deadLetters["redrivePolicy"], undefined);
    });

    it("is called a FIFO queue by its physical name", () => {
      for (const { state } of program.ofType(queueType)) {
        assert.match(state["name"], /\.fifo$/);
      }
    });

    it("alarms on dead letters and on age", () => {
      const watched = program
        .ofType(alarmType)
        .map(({ inputs }) => [inputs["metricName"], inputs["dimensions"].QueueName]);
      assert.deepEqual(watched.sort(), [
        ["ApproximateAgeOfOldestMessage", program.state(queueType, "roomcast-rooms-queue")["name"]],
        [
          "ApproximateNumberOfMessagesVisible",
          program.state(queueType, "roomcast-rooms-dead-letters")["name"],
        ],
      ]);
    });

    it("tells the alarm topic, where there is one", () => {
      const topics = {
        dev: [],
        prod: ["arn:aws:sns:eu-west-1:111122223333:roomcast-alarms"],
      };
      for (const { inputs } of program.ofType(alarmType)) {
        assert.deepEqual(inputs["alarmActions"], topics[stack]);
      }
    });
  });
}

import assert from "node:assert/strict";
import { recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

const queueType = "aws:sqs/queue:Queue";

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
      for (const name of ["roomcast-rooms-queue", "roomcast-rooms-dead-letters"]) {
        assert.match(program.state(queueType, name)["name"], /\.fifo$/);
      }
    });

    it("and every other queue takes calls by TLS only", () => {
      const policies = program
        .ofType("aws:sqs/queuePolicy:QueuePolicy")
        .map(({ inputs }) => [inputs["queueUrl"], JSON.parse(inputs["policy"]).Statement]);
      const expected = program.ofType(queueType).map(({ state }) => [
        state["url"],
        [
          {
            Effect: "Deny",
            Principal: "*",
            Action: "sqs:*",
            Resource: state["arn"],
            Condition: { Bool: { "aws:SecureTransport": "false" } },
          },
        ],
      ]);
      assert.deepEqual(policies.sort(), expected.sort());
      assert.equal(policies.length, 3);
    });
  });
}

describe("The presence failures", () => {
  it("go to a standard queue, since a mapping takes no FIFO queue", async () => {
    const program = await recordStack("prod");
    const queue = program.find(queueType, "roomcast-presence-failures");
    assert.deepEqual(queue.inputs, {
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: 1_209_600,
    });
    assert.doesNotMatch(queue.state["name"], /\.fifo$/);
  });
});

import assert from "node:assert/strict";
import { recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

const queueType = "aws:sqs/queue:Queue";

for (const stack of ["dev", "prod"] as const) {
  describe(`The queues of rooms and lanes, stack ${stack}`, () => {
    let program: RecordedProgram;

    before(async () => {
      program = await recordStack(stack);
    });

    // A lane's task outlives every connection (2 hours) that its message was meant for, by an hour.
    for (const [name, messageRetentionSeconds] of [
      ["rooms", 345_600],
      ["lanes", 10_800],
    ] as const) {
      it(`order each of the ${name} by itself, encrypted, and give up after ten receives`, () => {
        const { redrivePolicy, ...queue } = program.inputs(queueType, `roomcast-${name}-queue`);
        assert.deepEqual(queue, {
          fifoQueue: true,
          sqsManagedSseEnabled: true,
          deduplicationScope: "messageGroup",
          fifoThroughputLimit: "perMessageGroupId",
          visibilityTimeoutSeconds: 180,
          messageRetentionSeconds,
        });
        assert.deepEqual(JSON.parse(redrivePolicy), {
          deadLetterTargetArn: program.state(queueType, `roomcast-${name}-dead-letters`)["arn"],
          maxReceiveCount: 10,
        });
      });

      it(`hide what is of the ${name} for six times as long as fan-out may take`, () => {
        const queue = program.inputs(queueType, `roomcast-${name}-queue`);
        const fanOut = program.inputs("aws:lambda/function:Function", "roomcast-fan-out-function");
        assert.equal(queue["visibilityTimeoutSeconds"], 6 * fanOut["timeout"]);
      });

      it(`have a FIFO dead-letter queue for the ${name} alone`, () => {
        const deadLetters = program.inputs(queueType, `roomcast-${name}-dead-letters`);
        assert.equal(deadLetters["fifoQueue"], true);
        assert.equal(deadLetters["sqsManagedSseEnabled"], true);
        assert.equal(deadLetters["redrivePolicy"], undefined);
      });

      it(`are called FIFO queues by the physical names of the ${name}`, () => {
        for (const role of ["queue", "dead-letters"]) {
          assert.match(program.state(queueType, `roomcast-${name}-${role}`)["name"], /\.fifo$/);
        }
      });
    }

    it("take calls by TLS only, like every other queue", () => {
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
      assert.equal(policies.length, 5);
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

import assert from "node:assert/strict";
import {
  QueueConsumer,
  type QueueConsumerArgs,
  queueConsumerStatement,
} from "../../components/queue-consumer.ts";
import { recordComponent } from "../support/program.ts";
import { assertRefused, createFunction, createQueue } from "./fixtures.ts";

const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

function createConsumer(
  args: Partial<Pick<QueueConsumerArgs, "batchSize" | "maximumConcurrency">> = {},
): QueueConsumer {
  const queue = createQueue("chat");
  const worker = createFunction("work", { statements: [queueConsumerStatement(queue)] });
  return new QueueConsumer("read", { queue, function: worker, maximumConcurrency: 50, ...args });
}

describe("QueueConsumer", () => {
  it("is a mapping that takes ten records, fails them one by one, and is bounded", async () => {
    const program = await recordComponent(() => createConsumer());
    assert.deepEqual(program.children("roomcast:index:QueueConsumer", "read"), [
      [mappingType, "read-mapping"],
    ]);
    assert.deepEqual(program.inputs(mappingType, "read-mapping"), {
      eventSourceArn: program.state("aws:sqs/queue:Queue", "chat-queue")["arn"],
      functionName: program.state("aws:lambda/function:Function", "work-function")["arn"],
      batchSize: 10,
      functionResponseTypes: ["ReportBatchItemFailures"],
      scalingConfig: { maximumConcurrency: 50 },
    });
  });

  it("has a function that may read the queue and postpone its records", async () => {
    const program = await recordComponent(() => createConsumer());
    const { policy } = program.inputs("aws:iam/rolePolicy:RolePolicy", "work-execution-policy");
    assert.deepEqual(JSON.parse(policy).Statement[2], {
      Effect: "Allow",
      Action: [
        "sqs:ReceiveMessage",
        "sqs:DeleteMessage",
        "sqs:GetQueueAttributes",
        "sqs:ChangeMessageVisibility",
      ],
      Resource: [program.state("aws:sqs/queue:Queue", "chat-queue")["arn"]],
    });
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(() => createConsumer());
    assert.deepEqual(program.find("roomcast:index:QueueConsumer", "read").outputs, {});
  });

  it("takes its numbers from its arguments", async () => {
    const args = { batchSize: 1, maximumConcurrency: 2 };
    const program = await recordComponent(() => createConsumer(args));
    const { batchSize, scalingConfig } = program.inputs(mappingType, "read-mapping");
    assert.deepEqual([batchSize, scalingConfig], [1, { maximumConcurrency: 2 }]);
  });

  for (const batchSize of [0, 11, 1.5]) {
    it(`refuses a batch of ${batchSize}`, () =>
      assertRefused(
        () => createConsumer({ batchSize }),
        `QueueConsumer "read": "batchSize" must be a whole number from 1 to 10, not ${batchSize}. Set a number in that range.`,
      ));
  }

  for (const maximumConcurrency of [1, 1001]) {
    it(`refuses a maximum concurrency of ${maximumConcurrency}`, () =>
      assertRefused(
        () => createConsumer({ maximumConcurrency }),
        `QueueConsumer "read": "maximumConcurrency" must be a whole number from 2 to 1000, not ${maximumConcurrency}. Set a number in that range.`,
      ));
  }
});

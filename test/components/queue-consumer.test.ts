import assert from "node:assert/strict";
import { QueueConsumer, queueConsumerStatement } from "../../components/queue-consumer.ts";
import { recordComponent } from "../support/program.ts";
import { assertRefused, createFunction, createQueue } from "./fixtures.ts";

const mappingType = "aws:lambda/eventSourceMapping:EventSourceMapping";

function createConsumer(maximumConcurrency: number): QueueConsumer {
  const queue = createQueue("chat");
  const worker = createFunction("work", { statements: [queueConsumerStatement(queue)] });
  return new QueueConsumer("read", { queue, function: worker, maximumConcurrency });
}

describe("QueueConsumer", () => {
  it("is a mapping that takes ten records, fails them one by one, and is bounded", async () => {
    const program = await recordComponent(() => createConsumer(50));
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
    const program = await recordComponent(() => createConsumer(50));
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
    const program = await recordComponent(() => createConsumer(2));
    assert.deepEqual(program.find("roomcast:index:QueueConsumer", "read").outputs, {});
  });

  for (const concurrency of [1, 1001]) {
    it(`refuses a maximum concurrency of ${concurrency}`, () =>
      assertRefused(
        () => createConsumer(concurrency),
        `QueueConsumer "read": "maximumConcurrency" must be a whole number from 2 to 1000, not ${concurrency}. Set a number in that range.`,
      ));
  }
});

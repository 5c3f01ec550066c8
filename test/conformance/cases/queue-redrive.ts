import assert from "node:assert/strict";
import { GetQueueAttributesCommand, PurgeQueueCommand } from "@aws-sdk/client-sqs";
import type { Case } from "../case.ts";
import { bodies, QueueUser } from "../queue-user.ts";
import { refusalOf } from "../refusal.ts";
import { queueGuide, serviceModel } from "../sources.ts";
import type { FixtureTarget } from "../target.ts";

const deadLetters = queueGuide("dead-letter queues", "sqs-dead-letter-queues");
const delays = queueGuide("delay queues and message timers", "sqs-message-timers");
const getAttributes = serviceModel("sqs", "GetQueueAttributes");
const retentionMs = 3600_000;

/** Where messages end up, and what a queue tells of itself. */
export const cases: Case[] = [
  {
    id: "dead-letter-of-a-standard-queue",
    area: "queue",
    title:
      "After maxReceiveCount receives a message moves to the dead-letter queue, with its id and where it is from.",
    sources: [deadLetters],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const { MessageId } = await queue.send("text");
      for (let receives = 1; receives <= 2; receives++) await queue.release(await queue.take());
      // It moves when it would be received once more.
      const dead = await target.eventually(async () => {
        await queue.expectNothing();
        return await target.mail("plainDead", queue.name);
      });
      assert.deepEqual([dead.MessageId, dead.Body], [MessageId, "text"]);
      const { DeadLetterQueueSourceArn } = dead.Attributes ?? {};
      assert.equal(DeadLetterQueueSourceArn, await arnOf(target, queue.url));
    },
  },
  {
    id: "dead-letter-of-a-fifo-queue",
    area: "queue",
    title:
      "A dead letter of a FIFO queue keeps its group, and those after it in the group go on without it.",
    sources: [deadLetters],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      for (const body of ["one", "two"]) await queue.send(body);
      for (let receives = 1; receives <= 2; receives++) {
        const message = await queue.take();
        assert.equal(message.Body, "one");
        await queue.release(message);
      }
      assert.deepEqual(bodies(await queue.consume(1)), ["two"]);
      const dead = await target.mail("orderedDead", queue.name);
      assert.deepEqual([dead.Body, dead.Attributes?.MessageGroupId], ["one", queue.name]);
    },
  },
  {
    id: "delay-of-a-message",
    area: "queue",
    title: "A message with a delay is hidden until it is over; 15 minutes at most.",
    sources: [delays],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      for (const DelaySeconds of [-1, 901]) {
        const refusal = await refusalOf(queue.send("text", { DelaySeconds }));
        assert.deepEqual(refusal, ["InvalidParameterValue", 400]);
      }
      await queue.send("text", { DelaySeconds: 900 });
      await target.clock.advance(899_999);
      await queue.expectNothing();
      await target.clock.advance(1);
      assert.deepEqual(bodies(await queue.consume(1)), ["text"]);
    },
  },
  {
    id: "retention-period",
    area: "queue",
    title: "A message that nobody deletes is gone when the retention period is over.",
    sources: [serviceModel("sqs", "SetQueueAttributes")],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      await queue.send("early");
      await target.clock.advance(1);
      await queue.send("late");
      await target.clock.advance(retentionMs - 1);
      assert.deepEqual(bodies(await queue.consume(1)), ["late"]);
      await queue.expectNothing();
    },
  },
  {
    id: "purge",
    area: "queue",
    title: "PurgeQueue deletes all messages; it cannot be called again within a minute.",
    sources: [serviceModel("sqs", "PurgeQueue")],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const purge = () => target.sqs.send(new PurgeQueueCommand({ QueueUrl: queue.url }));
      for (const body of ["one", "two"]) await queue.send(body);
      const held = await queue.take();
      await purge();
      assert.deepEqual(await refusalOf(purge()), ["PurgeQueueInProgress", 403]);
      await queue.delete(held);
      await target.clock.advance(60_000);
      await queue.expectNothing();
      await purge();
    },
  },
  {
    id: "counts-of-messages",
    area: "queue",
    title: "A queue tells how many messages are visible, delayed and in flight.",
    sources: [getAttributes],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plainDead");
      for (const body of ["one", "two", "three"]) await queue.send(body);
      await queue.send("later", { DelaySeconds: 1 });
      await queue.take();
      const attributes = await attributesOf(target, queue.url);
      assert.deepEqual(
        ["", "NotVisible", "Delayed"].map(
          (state) => attributes[`ApproximateNumberOfMessages${state}`],
        ),
        ["2", "1", "1"],
      );
      await target.clock.advance(30_000);
      await queue.consume(4);
    },
  },
  {
    id: "attributes-of-a-queue",
    area: "queue",
    title: "A queue tells its settings as text; a name that is none is refused.",
    sources: [getAttributes],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { ordered, orderedDead } = target.outputs.queues;
      const attributes = await attributesOf(target, ordered);
      const { RedrivePolicy = "", QueueArn = "", CreatedTimestamp = "", ...rest } = attributes;
      assert.deepEqual(JSON.parse(RedrivePolicy), {
        deadLetterTargetArn: await arnOf(target, orderedDead),
        maxReceiveCount: 2,
      });
      assert.equal(QueueArn.split(":").at(-1), new URL(ordered).pathname.split("/").at(-1));
      assert.match(CreatedTimestamp, /^\d{10}$/);
      for (const [name, value] of Object.entries({
        FifoQueue: "true",
        ContentBasedDeduplication: "false",
        DeduplicationScope: "messageGroup",
        FifoThroughputLimit: "perMessageGroupId",
        VisibilityTimeout: "2",
        MessageRetentionPeriod: "3600",
        MaximumMessageSize: "1048576",
        DelaySeconds: "0",
        ReceiveMessageWaitTimeSeconds: "0",
      })) {
        assert.equal(rest[name], value, name);
      }
      const odd = new GetQueueAttributesCommand({
        QueueUrl: ordered,
        AttributeNames: ["NoSuchThing" as never],
      });
      assert.deepEqual(await refusalOf(target.sqs.send(odd)), ["InvalidAttributeName", 400]);
    },
  },
];

async function attributesOf(target: FixtureTarget, QueueUrl: string) {
  const command = new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["All"] });
  const { Attributes = {} } = await target.sqs.send(command);
  return Attributes as Record<string, string | undefined>;
}

async function arnOf(target: FixtureTarget, queueUrl: string) {
  return (await attributesOf(target, queueUrl))["QueueArn"];
}

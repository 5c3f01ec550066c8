import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { Case } from "../case.ts";
import { bodies, QueueUser } from "../queue-user.ts";
import { observed, queueGuide, serviceModel } from "../sources.ts";

const exactlyOnce = queueGuide(
  "exactly-once processing in Amazon SQS",
  "FIFO-queues-exactly-once-processing",
);
const highThroughput = queueGuide("high throughput for FIFO queues", "high-throughput-fifo");
const sendMessage = serviceModel("sqs", "SendMessage");
const windowMs = 5 * 60_000;

/** What a FIFO queue takes for one message. */
export const cases: Case[] = [
  {
    id: "deduplication-id-again",
    area: "queue",
    title:
      "A message with a deduplication id that was used is accepted and not delivered, even when its body is another.",
    sources: [exactlyOnce],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      await queue.send("one", { MessageDeduplicationId: queue.name });
      const again = await queue.send("again", { MessageDeduplicationId: queue.name });
      assert.match(again.MessageId ?? "", /./);
      await queue.send("two");
      assert.deepEqual(bodies(await queue.consume(2)), ["one", "two"]);
    },
  },
  {
    id: "deduplicated-message-has-the-first-id",
    area: "queue",
    title: "The sender of a duplicate is told the id and the sequence number of the first message.",
    sources: [observed("emulators: localstack, moto, fauxqs")],
    where: "unconfirmed",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const ids = { MessageDeduplicationId: queue.name };
      const [first, again] = [await queue.send("text", ids), await queue.send("text", ids)];
      assert.equal(again.MessageId, first.MessageId);
      assert.equal(again.SequenceNumber, first.SequenceNumber);
      await queue.consume(1);
    },
  },
  {
    id: "deduplication-outlives-the-message",
    area: "queue",
    title: "A deduplication id stays used after its message was received and deleted.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      await queue.send("one", { MessageDeduplicationId: queue.name });
      await queue.consume(1);
      await queue.send("again", { MessageDeduplicationId: queue.name });
      await queue.send("two");
      assert.deepEqual(bodies(await queue.consume(1)), ["two"]);
    },
  },
  {
    id: "deduplication-of-a-group",
    area: "queue",
    title:
      "With the scope messageGroup the same deduplication id in another group is another message.",
    sources: [highThroughput],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const ids = { MessageDeduplicationId: queue.name };
      await queue.send("one", ids);
      await queue.send("other", { ...ids, MessageGroupId: `${queue.name}-other` });
      assert.deepEqual(bodies(await queue.consume(2)).toSorted(), ["one", "other"]);
    },
  },
  {
    id: "deduplication-of-a-queue",
    area: "queue",
    title: "Without that scope a deduplication id counts in all groups of the queue.",
    sources: [highThroughput, exactlyOnce],
    where: "anywhere",
    stack: "fixture",
    exclusive: "orderedContent",
    async run(target) {
      const queue = new QueueUser(target, "orderedContent");
      const ids = { MessageDeduplicationId: queue.name };
      const other = { MessageGroupId: `${queue.name}-other` };
      await queue.send("one", ids);
      await queue.send("other", { ...ids, ...other });
      await queue.send("last", other);
      assert.deepEqual(bodies(await queue.consume(2)).toSorted(), ["last", "one"]);
    },
  },
  {
    id: "deduplication-window",
    area: "queue",
    title:
      "Five minutes after a message was accepted its deduplication id is free again; a duplicate does not prolong that.",
    sources: [exactlyOnce],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const ids = { MessageDeduplicationId: queue.name };
      await queue.send("first", ids);
      await queue.consume(1);
      await target.clock.advance(windowMs - 1);
      await queue.send("too early", ids);
      await queue.expectNothing();
      await target.clock.advance(1);
      await queue.send("second", ids);
      assert.deepEqual(bodies(await queue.consume(1)), ["second"]);
    },
  },
  {
    id: "content-based-deduplication",
    area: "queue",
    title:
      "With content-based deduplication a message is a duplicate by its body, whatever its attributes.",
    sources: [exactlyOnce, sendMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "orderedContent",
    async run(target) {
      const queue = new QueueUser(target, "orderedContent");
      const byContent = { MessageDeduplicationId: undefined };
      const body = `the same ${queue.name}`;
      const MessageAttributes = { more: { DataType: "String", StringValue: "another" } };
      await queue.send(body, byContent);
      await queue.send(body, { ...byContent, MessageAttributes });
      await queue.send(`${body} `, byContent);
      assert.deepEqual(bodies(await queue.consume(2)), [body, `${body} `]);
    },
  },
  {
    id: "content-based-id-is-sha-256",
    area: "queue",
    title: "The deduplication id that is made of a body is its SHA-256 digest in hexadecimal.",
    sources: [exactlyOnce, observed("the digits: localstack")],
    where: "unconfirmed",
    stack: "fixture",
    exclusive: "orderedContent",
    async run(target) {
      const queue = new QueueUser(target, "orderedContent");
      const body = `body ${queue.name}`;
      await queue.send(body, { MessageDeduplicationId: undefined });
      const [message] = await queue.consume(1);
      const digest = createHash("sha256").update(body).digest("hex");
      assert.equal(message?.Attributes?.MessageDeduplicationId, digest);
    },
  },
  {
    id: "given-id-counts-more-than-content",
    area: "queue",
    title:
      "A deduplication id that a message has takes the place of the one that would be made of its body.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "orderedContent",
    async run(target) {
      const queue = new QueueUser(target, "orderedContent");
      const body = `the same ${queue.name}`;
      await queue.send(body);
      await queue.send(body);
      assert.deepEqual(bodies(await queue.consume(2)), [body, body]);
    },
  },
];

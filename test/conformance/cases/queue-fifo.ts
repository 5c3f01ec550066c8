import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { bodies, QueueUser } from "../queue-user.ts";
import { refusalOf } from "../refusal.ts";
import { observed, queueGuide, serviceModel } from "../sources.ts";

const delivery = queueGuide("FIFO queue delivery logic", "FIFO-queues-understanding-logic");
const sendMessage = serviceModel("sqs", "SendMessage");
const wrongQueueType = observed("InvalidParameterValue, not valid for this queue type");
const punctuation = "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~";

/** Groups of a FIFO queue, and the ids that its messages have. */
export const cases: Case[] = [
  {
    id: "fifo-order-in-a-group",
    area: "queue",
    title: "Messages of a group are received in the order in which they were sent.",
    sources: [delivery],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const sent = Array.from({ length: 12 }, (_, index) => `${index}`);
      for (const body of sent) await queue.send(body);
      assert.deepEqual(bodies(await queue.consume(sent.length)), sent);
    },
  },
  {
    id: "fifo-group-lock",
    area: "queue",
    title:
      "While a message of a group is in flight nothing else of this group is received, but of others.",
    sources: [delivery],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      for (const body of ["one", "two"]) await queue.send(body);
      const one = await queue.take();
      assert.equal(one.Body, "one");
      await queue.expectNothing();
      await queue.send("other", { MessageGroupId: `${queue.name}-other` });
      assert.deepEqual(bodies(await queue.consume(1)), ["other"]);
      await queue.expectNothing();
      await queue.delete(one);
      assert.deepEqual(bodies(await queue.consume(1)), ["two"]);
    },
  },
  {
    id: "fifo-released-message-comes-first",
    area: "queue",
    title: "A message of a group that becomes visible again comes before those sent after it.",
    sources: [delivery],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      for (const body of ["one", "two"]) await queue.send(body);
      await queue.release(await queue.take());
      const received = await queue.consume(2);
      assert.deepEqual(
        received.map(({ Body, Attributes }) => [Body, Attributes?.ApproximateReceiveCount]),
        [
          ["one", "2"],
          ["two", "1"],
        ],
      );
    },
  },
  {
    id: "fifo-lock-of-a-later-message",
    area: "queue",
    title:
      "A message that becomes visible again is not received as long as a later one of its group is in flight.",
    sources: [serviceModel("sqs", "ReceiveMessage")],
    where: "anywhere",
    stack: "fixture",
    exclusive: "orderedContent",
    async run(target) {
      const queue = new QueueUser(target, "orderedContent");
      for (const body of ["one", "two"]) await queue.send(body);
      const [one, two] = await target.eventually(async () => {
        const [first, second] = await queue.receive();
        if (first && second) return [first, second];
        if (first) await queue.release(first);
        throw new Error("they did not come together");
      });
      assert.ok(one && two);
      await queue.release(one);
      await queue.expectNothing();
      await queue.delete(two);
      assert.deepEqual(bodies(await queue.consume(1)), ["one"]);
    },
  },
  {
    id: "fifo-sequence-numbers",
    area: "queue",
    title:
      "Each message of a group has a larger sequence number than those before it, which sender and receiver are told.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const numbers: string[] = [];
      for (let index = 0; index < 5; index++) {
        const { SequenceNumber = "" } = await queue.send(`${index}`);
        assert.match(SequenceNumber, /^\d+$/);
        assert.ok(BigInt(SequenceNumber) > BigInt(numbers.at(-1) ?? 0), SequenceNumber);
        numbers.push(SequenceNumber);
      }
      const received = await queue.consume(5);
      assert.deepEqual(
        received.map(({ Attributes }) => Attributes?.SequenceNumber),
        numbers,
      );
    },
  },
  {
    id: "fifo-sequence-number-is-long",
    area: "queue",
    title: "A sequence number has 20 digits, too many for a number of JavaScript.",
    sources: [observed("sequence numbers in the SQS Developer Guide's examples")],
    where: "unconfirmed",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      assert.match((await queue.send("text")).SequenceNumber ?? "", /^\d{20}$/);
      await queue.consume(1);
    },
  },
  {
    id: "fifo-ids-of-every-character",
    area: "queue",
    title:
      "Group and deduplication ids take up to 128 letters, digits and punctuation marks of ASCII.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const start = `${punctuation}${queue.name}`;
      const id = start.padEnd(128, "Aa0");
      await queue.send("text", { MessageGroupId: id, MessageDeduplicationId: id });
      const [message] = await queue.consume(1);
      const { MessageGroupId, MessageDeduplicationId } = message?.Attributes ?? {};
      assert.deepEqual([MessageGroupId, MessageDeduplicationId], [id, id]);
    },
  },
  {
    id: "fifo-ids-that-are-refused",
    area: "queue",
    title: "Spaces, other characters and more than 128 are refused in either id.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      for (const id of ["two words", "tab\t", "é", "🙂", "x".repeat(129)]) {
        for (const ids of [{ MessageGroupId: id }, { MessageDeduplicationId: id }]) {
          const refusal = await refusalOf(queue.send("text", ids));
          assert.deepEqual(refusal, ["InvalidParameterValue", 400], JSON.stringify(ids));
        }
      }
    },
  },
  {
    id: "fifo-ids-are-needed",
    area: "queue",
    title:
      "Without a group id, or a deduplication id where it is not taken from the content, a FIFO queue refuses a message.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      assert.deepEqual(await refusalOf(queue.send("text", { MessageGroupId: undefined })), [
        "MissingParameter",
        400,
      ]);
      assert.deepEqual(await refusalOf(queue.send("text", { MessageDeduplicationId: undefined })), [
        "InvalidParameterValue",
        400,
      ]);
    },
  },
  {
    id: "fifo-takes-no-delay",
    area: "queue",
    title: "A message for a FIFO queue can have no delay of its own.",
    sources: [sendMessage, wrongQueueType],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const refusal = await refusalOf(queue.send("text", { DelaySeconds: 1 }));
      assert.deepEqual(refusal, ["InvalidParameterValue", 400]);
    },
  },
  {
    id: "standard-queue-takes-a-group",
    area: "queue",
    title:
      "A standard queue takes a group id, for fair queues, and hands out messages of one group side by side.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      for (const body of ["one", "two"]) await queue.send(body, { MessageGroupId: "group" });
      const taken = [await queue.take(), await queue.take()];
      assert.deepEqual(bodies(taken).toSorted(), ["one", "two"]);
      assert.equal(taken[0]?.Attributes?.MessageGroupId, "group");
      for (const message of taken) await queue.delete(message);
    },
  },
  {
    id: "standard-queue-takes-no-deduplication-id",
    area: "queue",
    title: "A standard queue refuses a deduplication id.",
    sources: [sendMessage, wrongQueueType],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const refusal = await refusalOf(queue.send("text", { MessageDeduplicationId: "id" }));
      assert.deepEqual(refusal, ["InvalidParameterValue", 400]);
    },
  },
];

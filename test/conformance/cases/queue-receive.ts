import assert from "node:assert/strict";
import {
  ChangeMessageVisibilityCommand,
  DeleteMessageCommand,
  GetQueueUrlCommand,
  ReceiveMessageCommand,
} from "@aws-sdk/client-sqs";
import type { Case } from "../case.ts";
import { bodies, QueueUser } from "../queue-user.ts";
import { refusalOf } from "../refusal.ts";
import { observed, queueGuide, serviceModel } from "../sources.ts";

const visibility = queueGuide("visibility timeout", "sqs-visibility-timeout");
const polling = queueGuide("short and long polling", "sqs-short-and-long-polling");
const receiveMessage = serviceModel("sqs", "ReceiveMessage");
const changeVisibility = serviceModel("sqs", "ChangeMessageVisibility");
const expiredHandle = observed(
  "aws-sdk-js issue 1279",
  "https://github.com/aws/aws-sdk-js/issues/1279",
);
const seenCodes = observed("error codes in answers of SQS, of the SDKs' issues");
/** Of the queue `plain`, in milliseconds. */
const visibilityMs = 2000;

/** How messages are handed out, and for how long. */
export const cases: Case[] = [
  {
    id: "visibility-timeout",
    area: "queue",
    title: "A received message is hidden for the queue's visibility timeout, and comes again then.",
    sources: [visibility],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      await queue.send("text");
      await queue.take({ VisibilityTimeout: undefined });
      await target.clock.advance(visibilityMs - 1);
      await queue.expectNothing();
      await target.clock.advance(1);
      assert.deepEqual(bodies(await queue.consume(1)), ["text"]);
    },
  },
  {
    id: "message-that-comes-again",
    area: "queue",
    title:
      "A message that comes again has the same id and another receipt handle; its receives are counted, and the first is dated.",
    sources: [visibility, receiveMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const before = target.now();
      const { MessageId } = await queue.send("text");
      const first = await queue.take({ VisibilityTimeout: 1 });
      const second = await queue.take();
      await queue.delete(second);
      assert.deepEqual([first.MessageId, second.MessageId], [MessageId, MessageId]);
      assert.notEqual(first.ReceiptHandle, second.ReceiptHandle);
      const [of1, of2] = [first.Attributes ?? {}, second.Attributes ?? {}];
      assert.deepEqual([of1.ApproximateReceiveCount, of2.ApproximateReceiveCount], ["1", "2"]);
      for (const name of ["SentTimestamp", "ApproximateFirstReceiveTimestamp"] as const) {
        assert.equal(of1[name], of2[name]);
        // Clocks differ, by less than a minute.
        assert.ok(Math.abs(Number(of1[name]) - before) < 60_000, of1[name]);
      }
      assert.match(of1.SenderId ?? "", /./);
    },
  },
  {
    id: "visibility-is-prolonged",
    area: "queue",
    title: "ChangeMessageVisibility counts from when it is called.",
    sources: [changeVisibility],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      await queue.send("text");
      const message = await queue.take({ VisibilityTimeout: 10 });
      await target.clock.advance(9000);
      await queue.release(message, 20);
      await target.clock.advance(19_999);
      await queue.expectNothing();
      await target.clock.advance(1);
      assert.deepEqual(bodies(await queue.consume(1)), ["text"]);
    },
  },
  {
    id: "visibility-limits",
    area: "queue",
    title: "A message can be hidden for twelve hours in all after it was received, and not beyond.",
    sources: [changeVisibility],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      await queue.send("text");
      const message = await queue.take({ VisibilityTimeout: 60 });
      const halfAMinute = 30;
      await target.clock.advance(halfAMinute * 1000);
      for (const seconds of [-1, 43_201, 43_200]) {
        const refusal = await refusalOf(queue.release(message, seconds));
        assert.deepEqual(refusal, ["InvalidParameterValue", 400], `${seconds}`);
      }
      await queue.release(message, 43_200 - halfAMinute);
      await queue.delete(message);
    },
  },
  {
    id: "message-that-is-not-in-flight",
    area: "queue",
    title: "The visibility of a message that is visible again cannot be changed.",
    sources: [changeVisibility],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      await queue.send("text");
      const message = await queue.take();
      await queue.release(message);
      assert.deepEqual(await refusalOf(queue.release(message, 5)), ["MessageNotInflight", 400]);
      await queue.consume(1);
    },
  },
  {
    id: "expired-handle-of-a-fifo-queue",
    area: "queue",
    title:
      "On a FIFO queue a message cannot be deleted by its handle once its visibility timeout is over.",
    sources: [expiredHandle],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      await queue.send("text");
      const first = await queue.take({ VisibilityTimeout: 1 });
      const second = await queue.take();
      assert.deepEqual(await refusalOf(queue.delete(first)), ["InvalidParameterValue", 400]);
      await queue.delete(second);
    },
  },
  {
    id: "old-handle-of-a-standard-queue",
    area: "queue",
    title: "On a standard queue an old handle is no error, and neither is one used twice.",
    sources: [serviceModel("sqs", "DeleteMessage")],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      await queue.send("text");
      const first = await queue.take();
      await queue.release(first);
      const second = await queue.take();
      for (const message of [first, second, second]) await queue.delete(message);
      await queue.expectNothing();
    },
  },
  {
    id: "handle-that-is-none",
    area: "queue",
    title: "What is no receipt handle is refused with ReceiptHandleIsInvalid.",
    sources: [serviceModel("sqs", "ReceiptHandleIsInvalid")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { plain: QueueUrl } = target.outputs.queues;
      const ReceiptHandle = "nothing";
      const VisibilityTimeout = 0;
      for (const call of [
        target.sqs.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle })),
        target.sqs.send(
          new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout }),
        ),
      ]) {
        assert.deepEqual(await refusalOf(call), ["ReceiptHandleIsInvalid", 400]);
      }
    },
  },
  {
    id: "limits-of-a-receive",
    area: "queue",
    title: "A receive asks for 1 to 10 messages, waits 20 seconds at most and hides for 12 hours.",
    sources: [receiveMessage, seenCodes],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { plain: QueueUrl } = target.outputs.queues;
      for (const input of [
        { MaxNumberOfMessages: 0 },
        { MaxNumberOfMessages: 11 },
        { WaitTimeSeconds: -1 },
        { WaitTimeSeconds: 21 },
        { VisibilityTimeout: -1 },
        { VisibilityTimeout: 43_201 },
      ]) {
        const call = target.sqs.send(new ReceiveMessageCommand({ QueueUrl, ...input }));
        const what = JSON.stringify(input);
        assert.deepEqual(await refusalOf(call), ["InvalidParameterValue", 400], what);
      }
    },
  },
  {
    id: "long-poll-ends-with-a-message",
    area: "queue",
    title: "A receive that waits is answered as soon as a message is there.",
    sources: [polling],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const begin = performance.now();
      const receiving = queue.receive({ WaitTimeSeconds: 20 });
      await target.grace();
      await queue.send("text");
      const [message] = await receiving;
      assert.ok(performance.now() - begin < 15_000);
      assert.equal(message?.Body, "text");
      await queue.delete(message);
    },
  },
  {
    id: "long-poll-ends-with-its-time",
    area: "queue",
    title: "A receive that waits in vain is answered when its time is over, without messages.",
    sources: [polling],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const begin = target.now();
      const received = await target.clock.until(queue.receive({ WaitTimeSeconds: 20 }));
      assert.deepEqual([received, target.now() - begin], [[], 20_000]);
    },
  },
  {
    id: "queue-that-is-not-there",
    area: "queue",
    title: "A queue that does not exist is refused with QueueDoesNotExist.",
    sources: [serviceModel("sqs", "QueueDoesNotExist")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const QueueName = target.unique();
      const QueueUrl = target.outputs.queues.plain.replace(/[^/]+$/, QueueName);
      for (const call of [
        target.sqs.send(new GetQueueUrlCommand({ QueueName })),
        target.sqs.send(new ReceiveMessageCommand({ QueueUrl })),
      ]) {
        assert.deepEqual(await refusalOf(call), ["QueueDoesNotExist", 400]);
      }
    },
  },
];

import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { handled, order, type QueueRecord, recordsOf, sendBatch } from "../queue-records.ts";
import { QueueUser } from "../queue-user.ts";
import { reportsUntil, type TimedReport } from "../reports.ts";
import { lambdaGuide, queueGuide } from "../sources.ts";

const errors = lambdaGuide("handling errors for an SQS event source", "services-sqs-errorhandling");
const deadLetters = queueGuide("dead-letter queues", "sqs-dead-letter-queues");
/** Of the queues `work` and `jobs`, in milliseconds. */
const visibilityMs = 2000;

/** What becomes of messages that a function does not handle. */
export const cases: Case[] = [
  {
    id: "reported-message-comes-again",
    area: "event source",
    title:
      "Of a batch only those messages come again that the function reports, whatever their group: the others are deleted.",
    sources: [errors],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      await sendBatch(target, queue, ["before", order("fail-once"), "after"]);
      const reports = await reportsUntil(target, queue.name, (reports) =>
        handled(reports, queue.name).some(isRetried),
      );
      const again = handled(reports, queue.name).filter(isRetried);
      assert.deepEqual(
        again.map(({ body }) => body),
        [order("fail-once")],
      );
      const once = handled(reports, queue.name).filter((record) => !isRetried(record));
      assert.deepEqual(once.map(({ body }) => body).slice(0, 2), ["before", order("fail-once")]);
    },
  },
  {
    id: "rest-of-a-group-comes-again-in-order",
    area: "event source",
    title:
      "A function that reports a message and all after it in its group gets them again in order.",
    sources: [errors],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      const sent = ["one", order("stop-once"), "three", "four"];
      await sendBatch(target, queue, sent);
      const last = (reports: readonly TimedReport[]) => {
        const records = handled(reports, queue.name);
        const stopped = records.findIndex((record) => isRetried(record));
        return stopped < 0 ? [] : records.slice(stopped).map(({ body }) => body);
      };
      const reports = await reportsUntil(
        target,
        queue.name,
        (reports) => last(reports).at(-1) === "four",
      );
      assert.deepEqual(last(reports), sent.slice(1));
      assert.equal(handled(reports, queue.name)[0]?.body, "one");
    },
  },
  {
    id: "whole-batch-comes-again",
    area: "event source",
    title:
      "When a function throws, or reports a message that it was not given, its whole batch comes again.",
    sources: [errors],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      for (const what of ["throw", "malformed"]) {
        await sendBatch(target, queue, [order(what), "text"]);
        const [first, second] = await reportsUntil(
          target,
          queue.name,
          (reports) => begun(reports).length === 2,
        ).then(begun);
        const batch = recordsOf(first, queue.name);
        assert.equal(batch[0]?.body, order(what));
        const again = recordsOf(second, queue.name);
        assert.deepEqual(
          again.map(({ messageId, attributes }) => [
            messageId,
            attributes["ApproximateReceiveCount"],
          ]),
          batch.map(({ messageId }) => [messageId, "2"]),
        );
      }
    },
  },
  {
    id: "dead-letter-of-a-function",
    area: "event source",
    title:
      "A message that a function fails maxReceiveCount times is not tried again, but moves to the dead-letter queue.",
    sources: [deadLetters, errors],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      const { MessageId } = await queue.send(order("fail"));
      const dead = await target.mail("workDead", queue.name);
      assert.equal(dead.MessageId, MessageId);
      const reports = await reportsUntil(target, queue.name, ({ length }) => length === 4);
      assert.deepEqual(
        handled(reports, queue.name).map(({ attributes }) => attributes["ApproximateReceiveCount"]),
        ["1", "2"],
      );
      assert.deepEqual(await target.reported(queue.name), []);
    },
  },
  {
    id: "batch-of-a-standard-queue-comes-again",
    area: "event source",
    title:
      "Without ReportBatchItemFailures only an error counts, and no answer: a batch whose function throws becomes dead letters.",
    sources: [errors],
    where: "anywhere",
    stack: "fixture",
    exclusive: "jobs",
    async run(target) {
      const queue = new QueueUser(target, "jobs");
      await queue.send(order("fail"));
      const first = await target.report(queue.name, "jobs ended");
      assert.equal(recordsOf(first, queue.name)[0]?.body, order("fail"));
      const { MessageId } = await queue.send(order("throw"));
      const dead = await target.mail("jobsDead", queue.name);
      assert.equal(dead.MessageId, MessageId);
      assert.deepEqual(await target.reported(queue.name), ["jobs", "jobs", "jobs"]);
    },
  },
  {
    id: "failed-message-waits-for-its-visibility",
    area: "event source",
    title: "A message that a function fails comes again when its visibility timeout is over.",
    sources: [errors],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "work");
      await queue.send(order("fail-once"));
      await target.report(queue.name, "work ended");
      await target.clock.advance(visibilityMs - 1);
      assert.deepEqual(await target.reported(queue.name), ["work"]);
      await target.clock.advance(1);
      await target.report(queue.name, "work ended");
      assert.deepEqual(await target.reported(queue.name), ["work", "work"]);
    },
  },
];

function begun(reports: readonly TimedReport[]): TimedReport[] {
  return reports.filter(({ source }) => !source.endsWith(" ended"));
}

function isRetried({ attributes }: QueueRecord): boolean {
  return attributes["ApproximateReceiveCount"] !== "1";
}

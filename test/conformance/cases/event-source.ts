import assert from "node:assert/strict";
import { GetQueueAttributesCommand } from "@aws-sdk/client-sqs";
import type { Case } from "../case.ts";
import { handled, order, recordsOf, sendBatch } from "../queue-records.ts";
import { QueueUser } from "../queue-user.ts";
import { reportsUntil } from "../reports.ts";
import { lambdaGuide } from "../sources.ts";
import type { FixtureTarget } from "../target.ts";

const polling = lambdaGuide("using Lambda with Amazon SQS", "with-sqs");
const scaling = lambdaGuide("event source mapping scaling for SQS", "services-sqs-scaling");
const filtering = lambdaGuide("event filtering with SQS", "with-sqs-filtering");

/** How Lambda takes batches from queues. */
export const cases: Case[] = [
  {
    id: "record-of-a-message",
    area: "event source",
    title: "A function gets a message with its attributes and where it is from.",
    sources: [polling],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      const MessageAttributes = { number: { DataType: "Number", StringValue: "7" } };
      const sent = await queue.send("text", { MessageAttributes });
      const [record] = recordsOf(await target.report(queue.name, "work"), queue.name);
      assert.equal(record?.messageId, sent.MessageId);
      assert.deepEqual([record?.body, record?.md5OfBody], ["text", sent.MD5OfMessageBody]);
      assert.deepEqual(
        [record?.eventSource, record?.awsRegion],
        ["aws:sqs", target.outputs.region],
      );
      const attributes = await target.sqs.send(
        new GetQueueAttributesCommand({ QueueUrl: queue.url, AttributeNames: ["QueueArn"] }),
      );
      assert.equal(record?.eventSourceARN, attributes.Attributes?.QueueArn);
      assert.match(record?.receiptHandle ?? "", /./);
      const { SentTimestamp, ApproximateFirstReceiveTimestamp, SenderId, ...rest } =
        record?.attributes ?? {};
      for (const value of [SentTimestamp, ApproximateFirstReceiveTimestamp]) {
        assert.match(value ?? "", /^\d{13}$/);
      }
      assert.match(SenderId ?? "", /./);
      assert.deepEqual(rest, {
        ApproximateReceiveCount: "1",
        SequenceNumber: sent.SequenceNumber,
        MessageGroupId: queue.name,
        MessageDeduplicationId: `${queue.name}-1`,
      });
      assert.deepEqual(record?.messageAttributes, {
        case: attribute("String", queue.name),
        number: attribute("Number", "7"),
      });
    },
  },
  {
    id: "group-in-order",
    area: "event source",
    title:
      "A group's messages reach the function in order, in batches of which none begins before the last has ended.",
    sources: [polling],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      const bodies = Array.from({ length: 14 }, (_, index) => `${index}`);
      const [first = "", ...later] = bodies.map((body) => order("wait", { for: 20, body }));
      await queue.send(first);
      await sendBatch(target, queue, later.slice(0, 10));
      await sendBatch(target, queue, later.slice(10));
      const reports = await reportsUntil(
        target,
        queue.name,
        (reports) => handled(reports, queue.name).length === bodies.length,
      );
      assert.deepEqual(
        handled(reports, queue.name).map(({ body }) => JSON.parse(body).body),
        bodies,
      );
      assert.deepEqual(
        reports.map(({ source }) => source),
        reports.map((_, index) => (index % 2 === 0 ? "work" : "work ended")),
      );
    },
  },
  {
    id: "groups-side-by-side",
    area: "event source",
    title: "While a batch of one group is in hand, another group's messages are handled.",
    sources: [polling, scaling],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      await queue.send(order("wait", { for: 1500 }), group(queue, "slow"));
      const [begun] = await reportsUntil(target, queue.name, () => true);
      assert.equal(begun?.source, "work");
      await queue.send("text", group(queue, "quick"));
      const reports = await reportsUntil(target, queue.name, ({ length }) => length === 3);
      assert.deepEqual(
        reports.map((report) => [
          report.source,
          recordsOf(report, queue.name)[0]?.attributes["MessageGroupId"],
        ]),
        [
          ["work", `${queue.name}-quick`],
          ["work ended", `${queue.name}-quick`],
          ["work ended", `${queue.name}-slow`],
        ],
      );
    },
  },
  {
    id: "maximum-concurrency",
    area: "event source",
    title: "There are never more batches in hand than the mapping's maximum concurrency.",
    sources: [scaling],
    where: "anywhere",
    stack: "fixture",
    exclusive: "work",
    async run(target) {
      const queue = new QueueUser(target, "work");
      const groups = ["a", "b", "c", "d"];
      for (const name of groups) {
        await queue.send(order("wait", { for: 300 }), group(queue, name));
      }
      const reports = await reportsUntil(
        target,
        queue.name,
        (reports) => handled(reports, queue.name).length === groups.length,
      );
      let inHand = 0;
      for (const { source } of reports) {
        inHand += source === "work" ? 1 : -1;
        assert.ok(inHand <= 2, `${inHand} batches are in hand`);
      }
    },
  },
  {
    id: "batch-size",
    area: "event source",
    title: "A batch has no more messages than the mapping's batch size.",
    sources: [polling],
    where: "anywhere",
    stack: "fixture",
    exclusive: "jobs",
    async run(target) {
      const queue = new QueueUser(target, "jobs");
      const bodies = Array.from({ length: 10 }, (_, index) => JSON.stringify({ index }));
      await sendBatch(target, queue, bodies);
      const reports = await reportsUntil(
        target,
        queue.name,
        (reports) => handled(reports, queue.name).length === bodies.length,
      );
      const got = handled(reports, queue.name).map(({ body }) => body);
      assert.deepEqual(got.toSorted(), bodies);
      for (const { event } of reports) assert.ok(event.Records.length <= 5);
    },
  },
  {
    id: "filtered-message-is-deleted",
    area: "event source",
    title:
      "Messages that no filter lets through are deleted and never seen; a filter of JSON lets no other text through.",
    sources: [filtering],
    where: "anywhere",
    stack: "fixture",
    exclusive: "jobs",
    async run(target) {
      const queue = new QueueUser(target, "jobs");
      const passing = ["{}", '{"skipped":1}'];
      const others = ['{"skip":true}', '{"skip":null}', "not JSON", "7"];
      await sendBatch(target, queue, [...others, ...passing]);
      const reports = await reportsUntil(
        target,
        queue.name,
        (reports) => handled(reports, queue.name).length === passing.length,
      );
      const got = handled(reports, queue.name).map(({ body }) => body);
      assert.deepEqual(got.toSorted(), passing.toSorted());
      await target.eventually(async () => {
        assert.deepEqual(await counts(target, queue.url), ["0", "0"]);
      });
      assert.deepEqual(await target.reported(queue.name), []);
    },
  },
];

function attribute(dataType: string, stringValue: string) {
  return { stringValue, stringListValues: [], binaryListValues: [], dataType };
}

function group({ name }: QueueUser, which: string) {
  return { MessageGroupId: `${name}-${which}` };
}

async function counts(target: FixtureTarget, QueueUrl: string) {
  const names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] as const;
  const { Attributes } = await target.sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: [...names] }),
  );
  return names.map((name) => Attributes?.[name]);
}

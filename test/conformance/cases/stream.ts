import assert from "node:assert/strict";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import type { Case } from "../case.ts";
import { lambdaGuide, serviceModel, tableGuide } from "../sources.ts";
import {
  ownRecords,
  recordsUntil,
  type StreamRecord,
  streamReports,
  writeAll,
} from "../stream-records.ts";
import { TableUser } from "../table-user.ts";
import type { FixtureTarget } from "../target.ts";

const streams = tableGuide("change data capture for DynamoDB Streams", "Streams");
const lambda = lambdaGuide("using Lambda with DynamoDB streams", "with-ddb");
const filtering = lambdaGuide("event filtering with DynamoDB", "with-ddb-filtering");
const expiry = tableGuide("DynamoDB Streams and time to live", "time-to-live-ttl-streams");
const record = serviceModel("dynamodbstreams", "StreamRecord");
/** Of the mapping. */
const batchSize = 10;

/**
 * What of a table's changes reaches a function. They run one after the other: a batch that fails has
 * the records of others in it, which come again.
 */
export const cases: Case[] = [
  {
    id: "images-of-a-change",
    area: "stream",
    title:
      "A new item comes as INSERT with the new image, a change as MODIFY with both, a deletion as REMOVE with the old one.",
    sources: [streams, record],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      const [first, second] = ["1", "2"].map((version) => ({
        ...user.key("a"),
        version: { N: version },
      }));
      assert.ok(first && second);
      await user.put(first);
      await user.put(second);
      await remove(target, user, "a");
      const records = await recordsUntil(target, user, 3);
      assert.deepEqual(
        records.map(({ eventName, dynamodb: { NewImage, OldImage } }) => [
          eventName,
          OldImage,
          NewImage,
        ]),
        [
          ["INSERT", undefined, first],
          ["MODIFY", first, second],
          ["REMOVE", second, undefined],
        ],
      );
      assert.deepEqual(
        records.map(({ userIdentity }) => userIdentity),
        [undefined, undefined, undefined],
      );
    },
  },
  {
    id: "record-of-a-change",
    area: "stream",
    title: "A record tells its table's stream, its item's keys, a long sequence number and a size.",
    sources: [lambda, record],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      await user.put(user.item("a", { hidden: { S: "no boolean" } }));
      const [found] = await recordsUntil(target, user, 1);
      assert.ok(found);
      const { eventSource, eventVersion, awsRegion, eventSourceARN, dynamodb } = found;
      assert.deepEqual(
        [eventSource, eventVersion, awsRegion],
        ["aws:dynamodb", "1.1", target.outputs.region],
      );
      assert.match(eventSourceARN, new RegExp(`:table/${user.TableName}/stream/.`));
      assert.deepEqual(
        [dynamodb.Keys, dynamodb.StreamViewType],
        [user.key("a"), "NEW_AND_OLD_IMAGES"],
      );
      assert.match(dynamodb.SequenceNumber, /^\d{21,40}$/);
      assert.ok(dynamodb.SizeBytes > 0);
      // Epoch seconds.
      assert.ok(Math.abs(dynamodb.ApproximateCreationDateTime - target.now() / 1000) < 60);
      assert.match(found.eventID, /^[0-9a-f]{32}$/);
    },
  },
  {
    id: "write-without-a-change",
    area: "stream",
    title: "A write that changes nothing is not in the stream.",
    sources: [streams],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      const item = { ...user.key("a"), version: { N: "1" } };
      await user.put(item);
      await user.put(item);
      await remove(target, user, "not there");
      await user.put({ ...item, version: { N: "2" } });
      const records = await recordsUntil(target, user, 2);
      assert.deepEqual(names(records), ["INSERT", "MODIFY"]);
    },
  },
  {
    id: "changes-of-an-item-in-order",
    area: "stream",
    title: "The changes of an item come in the order in which they were made.",
    sources: [streams, lambda],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      const versions = Array.from({ length: 25 }, (_, index) => `${index}`);
      for (const version of versions) {
        await user.put({ ...user.key("a"), version: { N: version } });
      }
      const records = await recordsUntil(target, user, versions.length);
      assert.deepEqual(
        records.map(({ dynamodb }) => dynamodb.NewImage?.["version"]?.N),
        versions,
      );
      const numbers = records.map(({ dynamodb }) => BigInt(dynamodb.SequenceNumber));
      assert.ok(
        numbers.every((number, index) => index === 0 || number > (numbers[index - 1] ?? 0n)),
      );
    },
  },
  {
    id: "batch-of-changes",
    area: "stream",
    title: "A batch has no more records than the mapping's batch size.",
    sources: [lambda],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      const keys = Array.from({ length: 25 }, (_, index) => `${index}`);
      await writeAll(target, user, keys.map(user.key));
      const reports = await streamReports(target, user, keys.length);
      const found = reports.flatMap((report) => ownRecords(report, user));
      const got = found.map(({ dynamodb }) => dynamodb.Keys["sk"]?.S ?? "");
      assert.deepEqual(got.toSorted(), keys.toSorted());
      for (const { event } of reports) assert.ok(event.Records.length <= batchSize);
    },
  },
  {
    id: "filtered-changes",
    area: "stream",
    title: "Only what passes one of the mapping's filters reaches the function.",
    sources: [filtering],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      await user.put(user.item("hidden"));
      await user.put(user.key("seen"));
      await remove(target, user, "hidden");
      const records = await recordsUntil(target, user, 2);
      const found = records.map(({ eventName, dynamodb }) => [eventName, dynamodb.Keys["sk"]?.S]);
      assert.deepEqual(found.toSorted(), [
        ["INSERT", "seen"],
        ["REMOVE", "hidden"],
      ]);
    },
  },
  {
    id: "expiry-is-the-services-own",
    area: "stream",
    title: "An expired item comes as a REMOVE with the identity of DynamoDB and the old image.",
    sources: [expiry],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const expiresAt = { N: `${Math.floor(target.now() / 1000) + 60}` };
      const item = user.item("a", { expiresAt });
      await user.put(item);
      await target.clock.advance(3 * 60_000);
      const [found] = await recordsUntil(target, user, 1);
      assert.deepEqual([found?.eventName, found?.dynamodb.OldImage], ["REMOVE", item]);
      assert.deepEqual(found?.userIdentity, {
        type: "Service",
        principalId: "dynamodb.amazonaws.com",
      });
    },
  },
];

function names(records: readonly StreamRecord[]): string[] {
  return records.map(({ eventName }) => eventName);
}

async function remove(target: FixtureTarget, { TableName, key }: TableUser, sk: string) {
  await target.dynamodb.send(new DeleteItemCommand({ TableName, Key: key(sk) }));
}

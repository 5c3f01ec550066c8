import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { reportsUntil, type TimedReport } from "../reports.ts";
import { lambdaGuide, observed } from "../sources.ts";
import { ownRecords, recordsUntil, type StreamRecord, writeAll } from "../stream-records.ts";
import { TableUser } from "../table-user.ts";
import type { FixtureTarget } from "../target.ts";

const lambda = lambdaGuide("using Lambda with DynamoDB streams", "with-ddb");
const discarded = lambdaGuide(
  "retaining discarded records of a DynamoDB event source",
  "services-dynamodb-errors",
);

/** What becomes of changes that a function does not handle. */
export const cases: Case[] = [
  {
    id: "changes-that-a-function-fails",
    area: "stream",
    title:
      "A batch that fails is halved until the record that fails it is alone; that one is retried and then given up, and the others are handled.",
    sources: [discarded, lambda],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      const keys = ["1", "2", "poison", "3", "4"];
      await writeAll(target, user, keys.map(user.key));
      await user.put(user.key("last"));
      const lone = (reports: readonly TimedReport[]) =>
        reports.filter((report) => {
          const found = ownRecords(report, user);
          return found.length === 1 && report.event.Records.length === 1 && isPoison(found[0]);
        });
      const good = (reports: readonly TimedReport[]) =>
        reports
          .map((report) => ownRecords(report, user))
          .filter((records) => !records.some(isPoison))
          .flatMap((records) => records.map(({ dynamodb }) => dynamodb.Keys["sk"]?.S ?? ""));
      const reports = await reportsUntil(
        target,
        user.name,
        (reports) => lone(reports).length === 2 && good(reports).length === keys.length,
      );
      assert.deepEqual(good(reports).toSorted(), ["1", "2", "3", "4", "last"]);
      const [poison] = ownRecords(lone(reports)[0] as TimedReport, user);
      const letter = await failureOf(target, poison?.dynamodb.SequenceNumber ?? "");
      assert.equal(letter.requestContext.condition, "RetryAttemptsExhausted");
      assert.equal(letter.DDBStreamBatchInfo.batchSize, 1);
    },
  },
  {
    id: "record-of-what-was-given-up",
    area: "stream",
    title:
      "The on-failure destination is told where the records are and what became of them, not the records.",
    sources: [discarded],
    where: "anywhere",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      await user.put(user.key("poison"));
      const records = await recordsUntil(target, user, 2);
      const [found] = records;
      assert.ok(found);
      assert.deepEqual(records[1], found);
      const { SequenceNumber } = found.dynamodb;
      const letter = await failureOf(target, SequenceNumber);
      const { requestContext, responseContext, DDBStreamBatchInfo, version, timestamp } = letter;
      assert.deepEqual(Object.keys(letter).toSorted(), [
        ...["DDBStreamBatchInfo", "requestContext", "responseContext", "timestamp", "version"],
      ]);
      assert.deepEqual(
        [version, requestContext.condition, responseContext.functionError],
        ["1.0", "RetryAttemptsExhausted", "Unhandled"],
      );
      assert.match(requestContext.functionArn, /:function:./);
      assert.match(timestamp, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/);
      const { approximateArrivalOfFirstRecord, approximateArrivalOfLastRecord, shardId, ...rest } =
        DDBStreamBatchInfo;
      assert.deepEqual(rest, {
        startSequenceNumber: SequenceNumber,
        endSequenceNumber: SequenceNumber,
        batchSize: 1,
        streamArn: found.eventSourceARN,
      });
      assert.match(shardId, /^shardId-/);
      for (const arrival of [approximateArrivalOfFirstRecord, approximateArrivalOfLastRecord]) {
        assert.equal(Date.parse(arrival) / 1000, found.dynamodb.ApproximateCreationDateTime);
      }
    },
  },
  {
    id: "invocations-of-what-was-given-up",
    area: "stream",
    title: "The count of invocations has the first one and the retries.",
    sources: [observed("the example of the Lambda Developer Guide, read so")],
    where: "unconfirmed",
    stack: "fixture",
    exclusive: "stream",
    async run(target) {
      const user = new TableUser(target);
      await user.put(user.key("poison"));
      const [found] = await recordsUntil(target, user, 2);
      const letter = await failureOf(target, found?.dynamodb.SequenceNumber ?? "");
      assert.equal(letter.requestContext.approximateInvokeCount, 2);
    },
  },
];

function isPoison(record: StreamRecord | undefined): boolean {
  return record?.dynamodb.Keys["sk"]?.S === "poison";
}

/** What the on-failure destination was told of a record; others are of earlier runs. */
// biome-ignore lint/suspicious/noExplicitAny: a document as Lambda makes it, whose form is what is tested
async function failureOf(target: FixtureTarget, sequenceNumber: string): Promise<any> {
  for (;;) {
    const { Body = "" } = await target.mail("streamDead", "");
    const document = JSON.parse(Body);
    if (document.DDBStreamBatchInfo.startSequenceNumber === sequenceNumber) return document;
  }
}

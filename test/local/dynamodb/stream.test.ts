import assert from "node:assert/strict";
import { DeleteItemCommand, PutItemCommand, UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDbEngine } from "../../../local/dynamodb/engine.ts";
import { DynamoDbService } from "../../../local/dynamodb/service.ts";
import { RETENTION_MILLISECONDS } from "../../../local/dynamodb/stream.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { REGION, recordedTable, recordsFrom, streamArnOf } from "./tables.ts";

const NOW_SECONDS = Date.UTC(2026, 0, 1) / 1000;
const ANN = { room: { S: "lobby" }, member: { S: "ann" } };

describe("DynamoDB stream", () => {
  let engine: DynamoDbEngine;
  let service: DynamoDbService;
  let clock: ManualClock;

  before(async () => {
    engine = await startTestEngine();
  });
  after(() => engine.close());

  beforeEach(() => {
    clock = new ManualClock();
    service = new DynamoDbService({
      engine,
      clock,
      region: REGION,
      emit() {},
      replaceTables: true,
    });
  });
  afterEach(() => service.close());

  const put = (table: string, attributes: Record<string, { N: string }> = {}) =>
    service.client.send(new PutItemCommand({ TableName: table, Item: { ...ANN, ...attributes } }));

  const remove = (table: string) =>
    service.client.send(new DeleteItemCommand({ TableName: table, Key: ANN }));

  async function streamOf(table: string, viewType = "NEW_AND_OLD_IMAGES") {
    await service.addTable(recordedTable(table, { streamViewType: viewType }));
    const stream = service.tableByStreamArn(streamArnOf(table))?.stream;
    assert.ok(stream);
    return stream;
  }

  it("has records as Lambda hands them out", async () => {
    const stream = await streamOf("shape");
    const position = await stream.open("LATEST");
    await put("shape", { visits: { N: "1" } });
    await service.client.send(
      new UpdateItemCommand({
        TableName: "shape",
        Key: ANN,
        UpdateExpression: "SET visits = visits + :one",
        ExpressionAttributeValues: { ":one": { N: "1" } },
      }),
    );
    await remove("shape");
    const records = await recordsFrom(stream, position, 3);
    const sequenceNumbers = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
    const once = { ...ANN, visits: { N: "1" } };
    const twice = { ...ANN, visits: { N: "2" } };
    const expected = (eventName: string, index: number, images: object) => ({
      eventID: records[index]?.eventID,
      eventName,
      eventVersion: "1.1",
      eventSource: "aws:dynamodb",
      awsRegion: REGION,
      eventSourceARN: streamArnOf("shape"),
      dynamodb: {
        ApproximateCreationDateTime: NOW_SECONDS,
        Keys: ANN,
        ...images,
        SequenceNumber: sequenceNumbers[index],
        SizeBytes: records[index]?.dynamodb.SizeBytes,
        StreamViewType: "NEW_AND_OLD_IMAGES",
      },
    });
    assert.deepEqual(records, [
      expected("INSERT", 0, { NewImage: once }),
      expected("MODIFY", 1, { NewImage: twice, OldImage: once }),
      expected("REMOVE", 2, { OldImage: twice }),
    ]);
    assert.ok(records.every(({ eventID }) => /^[0-9a-f]{32}$/.test(eventID)));
    assert.equal(new Set(records.map(({ eventID }) => eventID)).size, 3);
    assert.ok(sequenceNumbers.every((number) => /^[1-9]\d{20,39}$/.test(number)));
    assert.deepEqual(sequenceNumbers, [...new Set(sequenceNumbers)].sort());
    assert.ok(records.every(({ dynamodb }) => dynamodb.SizeBytes > 0));
  });

  it("has no record of a write that changes nothing", async () => {
    const stream = await streamOf("unchanged");
    const position = await stream.open("LATEST");
    await put("unchanged", { visits: { N: "1" } });
    await put("unchanged", { visits: { N: "1" } });
    await remove("unchanged");
    const records = await recordsFrom(stream, position, 2);
    assert.deepEqual(
      records.map(({ eventName }) => eventName),
      ["INSERT", "REMOVE"],
    );
  });

  const images: Record<string, string[]> = {
    KEYS_ONLY: [],
    NEW_IMAGE: ["NewImage"],
    OLD_IMAGE: ["OldImage"],
    NEW_AND_OLD_IMAGES: ["NewImage", "OldImage"],
  };
  for (const [viewType, expected] of Object.entries(images)) {
    it(`shows ${expected.join(" and ") || "no image"} with the view type ${viewType}`, async () => {
      const stream = await streamOf("views", viewType);
      const position = await stream.open("LATEST");
      await put("views", { visits: { N: "1" } });
      await put("views", { visits: { N: "2" } });
      const [, modify] = await recordsFrom(stream, position, 2);
      assert.deepEqual(
        Object.keys(modify?.dynamodb ?? {}).filter((key) => key.endsWith("Image")),
        expected,
      );
      assert.equal(modify?.dynamodb.StreamViewType, viewType);
    });
  }

  it("marks what the service removed because it had expired, and nothing else", async () => {
    const stream = await streamOf("marks", "KEYS_ONLY");
    const position = await stream.open("LATEST");
    await put("marks", { expiresAt: { N: String(NOW_SECONDS) } });
    assert.equal(await service.sweep(), 1);
    await put("marks", { expiresAt: { N: String(NOW_SECONDS) } });
    await remove("marks");
    const records = await recordsFrom(stream, position, 4);
    assert.deepEqual(
      records.map(({ eventName, userIdentity }) => [eventName, userIdentity]),
      [
        ["INSERT", undefined],
        ["REMOVE", { type: "Service", principalId: "dynamodb.amazonaws.com" }],
        ["INSERT", undefined],
        ["REMOVE", undefined],
      ],
    );
  });

  it("starts at the oldest record or after the newest", async () => {
    const stream = await streamOf("positions");
    await put("positions");
    const oldest = await stream.open("TRIM_HORIZON");
    const newest = await stream.open("LATEST");
    await remove("positions");
    const names = async (position: number, count: number) =>
      (await recordsFrom(stream, position, count)).map(({ eventName }) => eventName);
    assert.deepEqual(await names(oldest, 2), ["INSERT", "REMOVE"]);
    assert.deepEqual(await names(newest, 1), ["REMOVE"]);
  });

  it("forgets records after a day, which moves the oldest position on", async () => {
    const stream = await streamOf("day");
    const position = await stream.open("LATEST");
    await put("day");
    await recordsFrom(stream, position, 1);
    await clock.advance(RETENTION_MILLISECONDS + 1000);
    await remove("day");
    await recordsFrom(stream, position + 1, 1);
    const { records, next } = stream.read(position, 10);
    assert.deepEqual(
      records.map(({ eventName }) => eventName),
      ["REMOVE"],
    );
    assert.equal(next, position + 2);
  });

  it("has the first record though another table was created before it", async () => {
    const stream = await streamOf("older");
    const position = await stream.open("LATEST");
    await streamOf("younger");
    await put("older");
    const [record] = await recordsFrom(stream, position, 1);
    assert.equal(record?.eventName, "INSERT");
  });

  it("notices a write without being told to look", async () => {
    const stream = await streamOf("quiet");
    await stream.open("LATEST");
    const { promise, resolve } = Promise.withResolvers<void>();
    stream.onArrival(resolve);
    await put("quiet");
    await promise;
    assert.equal(stream.read(0, 10).records.length, 1);
  });

  it("refuses a table that the engine has without a stream", async () => {
    const kept = new DynamoDbService({ engine, clock, region: REGION, emit() {} });
    await kept.addTable(recordedTable("plain", { streamEnabled: false }));
    await assert.rejects(kept.addTable(recordedTable("plain")), {
      message: "The table plain is in the engine already, without a stream.",
    });
    await kept.close();
  });
});

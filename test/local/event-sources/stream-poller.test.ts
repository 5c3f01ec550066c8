import assert from "node:assert/strict";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDbEngine } from "../../../local/dynamodb/engine.ts";
import { DynamoDbService } from "../../../local/dynamodb/service.ts";
import type { TableStream } from "../../../local/dynamodb/stream.ts";
import {
  StreamPoller,
  type StreamPollerOptions,
} from "../../../local/event-sources/stream-poller.ts";
import type { RuntimeEvent } from "../../../local/events.ts";
import type { InvocationResult } from "../../../local/lambda/function.ts";
import type { Properties } from "../../../local/recording/resource.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { REGION, recordedTable, recordsFrom } from "../dynamodb/tables.ts";
import { DONE, FAILED, FakeFunction, mappingOf } from "./stream-harness.ts";

const NOW_SECONDS = Date.UTC(2026, 0, 1) / 1000;

describe("stream poller", () => {
  let engine: DynamoDbEngine;
  let service: DynamoDbService;
  let clock: ManualClock;
  let stream: TableStream;
  let target: FakeFunction;
  let events: RuntimeEvent[];
  let poller: StreamPoller | undefined;
  let table: string;
  let tables = 0;

  before(async () => {
    engine = await startTestEngine();
  });
  after(() => engine.close());

  beforeEach(async () => {
    clock = new ManualClock();
    events = [];
    target = new FakeFunction();
    service = new DynamoDbService({ engine, clock, region: REGION, emit() {} });
    table = `rooms-${++tables}`;
    const added = await service.addTable(recordedTable(table));
    assert.ok(added.stream);
    stream = added.stream;
  });
  afterEach(async () => {
    await poller?.close();
    await service.close();
  });

  async function start(inputs: Properties = {}, options: Partial<StreamPollerOptions> = {}) {
    poller = new StreamPoller({
      mapping: mappingOf(inputs),
      stream,
      target,
      clock,
      newId: () => "request-1",
      emit: (event) => events.push(event),
      ...options,
    });
    await poller.start();
  }

  const itemOf = (member: string) => ({ room: { S: "lobby" }, member: { S: member } });

  async function put(...members: string[]) {
    for (const member of members) {
      const Item = { ...itemOf(member), expiresAt: { N: String(NOW_SECONDS) } };
      await service.client.send(new PutItemCommand({ TableName: table, Item }));
    }
  }

  /** Resolves with what the function was given as soon as that is `count` records. */
  function received(count: number, answer: (call: number) => InvocationResult = () => DONE) {
    const { promise, resolve } = Promise.withResolvers<string[]>();
    target.answer = () => {
      if (target.records.length >= count) resolve(membersOf());
      return answer(target.batches.length);
    };
    stream.nudge();
    return promise;
  }

  const membersOf = () =>
    target.records.map(
      ({ eventName, dynamodb }) => `${eventName} ${dynamodb.Keys["member"]?.["S"]}`,
    );

  it("hands new records to the function, in order", async () => {
    await put("before");
    await start();
    const invoked = received(1);
    await put("ann");
    stream.nudge();
    assert.deepEqual(await invoked, ["INSERT ann"]);
  });

  it("starts with the oldest record when it is told to, in batches", async () => {
    await put("ann", "bob", "cid");
    const invoked = received(3);
    await start({ startingPosition: "TRIM_HORIZON", batchSize: 2 });
    assert.deepEqual(await invoked, ["INSERT ann", "INSERT bob", "INSERT cid"]);
    assert.deepEqual(
      target.batches.map((batch) => batch.length),
      [2, 1],
    );
  });

  it("delivers what passes one of the filters", async () => {
    const patterns = [
      { userIdentity: { type: ["Service"], principalId: ["dynamodb.amazonaws.com"] } },
      { eventName: ["INSERT"], dynamodb: { NewImage: { member: { S: [{ prefix: "b" }] } } } },
    ];
    const filters = patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) }));
    await start({ filterCriteria: { filters } });
    const invoked = received(2);
    await put("ann", "bob", "cid");
    await service.client.send(new DeleteItemCommand({ TableName: table, Key: itemOf("bob") }));
    await service.client.send(new DeleteItemCommand({ TableName: table, Key: itemOf("ann") }));
    assert.equal(await service.sweep(), 1);
    assert.deepEqual(await invoked, ["INSERT bob", "REMOVE cid"]);
  });

  it("retries on the runtime's clock, and holds back what comes later", async () => {
    await start();
    const first = received(1, () => FAILED);
    await put("ann");
    await first;
    await put("bob");
    await recordsFrom(stream, 1, 1);
    const rest = received(3);
    await clock.advance(999);
    assert.equal(target.batches.length, 1);
    await clock.advance(1);
    assert.deepEqual(await rest, ["INSERT ann", "INSERT ann", "INSERT bob"]);
  });

  it("waits for a batch to fill when there is a batching window", async () => {
    await start({ maximumBatchingWindowInSeconds: 5 });
    await put("ann");
    await recordsFrom(stream, 0, 1);
    await clock.advance(4999);
    await put("bob");
    await recordsFrom(stream, 1, 1);
    assert.deepEqual(target.batches, []);
    const invoked = received(2);
    await clock.advance(1);
    assert.deepEqual(await invoked, ["INSERT ann", "INSERT bob"]);
  });

  it("keeps a batch under what an invocation can take", async () => {
    await start({ maximumBatchingWindowInSeconds: 5 });
    const first = received(15);
    const padding = { S: "x".repeat(390_000) };
    for (let count = 1; count <= 16; count++) {
      const Item = { ...itemOf(`member-${count}`), padding };
      await service.client.send(new PutItemCommand({ TableName: table, Item }));
    }
    await recordsFrom(stream, 0, 16);
    await first;
    const rest = received(16);
    await clock.advance(5000);
    await rest;
    assert.deepEqual(
      target.batches.map((batch) => batch.length),
      [15, 1],
    );
  });

  it("tells of records that it gave up, and goes on", async () => {
    const told: unknown[] = [];
    await start(
      { maximumRetryAttempts: 0, batchSize: 1 },
      {
        onFailure: ({ requestContext }) => {
          told.push(requestContext.condition);
          throw new Error("no such queue");
        },
      },
    );
    const invoked = received(2, (call) => (call === 1 ? FAILED : DONE));
    await put("ann", "bob");
    assert.deepEqual(await invoked, ["INSERT ann", "INSERT bob"]);
    assert.deepEqual(told, ["RetryAttemptsExhausted"]);
    const source = "event source mapping presence";
    const [gaveUp, destination] = [
      "gave up 1 record(s): RetryAttemptsExhausted",
      "could not tell its on-failure destination: no such queue",
    ];
    assert.deepEqual(events, [
      { type: "notice", source, message: gaveUp },
      { type: "notice", source, message: destination },
    ]);
  });

  it("does nothing when it is not enabled", async () => {
    await start({ enabled: false, startingPosition: "TRIM_HORIZON" });
    await put("ann");
    const position = await stream.open("TRIM_HORIZON");
    await recordsFrom(stream, position, 1);
    assert.deepEqual(target.batches, []);
  });

  it("ends while it waits for a retry", async () => {
    await start();
    const invoked = received(1, () => FAILED);
    await put("ann");
    await invoked;
    await poller?.close();
    await clock.advance(60_000);
    assert.equal(target.batches.length, 1);
  });
});

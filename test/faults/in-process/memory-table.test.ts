import assert from "node:assert/strict";
import type { AttributeValue, DynamoDBClient, QueryCommandInput } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { hashOf } from "../../../handlers/lib/connection-context.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { MemberTable } from "../../../handlers/lib/members/member-table.ts";
import type { DynamoDbEngine } from "../../../local/dynamodb/engine.ts";
import { DynamoDbService } from "../../../local/dynamodb/service.ts";
import { tableDefinition } from "../../../local/dynamodb/table.ts";
import { REGION, recordedTable, recordsFrom, streamArnOf } from "../../local/dynamodb/tables.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { Invocation } from "./invocation.ts";
import { MemoryStream } from "./memory-stream.ts";
import { MemoryTable, type MemoryTableOptions } from "./memory-table.ts";
import { OutsideCalls } from "./outside-calls.ts";
import { dynamoDbClient, type Services } from "./sdk-clients.ts";
import { SeededRandom } from "./seeded-random.ts";

const hour = 3_600_000;
const definition = tableDefinition(recordedTable("members", { streamViewType: "KEYS_ONLY" }));
const users = ["alice", "bob", "bob#", "bob#c1", "Zoë", "🎈"];

/** A table in memory with its stream and the client that a handler would have. */
function memoryTable(clock: ManualClock, options: Partial<MemoryTableOptions> = {}) {
  const stream = new MemoryStream({
    streamArn: streamArnOf("members"),
    viewType: "KEYS_ONLY",
    region: REGION,
  });
  const onChange: MemoryTableOptions["onChange"] = (change) => stream.write(change);
  const table = new MemoryTable({ definition, clock, onChange, ...options });
  const calls = new OutsideCalls(new Invocation("request", clock), {
    functionName: "connect",
    onCall: () => undefined,
    latency: () => 0,
    random: new SeededRandom(1),
  });
  return { table, stream, client: dynamoDbClient(calls, { table } as Services) };
}

function memberTable(client: DynamoDBClient, clock: ManualClock): MemberTable {
  return new MemberTable({ client, tableName: "members", now: () => clock.now() });
}

const anyMember = fc.record({
  room: fc.constantFrom("lobby", "lobby2"),
  user: fc.constantFrom(...users),
  connectionId: fc.constantFrom("c1=", "c2=", "c3="),
  subscribe: fc.boolean(),
  /** How long ago it has joined, and until when its token is good, in hours. */
  age: fc.integer({ min: 0, max: 4 }),
  remaining: fc.integer({ min: -1, max: 1 }),
});
const anyStep = fc.tuple(
  fc.constantFrom("add", "add", "remove", "list", "slice", "count"),
  anyMember,
);

describe("MemoryTable", () => {
  describe("beside a real engine", () => {
    const clock = new ManualClock();
    let engine: DynamoDbEngine;
    let service: DynamoDbService;

    before(async () => {
      engine = await startTestEngine();
      service = new DynamoDbService({
        ...{ engine, clock, region: REGION, replaceTables: true },
        emit() {},
      });
      await service.addTable(recordedTable("members", { streamViewType: "KEYS_ONLY" }));
    });
    after(async () => {
      await service.close();
      await engine.close();
    });

    it("answers the member table's calls the same, page by page, and has the same stream", async () => {
      const stream = service.tableByStreamArn(streamArnOf("members"))?.stream;
      assert.ok(stream);
      const random = new SeededRandom(1);
      let runs = 0;
      await fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 20, maxLength: 40 }), async (steps) => {
          const prefix = `run-${++runs}-`;
          const memory = memoryTable(clock, { pageSize: () => 1 + random.integer(4) });
          const position = await stream.open("LATEST");
          const tables = [memory.client, service.client].map((client) =>
            memberTable(client, clock),
          );
          for (const [action, { age, remaining, room, ...member }] of steps) {
            const connectedAt = clock.now() - age * hour;
            const tokenExpiresAt = clock.now() / 1000 + (remaining * hour) / 1000;
            const userHash = hashOf(member.user);
            const all = {
              ...{ ...member, userHash, connectedAt, tokenExpiresAt },
              room: `${prefix}${room}`,
            };
            const [simulated, real] = await Promise.all(
              tables.map((table) => perform(table, action, all)),
            );
            assert.deepEqual(simulated, real);
          }
          const { records } = memory.stream.read(0, 1000);
          const written = await recordsFrom(stream, position, records.length);
          assert.deepEqual(records.map(essence), written.map(essence));
        }),
        { numRuns: 12 },
      );
    });
  });

  it("shows an older state to a read that is not consistent", async () => {
    const clock = new ManualClock();
    const { table } = memoryTable(clock);
    table.put({ TableName: "members", Item: item("ann") });
    await clock.advance(1000);
    table.put({ TableName: "members", Item: item("bob") });
    await clock.advance(1000);
    table.delete({ TableName: "members", Key: key("ann") });
    const seen = (staleBy: number, consistent: boolean) =>
      table.query({ ...lobby, ConsistentRead: consistent }, staleBy).Items?.map(memberOf);
    assert.deepEqual(seen(2001, false), []);
    assert.deepEqual(seen(2000, false), ["ann"]);
    assert.deepEqual(seen(1000, false), ["ann", "bob"]);
    assert.deepEqual(seen(0, false), ["bob"]);
    assert.deepEqual(seen(2000, true), ["bob"]);
  });

  it("removes what has expired as late as told, as the service", async () => {
    const clock = new ManualClock();
    const { table, stream } = memoryTable(clock, { expiryLag: () => 5000 });
    const expiresAt = { N: String(clock.now() / 1000 + 10) };
    table.put({ TableName: "members", Item: { ...item("ann"), expiresAt } });
    await clock.advance(14_999);
    assert.equal(table.items().length, 1);
    await clock.advance(1);
    assert.equal(table.items().length, 0);
    const removal = stream.read(1, 1).records[0];
    assert.deepEqual(
      [removal?.eventName, removal?.userIdentity],
      ["REMOVE", { type: "Service", principalId: "dynamodb.amazonaws.com" }],
    );
  });

  it("keeps an item whose expiry was put off", async () => {
    const clock = new ManualClock();
    const { table } = memoryTable(clock);
    for (const seconds of [10, 20]) {
      const expiresAt = { N: String(clock.now() / 1000 + seconds) };
      table.put({ TableName: "members", Item: { ...item("ann"), expiresAt } });
    }
    await clock.advance(19_999);
    assert.equal(table.items().length, 1);
    await clock.advance(1);
    assert.equal(table.items().length, 0);
  });

  it("refuses what it does not know", () => {
    const { table } = memoryTable(new ManualClock());
    const refused: [string, () => unknown][] = [
      ["another table", () => table.put({ TableName: "other", Item: item("ann") })],
      ["no sort key", () => table.delete({ TableName: "members", Key: { room: { S: "lobby" } } })],
      [
        "a condition",
        () => table.put({ ...lobby, Item: item("a"), ConditionExpression: "a = b" } as never),
      ],
      ["another filter", () => table.query({ ...lobby, FilterExpression: "#room <> :room" })],
      ["another index", () => table.query({ ...lobby, IndexName: "by-user" })],
      ["another key", () => table.query({ ...lobby, KeyConditionExpression: "user = :room" })],
    ];
    for (const [what, call] of refused) assert.throws(call, Error, what);
  });
});

const lobby: QueryCommandInput = {
  TableName: "members",
  KeyConditionExpression: "#room = :room",
  ExpressionAttributeNames: { "#room": "room" },
  ExpressionAttributeValues: { ":room": { S: "lobby" } },
};

function key(member: string) {
  return { room: { S: "lobby" }, member: { S: member } };
}

function item(member: string): Record<string, AttributeValue> {
  return { ...key(member), connectionId: { S: "c" } };
}

function memberOf(found: Record<string, AttributeValue>): string | undefined {
  return found["member"]?.S;
}

async function perform(table: MemberTable, action: string, member: Member): Promise<unknown> {
  switch (action) {
    case "add":
      return await table.add(member);
    case "remove":
      return await table.remove(member);
    case "list":
      return await table.list(member.room, 2);
    case "slice":
      return await all(table.slice(member.room, { lane: 1, lanes: 2 }));
    default:
      return await table.countOf(member.room, member);
  }
}

/** All members of the pages, however they are cut: pages of the two tables differ. */
async function all(pages: AsyncIterable<Member[]>): Promise<Member[]> {
  const members: Member[] = [];
  for await (const page of pages) members.push(...page);
  return members;
}

function essence(record: { eventName: string; dynamodb: { Keys: object } }) {
  return { eventName: record.eventName, keys: record.dynamodb.Keys };
}

import assert from "node:assert/strict";
import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from "@aws-sdk/client-dynamodb";
import type { DynamoDbEngine } from "../../../local/dynamodb/engine.ts";
import { DEFAULT_SWEEP_MILLISECONDS, Expiry } from "../../../local/dynamodb/expiry.ts";
import { DynamoDbService } from "../../../local/dynamodb/service.ts";
import { tableDefinition } from "../../../local/dynamodb/table.ts";
import type { RuntimeEvent } from "../../../local/events.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { REGION, recordedTable } from "./tables.ts";

const NOW_SECONDS = Date.UTC(2026, 0, 1) / 1000;
const FIVE_YEARS_SECONDS = 5 * 365 * 24 * 3600;

describe("DynamoDB expiry", () => {
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

  async function put(table: string, member: string, expiresAt?: AttributeValue) {
    const Item = { room: { S: "lobby" }, member: { S: member }, ...(expiresAt && { expiresAt }) };
    await service.client.send(new PutItemCommand({ TableName: table, Item }));
  }

  async function membersOf(table: string) {
    const { Items } = await service.client.send(new ScanCommand({ TableName: table }));
    return Items?.map((item) => item["member"]?.S).sort();
  }

  it("deletes what has expired by the runtime's clock, in epoch seconds", async () => {
    await service.addTable(recordedTable("terms"));
    await put("terms", "past", { N: String(NOW_SECONDS - 1) });
    await put("terms", "now", { N: String(NOW_SECONDS) });
    await put("terms", "soon", { N: String(NOW_SECONDS + 1) });
    await put("terms", "milliseconds", { N: String(NOW_SECONDS * 1000) });
    await put("terms", "text", { S: String(NOW_SECONDS - 1) });
    await put("terms", "oldest", { N: String(NOW_SECONDS - FIVE_YEARS_SECONDS) });
    await put("terms", "too-old", { N: String(NOW_SECONDS - FIVE_YEARS_SECONDS - 1) });
    await put("terms", "never");
    assert.equal(await service.sweep(), 3);
    assert.deepEqual(await membersOf("terms"), [
      "milliseconds",
      "never",
      "soon",
      "text",
      "too-old",
    ]);
    await clock.advance(1000);
    assert.equal(await service.sweep(), 1);
  });

  it("finds expired items on every page", async () => {
    await service.addTable(recordedTable("pages"));
    const padding = { S: "x".repeat(390_000) };
    for (const member of ["a", "b", "c", "d"]) {
      const expiresAt = { N: String(NOW_SECONDS) };
      const Item = { room: { S: "lobby" }, member: { S: member }, padding, expiresAt };
      await service.client.send(new PutItemCommand({ TableName: "pages", Item }));
    }
    assert.equal(await service.sweep(), 4);
  });

  it("leaves an item alone that is refreshed while it is swept", async () => {
    const { definition } = await service.addTable(recordedTable("refreshed"));
    await put("refreshed", "ann", { N: String(NOW_SECONDS) });
    const client = {
      send: async (command: unknown) => {
        if (command instanceof DeleteItemCommand) {
          await put("refreshed", "ann", { N: String(NOW_SECONDS + 60) });
        }
        return service.client.send(command as ScanCommand);
      },
    } as unknown as DynamoDBClient;
    const expiry = new Expiry({ client, table: definition, clock, emit() {} });
    assert.equal(await expiry.sweep(), 0);
    assert.deepEqual(await membersOf("refreshed"), ["ann"]);
    await expiry.close();
  });

  describe("by itself", () => {
    const table = tableDefinition(recordedTable("any"));

    it("sweeps every ten seconds, until it is closed", async () => {
      let scans = 0;
      const client = { send: async () => ({ Items: [], scans: ++scans }) };
      const expiry = new Expiry({ client: client as never, table, clock, emit() {} });
      await clock.advance(DEFAULT_SWEEP_MILLISECONDS - 1);
      assert.equal(scans, 0);
      await clock.advance(1);
      assert.equal(scans, 1);
      await clock.advance(2 * DEFAULT_SWEEP_MILLISECONDS);
      assert.equal(scans, 3);
      await expiry.close();
      await clock.advance(DEFAULT_SWEEP_MILLISECONDS);
      assert.equal(scans, 3);
    });

    it("tells of a failure, and tries again", async () => {
      const events: RuntimeEvent[] = [];
      const client = { send: () => Promise.reject(new Error("engine gone")) };
      const emit = (event: RuntimeEvent) => void events.push(event);
      const expiry = new Expiry({ client: client as never, table, clock, emit });
      await clock.advance(2 * DEFAULT_SWEEP_MILLISECONDS);
      const message = "Expired items of any cannot be deleted: engine gone";
      const notice = { type: "notice", source: "dynamodb", message };
      assert.deepEqual(events, [notice, notice]);
      await expiry.close();
    });
  });
});

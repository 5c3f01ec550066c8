import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { rowLifetimeSeconds } from "../../handlers/lib/members/member.ts";
import { MemberTable } from "../../handlers/lib/members/member-table.ts";
import { DEFAULT_SWEEP_MILLISECONDS } from "../../local/dynamodb/expiry.ts";
import type { RoomClient } from "../support/room-client.ts";
import { VirtualStack } from "../support/virtual-stack.ts";

const MINUTE = 60_000;

describe("a stack whose time is moved by hand", function () {
  this.timeout(5000);
  let virtual: VirtualStack;
  const clients: RoomClient[] = [];

  before(async function () {
    this.timeout(60_000);
    virtual = await VirtualStack.start();
    await (await virtual.join("alice", "warm-up")).close();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client.close();
    await virtual.clock.settle();
  });

  after(() => virtual?.close());

  async function join(user: string, room: string, seconds?: number): Promise<RoomClient> {
    const client = await virtual.join(user, room, seconds);
    clients.push(client);
    return client;
  }

  it("delivers a message while the time stands still", async () => {
    const alice = await join("alice", "still");
    const before = virtual.clock.now();
    alice.send("hello");
    await alice.next("ack");
    assert.equal((await alice.next("message")).at, before);
    assert.equal(virtual.clock.now(), before);
  });

  it("lets a token expire", async () => {
    const alice = await join("alice", "expiring", 60);
    const bob = await join("bob", "expiring");
    await virtual.clock.advance(59_000);
    bob.send("in time");
    assert.equal((await alice.next("message")).data, "in time");
    await virtual.clock.advance(1000);
    const closed = once(alice.socket, "close");
    bob.send("too late");
    const closing = await alice.next("closing");
    await closed;
    assert.equal(closing.reason, "token_expired");
    assert.equal(
      alice.frames.some(({ type }) => type === "message"),
      false,
    );
  });

  it("lets a row's time to live pass", async () => {
    const start = virtual.clock.now();
    await addRow("living", "ghost");
    await virtual.clock.advance(rowLifetimeSeconds * 1000 - MINUTE);
    const alice = await join("alice", "living");
    await virtual.clock.advance(MINUTE - 1);
    assert.deepEqual(presenceOf(alice, "ghost"), []);
    await virtual.clock.advance(DEFAULT_SWEEP_MILLISECONDS);
    assert.deepEqual(presenceOf(alice, "ghost"), [0]);
    const posted = virtual.events.find(
      (event) => event.type === "sent" && event.text.includes('"ghost","connections":0'),
    );
    const late = (posted?.happenedAt ?? 0) - start - rowLifetimeSeconds * 1000;
    assert.ok(late >= 0 && late < DEFAULT_SWEEP_MILLISECONDS, `${late} ms`);
  });

  it("lets the backoff of a record that fails elapse", async () => {
    const alice = await join("alice", "failing");
    const start = virtual.clock.now();
    await virtual.publish("failing", "this is not JSON", "not-json");
    await virtual.clock.advance(62_000);
    const attempts = virtual.events.flatMap((event) => {
      if (event.type !== "log" || !event.line.includes('"records postponed"')) return [];
      const { seconds } = JSON.parse(event.line);
      return [[event.happenedAt - start, seconds]];
    });
    assert.deepEqual(attempts, [
      [0, 1],
      [1000, 2],
      [3000, 4],
      [7000, 8],
      [15_000, 16],
      [31_000, 30],
      [61_000, 30],
    ]);
    assert.equal(alice.socket.readyState, alice.socket.OPEN);
  });

  it("lives through the two hours of a connection", async () => {
    const alice = await join("alice", "long");
    const start = virtual.clock.now();
    const closed = once(alice.socket, "close");
    while (alice.socket.readyState === alice.socket.OPEN) {
      alice.send({ action: "ping" });
      await alice.next("pong");
      await virtual.clock.advance(8 * MINUTE);
    }
    assert.deepEqual((await closed).map(String), ["1001", "Going away"]);
    const end = virtual.events.findLast(({ type }) => type === "disconnected");
    assert.equal((end?.happenedAt ?? 0) - start, 120 * MINUTE);
  });

  /** A row as `connect` writes it, of a connection that has gone without a trace. */
  async function addRow(room: string, user: string): Promise<void> {
    const { engine, region, credentials, stack, clock } = virtual;
    const client = new DynamoDBClient({ endpoint: engine.endpoint, region, credentials });
    const table = stack.resources.find(({ type }) => type === "aws:dynamodb/table:Table");
    const members = new MemberTable({
      client,
      tableName: table?.state["name"],
      now: () => clock.now(),
    });
    const userHash = createHash("sha256").update(user).digest("base64url");
    const connectedAt = clock.now();
    const rest = { connectionId: "gone=", subscribe: false, tokenExpiresAt: connectedAt };
    await members.add({ room, user, userHash, connectedAt, ...rest });
    client.destroy();
  }

  function presenceOf(client: RoomClient, user: string): number[] {
    return client.frames.flatMap((frame) =>
      frame.type === "presence" && frame.user === user ? [frame.connections] : [],
    );
  }
});

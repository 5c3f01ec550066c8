import assert from "node:assert/strict";
import { changeRecord, clientRecord, member, noon, queueRecord } from "../support.ts";
import { alice, bob, dataTo, hello, roomOf, tooLarge } from "./room.ts";

const unreadable = (n: number) =>
  queueRecord("{}", { seq: String(100 + n), attributes: { kind: "other" } });

describe("deliverRoomBatch", () => {
  it("posts the records, in order, to everybody, and is done", async () => {
    const { connections, members, log, deliver } = roomOf([alice, bob]);
    assert.equal(await deliver([hello(1), hello(2), hello(3)]), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["batch"]);
    assert.deepEqual(dataTo(connections, "connection-a"), [1, 2, 3]);
    assert.deepEqual(dataTo(connections, "connection-b"), [1, 2, 3]);
    assert.deepEqual([members.removed, log.lines], [[], []]);
  });

  it("is done with nothing to do", async () => {
    assert.equal(await roomOf([alice]).deliver([]), undefined);
  });

  it("reaches nobody of another room", async () => {
    const { connections, deliver } = roomOf([member("c", { room: "other" }), alice]);
    await deliver([hello()]);
    assert.deepEqual(dataTo(connections, "c"), []);
  });

  it("tells a sender of an error, and nobody else", async () => {
    const { connections, deliver } = roomOf([alice, bob]);
    assert.equal(await deliver([tooLarge(1)]), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["error"]);
    assert.deepEqual(connections.historyOf("connection-b"), []);
  });

  it("fails when the members cannot be read", async () => {
    const { members, connections, deliver } = roomOf([alice]);
    members.unreadable.add("lobby");
    await assert.rejects(deliver([hello()]), RangeError);
    assert.deepEqual(connections.calls, []);
  });

  it("fails as a whole without time, and lets nobody go", async () => {
    const { connections, members, deliver } = roomOf([alice, bob]);
    assert.equal(await deliver([hello(1), hello(2)], noon), 0);
    assert.deepEqual([connections.calls, members.removed], [[], []]);
  });

  it("lets nobody go whose retries ran out of time", async () => {
    const { connections, deliver } = roomOf([alice], { "connection-a": ["failed"] });
    assert.equal(await deliver([hello()], noon + 300), 0);
    assert.deepEqual(connections.historyOf("connection-a"), ["message", "message"]);
  });

  it("fails from the first record that could not be delivered, with all after it", async () => {
    const { unfinished } = roomOf([alice], { "connection-a": ["delivered", "failed"] });
    const large = (n: number) =>
      clientRecord(JSON.stringify({ data: `${n}`.repeat(20_000) }), { seq: String(100 + n) });
    assert.deepEqual(await unfinished([large(1), large(2), hello(3)], noon + 300), [1, 2]);
  });

  describe("a record that cannot be read", () => {
    it("fails alone: it is held back, and what is before and after it is delivered", async () => {
      const { connections, log, unfinished } = roomOf([alice]);
      assert.deepEqual(await unfinished([hello(1), hello(2), unreadable(3), hello(4)]), [2]);
      assert.deepEqual(dataTo(connections, "connection-a"), [1, 2, 4]);
      assert.deepEqual(log.lines, [
        {
          level: "error",
          event: "record unreadable",
          room: "lobby",
          messageId: "m-103",
          reason: "The attribute kind is none that is known.",
        },
      ]);
    });

    it("fails with nothing beside it, and nothing is posted", async () => {
      const { connections, unfinished } = roomOf([alice]);
      assert.deepEqual(await unfinished([unreadable(1)]), [0]);
      assert.deepEqual(connections.calls, []);
    });

    it("does not hide an earlier failure", async () => {
      const { unfinished } = roomOf([alice], { "connection-a": ["failed"] });
      assert.deepEqual(await unfinished([hello(1), unreadable(2)], noon + 300), [0, 1]);
    });

    it("may be a change of nobody: what is before it is delivered all the same", async () => {
      const { connections, deliver } = roomOf([alice]);
      const change = queueRecord("null", { seq: "102", attributes: { kind: "joined" } });
      assert.equal(await deliver([hello(1), change]), 1);
      assert.deepEqual(dataTo(connections, "connection-a"), [1]);
    });
  });

  describe("a 410", () => {
    it("removes the row of that connection, not the sender's nor another", async () => {
      const { connections, members, log, deliver } = roomOf([alice, bob], {
        "connection-b": ["gone"],
      });
      assert.equal(await deliver([hello()]), undefined);
      assert.deepEqual(members.removed, [bob]);
      assert.deepEqual(connections.historyOf("connection-b"), ["message"]);
      assert.deepEqual(connections.historyOf("connection-a"), ["message"]);
      assert.deepEqual(log.lines, []);
    });

    it("removes only that one of a user's rows", async () => {
      const second = member("connection-b2", { user: "bob" });
      const { members, deliver } = roomOf([bob, second], { "connection-b2": ["gone"] });
      assert.equal(await deliver([hello()]), undefined);
      assert.deepEqual(members.removed, [second]);
    });

    for (const [age, isRemoved] of [
      [0, false],
      [29_999, false],
      [30_000, false],
      [30_001, true],
    ] as const) {
      it(`${isRemoved ? "removes" : "leaves"} a row of ${age} ms`, async () => {
        const fresh = { ...bob, connectedAt: noon - age };
        const { members, deliver } = roomOf([alice, fresh], { "connection-b": ["gone"] });
        assert.equal(await deliver([hello()]), undefined);
        assert.deepEqual(members.removed, isRemoved ? [fresh] : []);
      });
    }

    it("is waited out by one who joins, whose row stays", async () => {
      const fresh = { ...bob, connectedAt: noon - 100 };
      const { connections, members, timing, deliver } = roomOf([alice, fresh], {
        "connection-b": ["gone", "gone", "delivered"],
      });
      assert.equal(await deliver([changeRecord("joined", fresh)]), undefined);
      assert.deepEqual(timing.sleeps, [50, 100]);
      assert.deepEqual(connections.historyOf("connection-b"), ["welcome", "welcome", "welcome"]);
      assert.deepEqual(members.removed, []);
    });

    it("to an error's sender who is no member removes nothing", async () => {
      const { members, deliver } = roomOf([bob], { "connection-a": ["gone"] });
      assert.equal(await deliver([tooLarge(1)]), undefined);
      assert.deepEqual(members.removed, []);
    });

    it("is no failure, even if the row cannot be removed", async () => {
      const { members, log, deliver } = roomOf([bob], { "connection-b": ["gone"] });
      members.removeError = new TypeError("bob is secret");
      assert.equal(await deliver([hello()]), undefined);
      assert.deepEqual(log.lines, [
        {
          level: "error",
          event: "row not removed",
          connectionId: "connection-b",
          error: "TypeError",
        },
      ]);
    });
  });
});

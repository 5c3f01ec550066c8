import assert from "node:assert/strict";
import { changeRecord, noon, noonSeconds } from "../support.ts";
import { alice, bob, dataTo, hello, roomOf, tooLarge } from "./room.ts";

describe("an expired token", () => {
  const expired = { ...bob, tokenExpiresAt: noonSeconds };
  const expiredAlice = { ...alice, tokenExpiresAt: noonSeconds };
  const closing = '{"type":"closing","code":4201,"reason":"token_expired","retry":true}';

  it("closes a member, who is told why and nothing else, and removes the row", async () => {
    const { connections, members, log, deliver } = roomOf([alice, expired]);
    assert.equal(await deliver([hello()]), undefined);
    assert.deepEqual(connections.historyOf("connection-b"), ["closing", "DELETE"]);
    assert.deepEqual(connections.postsTo("connection-b"), [closing]);
    assert.deepEqual(members.removed, [expired]);
    assert.deepEqual(connections.historyOf("connection-a"), ["message"]);
    assert.deepEqual(log.lines, [
      {
        level: "warn",
        event: "connection closed",
        connectionId: "connection-b",
        reason: "token_expired",
        isClosed: true,
      },
    ]);
  });

  it("leaves a member alone until it has passed", async () => {
    const nearly = { ...bob, tokenExpiresAt: noonSeconds + 1 };
    const { connections, deliver } = roomOf([nearly]);
    assert.equal(await deliver([hello()]), undefined);
    assert.deepEqual(connections.historyOf("connection-b"), ["message"]);
  });

  it("leaves a sender its errors; what it hears last is why it is closed", async () => {
    const { connections, members, deliver } = roomOf([expiredAlice]);
    assert.equal(await deliver([tooLarge(1)]), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["error", "closing", "DELETE"]);
    assert.deepEqual(members.removed, [expiredAlice]);
  });

  it("does not count as an answer: who cannot be told of an error is let go, or the record comes again", async () => {
    const { connections, deliver } = roomOf([expiredAlice], { "connection-a": ["failed"] });
    assert.equal(await deliver([tooLarge(1)]), undefined);
    const tries = ["error", "error", "error"];
    assert.deepEqual(connections.historyOf("connection-a"), [...tries, "closing", "DELETE"]);
    connections.stuck.add("connection-a");
    assert.equal(await deliver([tooLarge(1)]), 0);
  });

  it("removes the row of one that has gone without its error", async () => {
    const { members, deliver } = roomOf([expiredAlice], { "connection-a": ["gone"] });
    assert.equal(await deliver([tooLarge(1)]), undefined);
    assert.deepEqual(members.removed, [expiredAlice]);
  });

  it("does not count as a connection", async () => {
    const { connections, deliver } = roomOf([alice, expired]);
    await deliver([changeRecord("joined", bob, { seq: "7" })]);
    assert.deepEqual(connections.postsTo("connection-a"), [
      '{"type":"presence","seq":"7","user":"bob","connections":0}',
    ]);
  });

  it("of a sender answers each message and closes it once, though it is no member", async () => {
    const late = hello(1, { expiresAt: String(noonSeconds - 10) });
    const { connections, members, deliver } = roomOf([bob]);
    assert.equal(await deliver([late, late]), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["batch", "closing", "DELETE"]);
    assert.deepEqual(connections.historyOf("connection-b"), []);
    assert.deepEqual(members.removed, []);
  });

  it("fails no record when the deletion is not answered: it is tried with the next batch", async () => {
    const { connections, members, deliver } = roomOf([alice, expired]);
    connections.stuck.add("connection-b");
    assert.equal(await deliver([hello(1), hello(2)]), undefined);
    assert.deepEqual(members.removed, []);
    assert.deepEqual(dataTo(connections, "connection-a"), [1, 2]);
    assert.equal(await deliver([hello(3)]), undefined);
    assert.deepEqual(connections.historyOf("connection-b"), [
      "closing",
      "DELETE",
      "closing",
      "DELETE",
    ]);
  });

  it("of a sender fails no record either, and is closed once for all of its messages", async () => {
    const late = { expiresAt: String(noonSeconds - 10) };
    const { connections, deliver } = roomOf([bob]);
    connections.stuck.add("connection-a");
    assert.equal(await deliver([hello(0), hello(1, late), hello(2, late)]), undefined);
    assert.deepEqual(dataTo(connections, "connection-b"), [0]);
    assert.deepEqual(connections.historyOf("connection-a"), ["batch", "closing", "DELETE"]);
  });

  it("closes nobody after the time is up", async () => {
    const { connections, members, deliver } = roomOf([expired]);
    assert.equal(await deliver([hello()], noon - 1), undefined);
    assert.deepEqual([connections.calls, members.removed], [[], []]);
  });
});

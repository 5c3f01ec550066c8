import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { flooderOf } from "../../../handlers/lib/fan-out/flooder.ts";
import { changeRecord, clientRecord, noon, queueRecord } from "../support.ts";
import { alice, hello, roomOf } from "./room.ts";

/** When the last of them was sent. */
const last = noon - 60_001;

function sentAt(record: SQSRecord, at: number): SQSRecord {
  return { ...record, attributes: { ...record.attributes, SentTimestamp: String(at) } };
}

/** What a connection sent, one message each so many milliseconds. */
function sent(connectionId: string, count: number, everyMs = 100, end = last): SQSRecord[] {
  return Array.from({ length: count }, (_, n) =>
    sentAt(clientRecord('{"data":1}', { attributes: { connectionId } }), end - n * everyMs),
  );
}

describe("flooderOf", () => {
  it("is who sent most of a batch that waits for over a minute", () => {
    assert.equal(flooderOf([...sent("c1", 6), ...sent("c2", 4)], noon), "c1");
    assert.equal(flooderOf([...sent("c2", 4), ...sent("c1", 6)], noon), "c1");
  });

  it("is nobody while one of the records is younger", () => {
    assert.equal(flooderOf(sent("c1", 10, 100, noon - 60_000), noon), undefined);
    const young = sentAt(queueRecord("1"), noon - 1);
    assert.equal(flooderOf([...sent("c1", 9), young], noon), undefined);
  });

  it("is nobody with half of the batch, or fewer than five records", () => {
    assert.equal(flooderOf([...sent("c1", 5), ...sent("c2", 5)], noon), undefined);
    assert.equal(flooderOf(sent("c1", 4), noon), undefined);
    assert.equal(flooderOf(sent("c1", 5), noon), "c1");
    assert.equal(flooderOf([...sent("c1", 5), ...sent("c2", 4)], noon), "c1");
  });

  it("is nobody who sends one a second: after an outage everything is old", () => {
    assert.equal(flooderOf(sent("c1", 10, 1000), noon), undefined);
    assert.equal(flooderOf(sent("c1", 10, 999), noon), "c1");
  });

  it("goes by when they were sent, not by their order", () => {
    const records = sent("c1", 10, 1000);
    assert.equal(flooderOf(records.toReversed(), noon), undefined);
  });

  it("is no backend, and nobody who joins and leaves", () => {
    const backend = Array.from({ length: 10 }, () => sentAt(queueRecord("1"), last));
    assert.equal(flooderOf(backend, noon), undefined);
    const joins = Array.from({ length: 10 }, () => sentAt(changeRecord("joined", alice), last));
    assert.equal(flooderOf(joins, noon), undefined);
    assert.equal(flooderOf([...backend.slice(0, 5), ...sent("c1", 5)], noon), undefined);
  });

  it("is nobody where there is nothing", () => {
    assert.equal(flooderOf([], noon), undefined);
  });
});

describe("who floods a room", () => {
  const flood = (count = 5) => Array.from({ length: count }, (_, n) => sentAt(hello(n), last - n));

  it("is told why and closed; what it sent is delivered before", async () => {
    const { connections, members, log, deliver } = roomOf([alice]);
    assert.equal(await deliver(flood()), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["batch", "closing", "DELETE"]);
    assert.equal(
      connections.postsTo("connection-a").at(-1),
      '{"type":"closing","code":4203,"reason":"rate_limited","retry":true}',
    );
    // Its row goes when it is found gone.
    assert.deepEqual(members.removed, []);
    assert.deepEqual(log.lines, [
      {
        level: "warn",
        ...{ event: "connection closed", connectionId: "connection-a" },
        ...{ reason: "rate_limited", isClosed: true },
      },
    ]);
  });

  it("counts as closed, once it is", async () => {
    const { connections, figures } = roomOf([alice]);
    assert.equal((await figures(flood())).closed, 1);
    connections.stuck.add("connection-a");
    assert.equal((await figures(flood())).closed, 0);
    assert.equal((await figures(flood(4))).closed, 0);
  });

  it("is closed although it is no member", async () => {
    const { connections, deliver } = roomOf([]);
    assert.equal(await deliver(flood()), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["closing", "DELETE"]);
  });

  it("is closed in a large room, too, once its messages are queued", async () => {
    const { connections, members, queue, deliver } = roomOf([alice]);
    members.marks.set("lobby", { lanes: 2, expiresAt: noon });
    assert.equal(await deliver(flood()), undefined);
    assert.equal(queue.tasks.length, 2);
    assert.deepEqual(connections.historyOf("connection-a"), ["closing", "DELETE"]);
  });

  it("fails no record when its deletion is not answered: it is tried again with what it sends next", async () => {
    const { connections, deliver } = roomOf([alice]);
    connections.stuck.add("connection-a");
    assert.equal(await deliver(flood()), undefined);
  });

  it("is left alone when there is no time left", async () => {
    const { connections, timing, deliver } = roomOf([alice]);
    connections.onPost = () => void timing.sleep(1000);
    assert.equal(await deliver(flood(), noon + 500), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["batch"]);
  });
});

import assert from "node:assert/strict";
import { noFigures } from "../../../handlers/lib/fan-out/metrics.ts";
import { changeRecord, clientRecord, member, noon, noonSeconds, queueRecord } from "../support.ts";
import { alice, bob, hello, roomOf, tooLarge } from "./room.ts";

const carol = member("connection-c", { user: "carol" });
const sentAt = (time: number) => ({ sentAt: String(time) });
const unreadable = () => queueRecord("{}", { attributes: { kind: "other" } });
/** Two of these do not fit into one frame. */
const large = (n: number, sent: number) =>
  clientRecord(JSON.stringify({ data: `${n}`.repeat(20_000) }), {
    seq: String(100 + n),
    attributes: sentAt(sent),
  });

describe("the figures of a room's batch", () => {
  it("count connections, not frames, from the oldest message to the last post", async () => {
    const { connections, timing, figures } = roomOf([alice, bob]);
    connections.onPost = () => {
      timing.time += 10;
    };
    const records = [large(1, noon - 200), large(2, noon - 900), hello(3, sentAt(noon - 100))];
    assert.deepEqual(await figures(records), {
      ...noFigures,
      deliveries: 2,
      // Two frames for each of two connections.
      publishToLastPostMs: 900 + 4 * 10,
    });
  });

  it("take a backend's message from when the queue got it", async () => {
    const { figures } = roomOf([alice]);
    const publishToLastPostMs = 500;
    assert.deepEqual(await figures([queueRecord("1")]), {
      ...noFigures,
      deliveries: 1,
      publishToLastPostMs,
    });
  });

  it("have no time below zero, where the clocks differ", async () => {
    const { figures } = roomOf([alice]);
    const { publishToLastPostMs } = await figures([hello(1, sentAt(noon + 50))]);
    assert.equal(publishToLastPostMs, 0);
  });

  it("have no time for what nobody published: joins and errors", async () => {
    const { figures } = roomOf([alice, bob]);
    const records = [changeRecord("joined", bob), tooLarge(1)];
    assert.deepEqual(await figures(records), { ...noFigures, deliveries: 2 });
  });

  it("leave out who has nothing to hear", async () => {
    const { figures } = roomOf([alice, { ...bob, subscribe: false }]);
    assert.equal((await figures([hello()])).deliveries, 1);
  });

  it("are none in an empty room", async () => {
    assert.deepEqual(await roomOf([]).figures([hello()]), noFigures);
  });

  it("are none without a record that can be read, and not touched by one that cannot", async () => {
    const { figures } = roomOf([alice]);
    assert.deepEqual(await figures([unreadable()]), noFigures);
    assert.deepEqual(await figures([]), noFigures);
    assert.deepEqual(await figures([unreadable(), hello()]), {
      ...noFigures,
      deliveries: 1,
      publishToLastPostMs: 1000,
    });
  });

  it("count a connection that is gone, known to be or not", async () => {
    const young = { ...carol, connectedAt: noon };
    const { figures } = roomOf([alice, bob, young], {
      "connection-b": ["gone"],
      "connection-c": ["gone"],
    });
    assert.deepEqual(await figures([hello()]), {
      ...noFigures,
      deliveries: 1,
      gone: 2,
      publishToLastPostMs: 1000,
    });
  });

  it("count who was closed, unreachable or expired, after all retries", async () => {
    const expired = { ...carol, tokenExpiresAt: noonSeconds };
    const { figures } = roomOf([alice, bob, expired], { "connection-b": ["failed"] });
    assert.deepEqual(await figures([hello()]), {
      ...noFigures,
      deliveries: 1,
      closed: 2,
      // The retries of bob's post wait for 100 and 400 ms.
      publishToLastPostMs: 1500,
    });
  });

  it("do not count as closed, nor as failed, an expired one whose deletion is not answered", async () => {
    const { connections, figures } = roomOf([{ ...alice, tokenExpiresAt: noonSeconds }]);
    connections.stuck.add("connection-a");
    assert.deepEqual(await figures([hello()]), noFigures);
  });

  it("count as failed who could be neither reached nor closed", async () => {
    const { connections, figures } = roomOf([alice, bob], { "connection-b": ["failed"] });
    connections.stuck.add("connection-b");
    assert.deepEqual(await figures([hello()]), { ...noFigures, deliveries: 1, failed: 1 });
  });

  it("count as failed all who are left while the account is throttled", async () => {
    const { figures } = roomOf([alice, bob, carol], {
      "connection-a": ["throttled", "delivered"],
      "connection-b": ["throttled"],
      "connection-c": ["throttled"],
    });
    assert.deepEqual(await figures([hello()]), { ...noFigures, deliveries: 1, failed: 2 });
  });

  it("count as failed all for whom there was no time", async () => {
    const { figures } = roomOf([alice, bob]);
    assert.deepEqual(await figures([hello()], noon), { ...noFigures, failed: 2 });
  });

  it("go by the messages that are finished, when later ones are not", async () => {
    const { connections, figures } = roomOf([alice, bob], {
      "connection-a": ["delivered", "failed"],
    });
    connections.stuck.add("connection-a");
    const records = [large(1, noon - 100), large(2, noon - 5000)];
    assert.deepEqual(await figures(records), {
      ...noFigures,
      deliveries: 1,
      failed: 1,
      publishToLastPostMs: 600,
    });
  });
});

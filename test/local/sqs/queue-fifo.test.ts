import assert from "node:assert/strict";
import { ManualClock } from "../../support/manual-clock.ts";
import { bodies, send, take, takeOne, testService } from "./support.ts";

const EXPIRED = {
  code: "InvalidParameterValue",
  message: /Reason: The receipt handle has expired\.$/,
};

describe("a FIFO queue", () => {
  it("hands out a group in order, up to ten messages at a time", () => {
    const queue = testService().fifo("orders.fifo");
    const sent = Array.from({ length: 12 }, (_, index) => `m${index}`);
    for (const body of sent) send(queue, "g", body);
    const first = take(queue);
    assert.deepEqual(bodies(first), sent.slice(0, 10));
    for (const message of first) queue.delete(message.receiptHandle);
    assert.deepEqual(bodies(take(queue)), sent.slice(10));
  });

  it("keeps a group back while one of its messages is in flight", () => {
    const queue = testService().fifo("orders.fifo");
    send(queue, "g", "m1");
    send(queue, "g", "m2");
    const held = takeOne(queue);
    send(queue, "g", "m3");
    assert.deepEqual(take(queue), []);
    queue.delete(held.receiptHandle);
    assert.deepEqual(bodies(take(queue)), ["m2", "m3"]);
  });

  it("fills a batch from further groups, the first as far as it goes", () => {
    const queue = testService().fifo("orders.fifo");
    send(queue, "a", "a1");
    send(queue, "b", "b1");
    send(queue, "a", "a2");
    send(queue, "c", "c1");
    assert.deepEqual(bodies(take(queue, 3)), ["a1", "a2", "b1"]);
    assert.deepEqual(bodies(take(queue)), ["c1"]);
  });

  it("delivers a message again after its visibility timeout, before later ones", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo", { visibilityTimeoutSeconds: 20 });
    send(queue, "g", "m1");
    send(queue, "g", "m2");
    const firstReceive = clock.now();
    takeOne(queue);
    await clock.advance(19_999);
    assert.deepEqual(take(queue), []);
    await clock.advance(1);
    const again = take(queue);
    assert.deepEqual(bodies(again), ["m1", "m2"]);
    assert.deepEqual(
      again.map((message) => message.systemAttributes["ApproximateReceiveCount"]),
      ["2", "1"],
    );
    const first = again[0]?.systemAttributes["ApproximateFirstReceiveTimestamp"];
    assert.equal(first, String(firstReceive));
  });

  it("stays locked until every message of the batch is visible or deleted", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo", { visibilityTimeoutSeconds: 20 });
    for (const body of ["m1", "m2", "m3"]) send(queue, "g", body);
    const [m1, m2, m3] = take(queue);
    assert(m1 && m2 && m3);
    queue.changeVisibility(m1.receiptHandle, 0);
    queue.changeVisibility(m3.receiptHandle, 60);
    assert.deepEqual(take(queue), []);
    queue.delete(m2.receiptHandle);
    assert.deepEqual(take(queue), []);
    await clock.advance(60_000);
    assert.deepEqual(bodies(take(queue)), ["m1", "m3"]);
  });

  it("refuses a handle once the visibility timeout is over", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo");
    send(queue, "g", "m1");
    const stale = takeOne(queue).receiptHandle;
    await clock.advance(30_000);
    assert.throws(() => queue.delete(stale), EXPIRED);
    assert.throws(() => queue.changeVisibility(stale, 10), EXPIRED);
    const fresh = takeOne(queue).receiptHandle;
    assert.throws(() => queue.delete(stale), EXPIRED);
    queue.delete(fresh);
    assert.deepEqual(queue.counts, { visible: 0, delayed: 0, inFlight: 0 });
    queue.delete(fresh);
    assert.throws(() => queue.changeVisibility(fresh, 10), /Message does not exist/);
  });

  it("counts a changed visibility timeout from the change, up to twelve hours in all", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo");
    send(queue, "g", "m1");
    const { receiptHandle } = takeOne(queue);
    await clock.advance(20_000);
    queue.changeVisibility(receiptHandle, 30);
    await clock.advance(29_999);
    assert.deepEqual(take(queue), []);
    assert.throws(() => queue.changeVisibility(receiptHandle, 43_200), /beyond the limit/);
    await clock.advance(1);
    assert.equal(take(queue).length, 1);
  });

  it("numbers messages with twenty growing digits, also from one run to the next", async () => {
    const clock = new ManualClock();
    const run = () => {
      const queue = testService(clock).fifo("orders.fifo");
      return [1, 2, 3].map((n) => send(queue, `g${n}`, "m").sequenceNumber ?? "");
    };
    const first = run();
    await clock.advance(1);
    const numbers = [...first, ...run()];
    for (const number of numbers) assert.match(number, /^18\d{18}$/);
    assert.deepEqual(numbers, [...new Set(numbers)].sort());
  });

  it("gives a receiver all that it knows of a message", async () => {
    const { clock, fifo } = testService(new ManualClock(1_700_000_000_000));
    const queue = fifo("orders.fifo");
    const sent = send(queue, "g", "hello", {
      deduplicationId: "once",
      attributes: { kind: { dataType: "String", stringValue: "greeting" } },
    });
    await clock.advance(5);
    const message = takeOne(queue);
    assert.deepEqual(
      { ...message, receiptHandle: "" },
      {
        messageId: sent.messageId,
        receiptHandle: "",
        body: "hello",
        md5OfBody: "5d41402abc4b2a76b9719d911017c592",
        attributes: { kind: { dataType: "String", stringValue: "greeting" } },
        systemAttributes: {
          SenderId: "AKIDTEST",
          SentTimestamp: "1700000000000",
          ApproximateReceiveCount: "1",
          ApproximateFirstReceiveTimestamp: "1700000000005",
          SequenceNumber: sent.sequenceNumber,
          MessageGroupId: "g",
          MessageDeduplicationId: "once",
        },
      },
    );
  });

  it("drops messages at the end of the retention period, and the group goes on", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo", { messageRetentionSeconds: 60 });
    send(queue, "g", "old");
    await clock.advance(59_999);
    send(queue, "g", "new");
    await clock.advance(1);
    assert.deepEqual(bodies(take(queue)), ["new"]);
  });

  it("delays every message by the queue's own delay, in order", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo", { delaySeconds: 5 });
    send(queue, "g", "m1");
    await clock.advance(3_000);
    send(queue, "g", "m2");
    assert.deepEqual(queue.counts, { visible: 0, delayed: 2, inFlight: 0 });
    await clock.advance(2_000);
    assert.deepEqual(bodies(take(queue)), ["m1"]);
  });
});

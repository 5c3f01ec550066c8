import assert from "node:assert/strict";
import { settle } from "../../support/manual-clock.ts";
import { bodies, take, takeOne, testService } from "./support.ts";

const message = (body: string, more: object = {}) => ({ body, senderId: "me", ...more });

describe("a standard queue", () => {
  it("hands out the oldest first and locks no group", () => {
    const queue = testService().standard("jobs");
    for (const body of ["m1", "m2", "m3"]) queue.send(message(body, { groupId: "tenant" }));
    assert.deepEqual(bodies(take(queue, 1)), ["m1"]);
    assert.deepEqual(bodies(take(queue)), ["m2", "m3"]);
  });

  it("drops no duplicates and numbers nothing", () => {
    const queue = testService().standard("jobs");
    const sent = [queue.send(message("m")), queue.send(message("m"))];
    assert.equal(take(queue).length, 2);
    assert.deepEqual(Object.keys(sent[0] ?? {}).sort(), ["md5OfBody", "messageId"]);
  });

  it("delays a message by its own delay, or else by the queue's", async () => {
    const { clock, standard } = testService();
    const queue = standard("jobs", { delaySeconds: 10 });
    queue.send(message("late"));
    queue.send(message("soon", { delaySeconds: 1 }));
    queue.send(message("now", { delaySeconds: 0 }));
    assert.deepEqual(bodies(take(queue)), ["now"]);
    await clock.advance(1_000);
    assert.deepEqual(bodies(take(queue)), ["soon"]);
    await clock.advance(9_000);
    assert.deepEqual(bodies(take(queue)), ["late"]);
  });

  it("deletes by the latest handle even after the timeout, and ignores older ones", async () => {
    const { clock, standard } = testService();
    const queue = standard("jobs");
    queue.send(message("m"));
    const first = takeOne(queue).receiptHandle;
    await clock.advance(30_000);
    const second = takeOne(queue).receiptHandle;
    await clock.advance(30_000);
    queue.delete(first);
    assert.equal(queue.counts.visible, 1);
    queue.delete(second);
    assert.equal(queue.counts.visible, 0);
  });

  it("changes the visibility only of a message in flight", async () => {
    const { clock, standard } = testService();
    const queue = standard("jobs");
    queue.send(message("m"));
    const { receiptHandle } = takeOne(queue);
    await clock.advance(30_000);
    assert.throws(() => queue.changeVisibility(receiptHandle, 60), {
      code: "AWS.SimpleQueueService.MessageNotInflight",
    });
    assert.deepEqual(bodies(take(queue)), ["m"]);
  });

  it("refuses what is no handle of its own", () => {
    const { standard } = testService();
    const queue = standard("jobs");
    const other = standard("other");
    other.send(message("m"));
    const foreign = takeOne(other).receiptHandle;
    for (const handle of ["nonsense", foreign]) {
      assert.throws(() => queue.delete(handle), { code: "ReceiptHandleIsInvalid" });
      assert.throws(() => queue.changeVisibility(handle, 1), { code: "ReceiptHandleIsInvalid" });
    }
  });

  it("purges everything, once a minute", async () => {
    const { clock, standard } = testService();
    const queue = standard("jobs");
    queue.send(message("flying"));
    takeOne(queue);
    queue.send(message("visible"));
    queue.purge();
    assert.deepEqual(queue.counts, { visible: 0, delayed: 0, inFlight: 0 });
    await clock.advance(59_999);
    assert.throws(() => queue.purge(), {
      code: "AWS.SimpleQueueService.PurgeQueueInProgress",
      status: 403,
    });
    await clock.advance(1);
    queue.purge();
  });
});

describe("waiting for messages", () => {
  it("ends with the first message, for the receiver who came first", async () => {
    const queue = testService().standard("jobs");
    const first = queue.receive({ maxMessages: 10, waitSeconds: 20 });
    const second = queue.receive({ maxMessages: 10, waitSeconds: 20 });
    queue.send(message("m1"));
    queue.send(message("m2"));
    assert.deepEqual(bodies(await first), ["m1", "m2"]);
    queue.send(message("m3"));
    assert.deepEqual(bodies(await second), ["m3"]);
  });

  it("ends with nothing when the time is over, or the receiver is gone", async () => {
    const { clock, standard } = testService();
    const queue = standard("jobs");
    const gone = new AbortController();
    const patient = queue.receive({ maxMessages: 1, waitSeconds: 20 });
    const aborted = queue.receive({ maxMessages: 1, waitSeconds: 20 }, gone.signal);
    gone.abort();
    assert.deepEqual(await aborted, []);
    await clock.advance(20_000);
    assert.deepEqual(await patient, []);
    queue.send(message("m"));
    await settle();
    assert.deepEqual(bodies(take(queue)), ["m"]);
  });

  it("is told once of messages that came together, and of those that come back", async () => {
    const { clock, standard } = testService();
    const queue = standard("jobs");
    const heard: number[] = [];
    const stop = queue.onAvailable(() => heard.push(queue.counts.visible));
    queue.send(message("m1"));
    queue.send(message("m2"));
    await settle();
    assert.deepEqual(heard, [2]);
    take(queue);
    await clock.advance(30_000);
    assert.deepEqual(heard, [2, 1, 2]);
    stop();
    queue.send(message("m3"));
    await settle();
    assert.deepEqual(heard, [2, 1, 2]);
  });
});

import assert from "node:assert/strict";
import type { InvocationResult } from "../../../local/lambda/function.ts";
import { settle } from "../../support/manual-clock.ts";
import { send } from "../sqs/support.ts";
import { testPoller } from "./queue-support.ts";

const THROTTLED: InvocationResult = {
  ok: false,
  errorType: "TooManyRequestsException",
  errorMessage: "Rate Exceeded.",
  throttled: true,
};

/** Ends every invocation at once, so that only waits take time; answers how many there were. */
function throttle(worker: ReturnType<typeof testPoller>["worker"]) {
  const counts: string[] = [];
  const invoke = worker.invoke.bind(worker);
  worker.invoke = (event) => {
    const running = invoke(event);
    const { records, finish } = worker.only;
    counts.push(records.map(({ attributes }) => attributes["ApproximateReceiveCount"]).join());
    void finish(THROTTLED);
    return running;
  };
  const relent = () => {
    worker.invoke = invoke;
  };
  return { counts, relent };
}

// Lambda Developer Guide, handling errors for an SQS event source: backoff strategy. How long Lambda
// waits between two attempts is not documented.
describe("a function that is throttled", () => {
  it("gets its batch again while that is in flight, then as another receive", async () => {
    const { clock, queue, worker } = testPoller();
    const { counts } = throttle(worker);
    send(queue, "g", "m1");
    await settle();
    await clock.advance(29_999);
    // At 0, 1, 3, 7 and 15 seconds; at 31 the message is visible again.
    assert.deepEqual(counts, ["1", "1", "1", "1", "1"]);
    assert.equal(queue.counts.inFlight, 1);
    await clock.advance(1);
    assert.deepEqual(counts.slice(5), ["2"]);
  });

  it("handles and deletes it when it is no longer throttled", async () => {
    const { clock, queue, worker } = testPoller();
    const { relent } = throttle(worker);
    send(queue, "g", "m1");
    await settle();
    relent();
    await clock.advance(1000);
    assert.deepEqual(worker.inHand, [["m1"]]);
    await worker.only.answer();
    assert.deepEqual(queue.counts, { visible: 0, delayed: 0, inFlight: 0 });
  });

  it("takes a place of the mapping's concurrency meanwhile", async () => {
    const { clock, queue, worker } = testPoller({ scalingConfig: { maximumConcurrency: 2 } });
    const { counts } = throttle(worker);
    for (const group of ["a", "b", "c"]) {
      send(queue, group, group);
      await settle();
    }
    assert.deepEqual([counts.length, queue.counts.visible], [2, 1]);
    await clock.advance(1000);
    assert.deepEqual([counts.length, queue.counts.visible], [4, 1]);
  });

  it("is not waited for when the poller is closed", async () => {
    const { clock, queue, worker, poller } = testPoller();
    const { counts } = throttle(worker);
    send(queue, "g", "m1");
    await settle();
    await poller.close();
    await clock.advance(60_000);
    assert.equal(counts.length, 1);
  });

  it("is not one that throws an error of that name: its batch waits", async () => {
    const { clock, queue, worker } = testPoller();
    send(queue, "g", "m1");
    await settle();
    const errorType = "TooManyRequestsException";
    await worker.only.finish({ ok: false, errorType, errorMessage: "of another function" });
    await clock.advance(29_999);
    assert.deepEqual(worker.inHand, []);
  });
});

import assert from "node:assert/strict";
import { MAX_IN_FLIGHT } from "../../../local/sqs/limits.ts";
import { Queue } from "../../../local/sqs/queue.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { bodies, definitionOf, send, take } from "./support.ts";

const LIMIT = 24;

function queueOf(name: string, inputs = {}) {
  const clock = new ManualClock();
  let ids = 0;
  const queue = new Queue({
    definition: definitionOf(name, inputs),
    clock,
    newId: () => `id-${++ids}`,
    emit() {},
    queueByArn: () => undefined,
    maxInFlight: LIMIT,
  });
  return { clock, queue };
}

/** Takes messages until as many are in flight as may be; one more is left. Answers a handle. */
function fill(queue: Queue, sendOne: (number: number) => void): string {
  for (let sent = 0; sent <= LIMIT; sent++) sendOne(sent);
  let handle: string | undefined;
  for (let messages = take(queue); messages.length > 0; messages = take(queue)) {
    handle = messages[0]?.receiptHandle;
  }
  assert.deepEqual(queue.counts, { visible: 1, delayed: 0, inFlight: LIMIT });
  return handle ?? assert.fail("nothing was received");
}

// SQS Developer Guide, quotas of standard queues and of FIFO queues.
describe("as many messages in flight as may be", () => {
  it("are 120 000", () => {
    assert.equal(MAX_IN_FLIGHT, 120_000);
  });

  it("are all that a FIFO queue hands out, without an error", async () => {
    const { queue } = queueOf("orders.fifo", { fifoQueue: true });
    const handle = fill(queue, (number) => send(queue, `g${number}`, `m${number}`));
    assert.deepEqual(await queue.receive({ maxMessages: 1, waitSeconds: 0 }), []);
    const heard: string[][] = [];
    queue.onAvailable(() => heard.push(bodies(take(queue))));
    queue.delete(handle);
    await settle();
    assert.deepEqual(heard, [[`m${LIMIT}`]]);
  });

  it("are an error to who asks a standard queue for more without waiting", async () => {
    const { clock, queue } = queueOf("jobs");
    const handle = fill(queue, (number) => queue.send({ body: `m${number}` }));
    await assert.rejects(queue.receive({ maxMessages: 1, waitSeconds: 0 }), {
      code: "OverLimit",
      message: "Too many messages are in flight: 24.",
    });
    const waiting = queue.receive({ maxMessages: 1, waitSeconds: 20 });
    queue.send({ body: "one more" });
    await settle();
    queue.delete(handle);
    assert.deepEqual(bodies(await waiting), [`m${LIMIT}`]);
    const patient = queue.receive({ maxMessages: 1, waitSeconds: 20 });
    await clock.advance(20_000);
    assert.deepEqual(await patient, []);
    queue.close();
  });
});

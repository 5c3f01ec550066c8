import assert from "node:assert/strict";
import { QueuePoller } from "../../../local/event-sources/queue-poller.ts";
import type { FunctionDefinition } from "../../../local/lambda/definition.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { closeAll, poolOf } from "../lambda/bundle.ts";
import { bodies, REGION, send, take, testService } from "../sqs/support.ts";
import { mappingOf } from "./queue-support.ts";

const EMPTY = { visible: 0, delayed: 0, inFlight: 0 };

/** A queue whose messages go to this code, in a thread of its own. */
async function queueOf(code: string, definition: Partial<FunctionDefinition> = {}) {
  const clock = new ManualClock();
  const { fifo } = testService(clock);
  const queue = fifo("orders.fifo");
  const { pool, events } = await poolOf(code, { timeout: 3, ...definition }, { clock });
  const poller = new QueuePoller({
    queue,
    function: pool,
    functionTimeoutSeconds: 3,
    mapping: mappingOf(),
    clock,
    emit() {},
    region: REGION,
  });
  poller.start();
  const errors = () =>
    events.map((event) => (event.type === "function-error" ? event.errorType : event.type));
  return { clock, queue, poller, errors };
}

// Lambda Developer Guide, handling errors for an SQS event source.
describe("a batch of a queue whose function fails", () => {
  afterEach(closeAll);

  const failures: [string, string, string][] = [
    ["throws", "export const handler = async () => { throw new TypeError('no'); };", "TypeError"],
    [
      "does not end in time",
      "export const handler = () => new Promise((resolve) => setTimeout(resolve, 10_000));",
      "Sandbox.Timedout",
    ],
    ["ends its process", "export const handler = () => process.exit(1);", "Runtime.ExitError"],
    [
      "does not load",
      "import 'not-there'; export const handler = () => null;",
      "Runtime.ImportModuleError",
    ],
  ];
  for (const [what, code, errorType] of failures) {
    it(`comes again as a whole after its visibility timeout: it ${what}`, async () => {
      const { clock, queue, poller, errors } = await queueOf(code);
      send(queue, "a", "a1");
      send(queue, "b", "b1");
      await clock.advance(29_999);
      assert.deepEqual(errors(), [errorType]);
      assert.deepEqual(queue.counts, { ...EMPTY, inFlight: 2 });
      const closing = poller.close();
      await clock.advance(1);
      await closing;
      const again = take(queue);
      assert.deepEqual(bodies(again), ["a1", "b1"]);
      assert.equal(again[0]?.systemAttributes["ApproximateReceiveCount"], "2");
    });
  }

  it("comes again when the function has no concurrency at all", async () => {
    const { clock, queue, poller, errors } = await queueOf(
      "export const handler = async () => null;",
      { reservedConcurrency: 0 },
    );
    send(queue, "a", "a1");
    await clock.advance(29_999);
    assert.deepEqual(new Set(errors()), new Set(["TooManyRequestsException"]));
    assert.deepEqual(queue.counts, { ...EMPTY, inFlight: 1 });
    await poller.close();
    await clock.advance(1);
    assert.deepEqual(bodies(take(queue)), ["a1"]);
  });

  it("waits in flight for the function's only concurrent invocation", async () => {
    const { clock, queue, errors } = await queueOf(
      "export const handler = () => new Promise((resolve) => setTimeout(resolve, 2000, null));",
      { reservedConcurrency: 1 },
    );
    send(queue, "a", "a1");
    await clock.settle();
    send(queue, "b", "b1");
    await clock.advance(2999);
    // b1 is throttled at 0 and 1 second, and gets its turn at 3.
    assert.deepEqual(errors(), Array(2).fill("TooManyRequestsException"));
    assert.deepEqual(queue.counts, { ...EMPTY, inFlight: 1 });
    await clock.advance(2001);
    assert.deepEqual(queue.counts, EMPTY);
    assert.equal(errors().length, 2);
  });
});

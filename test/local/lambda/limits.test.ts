import assert from "node:assert/strict";
import { RESPONSE_LIMIT_BYTES } from "../../../local/lambda/execution-environment.ts";
import { REQUEST_LIMIT_BYTES } from "../../../local/lambda/worker-pool.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { closeAll, poolOf, REQUEST_ID } from "./bundle.ts";

/** The two quotes around a text in JSON. */
const QUOTES = 2;

const SLEEP = `import { setTimeout as sleep } from "node:timers/promises";`;

describe("Lambda limits", () => {
  afterEach(closeAll);

  it("takes an event of 6 MB, and refuses a larger one", async () => {
    const { pool, events } = await poolOf("export const handler = async (event) => event.length;");
    const longest = REQUEST_LIMIT_BYTES - QUOTES;
    assert.deepEqual(await pool.invoke("x".repeat(longest)), { ok: true, payload: longest });
    const refusal = {
      errorType: "RequestEntityTooLargeException",
      errorMessage: "Request must be smaller than 6291456 bytes for the InvokeFunction operation",
    };
    assert.deepEqual(await pool.invoke("x".repeat(longest + 1)), { ok: false, ...refusal });
    assert.deepEqual(events, [{ type: "function-error", functionName: "echo", ...refusal }]);
  });

  it("counts an event in bytes", async () => {
    const { pool } = await poolOf("export const handler = async () => {};");
    const result = await pool.invoke("é".repeat(REQUEST_LIMIT_BYTES / 2));
    assert.equal(result.ok || result.errorType, "RequestEntityTooLargeException");
  });

  it("takes a result of 6 MB and 100 bytes, and refuses a larger one", async () => {
    const { pool } = await poolOf(`export const handler = async (length) => "x".repeat(length);`);
    const longest = RESPONSE_LIMIT_BYTES - QUOTES;
    const result = await pool.invoke(longest);
    assert.ok(result.ok && (result.payload as string).length === longest);
    assert.deepEqual(await pool.invoke(longest + 1), {
      ok: false,
      errorType: "Function.ResponseSizeTooLarge",
      errorMessage: "Response payload size exceeded maximum allowed payload size (6291556 bytes).",
    });
  });

  describe("of its reserved concurrency", () => {
    const throttled = {
      ok: false,
      errorType: "TooManyRequestsException",
      errorMessage: "Rate Exceeded.",
      throttled: true,
    };

    it("throttles what is over it, until an event has ended", async () => {
      const clock = new ManualClock();
      const { pool } = await poolOf(
        `${SLEEP} export const handler = async () => { await sleep(1000); return "done"; };`,
        { reservedConcurrency: 2 },
        { clock },
      );
      const inHand = [pool.invoke({}), pool.invoke({})];
      assert.deepEqual(await pool.invoke({}), throttled);
      await clock.advance(1000);
      const done = { ok: true, payload: "done" };
      assert.deepEqual(await Promise.all(inHand), [done, done]);
      assert.deepEqual(await clock.until(pool.invoke({})), done);
    });

    it("lets nothing run with none", async () => {
      const { pool } = await poolOf("export const handler = async () => 1;", {
        reservedConcurrency: 0,
      });
      assert.deepEqual(await pool.invoke({}), throttled);
    });
  });

  describe("of the Init phase", () => {
    it("leaves the time of loading out of the timeout", async () => {
      const clock = new ManualClock();
      const { pool } = await poolOf(
        `${SLEEP} await sleep(9999); export const handler = async () => "late";`,
        {},
        { clock },
      );
      const invocation = pool.invoke({});
      await clock.advance(9998);
      const start = clock.now();
      assert.deepEqual(await clock.until(invocation), { ok: true, payload: "late" });
      assert.equal(clock.now() - start, 1);
    });

    it("begins anew after ten seconds, as a part of the invocation", async () => {
      const clock = new ManualClock();
      const { pool, events } = await poolOf(
        `${SLEEP} console.log("loading"); await sleep(10_001);
        export const handler = async () => "never";`,
        { timeout: 3 },
        { clock },
      );
      const start = clock.now();
      const result = await clock.until(pool.invoke({}));
      assert.equal(clock.now() - start, 13_000);
      assert.deepEqual(result, {
        ok: false,
        errorType: "Sandbox.Timedout",
        errorMessage: `RequestId: ${REQUEST_ID} Error: Task timed out after 3.00 seconds`,
      });
      assert.equal(events.filter(({ type }) => type === "log").length, 2);
    });

    it("gives the second try the function's whole timeout, with the event in it", async () => {
      const clock = new ManualClock();
      const { pool } = await poolOf(
        `${SLEEP} await sleep(11_000);
        export const handler = async (_, context) => context.getRemainingTimeInMillis();`,
        { timeout: 20 },
        { clock },
      );
      assert.deepEqual(await clock.until(pool.invoke({})), { ok: true, payload: 9000 });
      assert.deepEqual(await clock.until(pool.invoke({})), { ok: true, payload: 20_000 });
    });

    it("tells when a thread that was to be prewarmed does not load in time", async () => {
      const clock = new ManualClock();
      const { pool, events } = await poolOf(
        `${SLEEP} await sleep(60_000); export const handler = async () => {};`,
        {},
        { clock },
      );
      await clock.until(pool.prewarm());
      assert.deepEqual(events, [
        {
          type: "function-error",
          functionName: "echo",
          errorType: "Sandbox.Timedout",
          errorMessage: "Init took more than 10 seconds",
        },
      ]);
    });
  });
});

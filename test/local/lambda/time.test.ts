import assert from "node:assert/strict";
import { ManualClock } from "../../support/manual-clock.ts";
import { closeAll, poolOf } from "./bundle.ts";

const DAY = 24 * 3600 * 1000;

describe("time inside a function, on a clock that is moved by hand", () => {
  afterEach(closeAll);

  /** The result of the code, run in a handler, and how long it took on the clock. */
  async function run(code: string, imports = "", clock = new ManualClock(Date.UTC(2031, 4, 5))) {
    const { pool } = await poolOf(
      `${imports}\nexport const handler = async (event, context) => { ${code} };`,
      { timeout: 900 },
      { clock },
    );
    await pool.prewarm();
    const start = clock.now();
    const result = await clock.until(pool.invoke({}), 900_000);
    assert.ok(result.ok, JSON.stringify(result));
    return { payload: result.payload, took: clock.now() - start };
  }

  it("is what Date shows", async () => {
    const clock = new ManualClock(Date.UTC(2031, 4, 5));
    const { pool } = await poolOf(
      `export const handler = async () => ({
        dates: [new Date().toISOString(), new Date(Date.now()).toISOString()],
        year: Number(Date().slice(11, 15)),
        fixed: [new Date(0).toISOString(), Date.UTC(2000, 0)],
        kind: [new Date() instanceof Date, new Date().constructor === Date],
      });`,
      {},
      { clock },
    );
    const rest = { fixed: ["1970-01-01T00:00:00.000Z", 946684800000], kind: [true, true] };
    const dates = (at: string) => [at, at];
    assert.deepEqual(await pool.invoke({}), {
      ok: true,
      payload: { dates: dates("2031-05-05T00:00:00.000Z"), year: 2031, ...rest },
    });
    await clock.advance(365 * DAY + 1);
    assert.deepEqual(await pool.invoke({}), {
      ok: true,
      payload: { dates: dates("2032-05-04T00:00:00.001Z"), year: 2032, ...rest },
    });
  });

  it("is what performance and process measure, and what remains to the handler", async () => {
    const { payload, took } = await run(
      `const times = () => [performance.now(), process.hrtime.bigint(), process.uptime()];
      const [p, h, u] = times();
      const pair = process.hrtime();
      const before = context.getRemainingTimeInMillis();
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const [p2, h2, u2] = times();
      return { performance: p2 - p, bigint: Number(h2 - h), uptime: u2 - u,
        pair: process.hrtime(pair), origin: performance.timeOrigin,
        remaining: [before, context.getRemainingTimeInMillis()] };`,
    );
    assert.deepEqual(payload, {
      performance: 1500,
      bigint: 1_500_000_000,
      uptime: 1.5,
      pair: [1, 500_000_000],
      origin: Date.UTC(2031, 4, 5),
      remaining: [900_000, 898_500],
    });
    assert.equal(took, 1500);
  });

  it("stands still while a handler works", async () => {
    const { payload, took } = await run(
      `const start = Date.now();
      await crypto.subtle.digest("SHA-256", new Uint8Array(1e6));
      await readFile(new URL(import.meta.url));
      await new Promise((resolve) => setImmediate(resolve));
      for (let i = 0; i < 1e7; i++);
      return Date.now() - start;`,
      `import { readFile } from "node:fs/promises";`,
    );
    assert.deepEqual([payload, took], [0, 0]);
  });

  it("fires timers in the order of their due times, and promises run in between", async () => {
    const { payload, took } = await run(
      `const seen = [];
      const note = (name) => { seen.push([name, Date.now() - start]);
        Promise.resolve().then(() => seen.push(name + "'s promise")); };
      const start = Date.now();
      setTimeout(note, 200, "later");
      setTimeout(note, 100, "first");
      setTimeout(note, 100, "second");
      clearTimeout(setTimeout(note, 150, "cancelled"));
      clearTimeout(Number(setTimeout(note, 150, "cancelled by its number")));
      { using scoped = setTimeout(note, 150, "disposed"); }
      const refreshed = setTimeout(note, 120, "refreshed");
      setTimeout(() => refreshed.refresh(), 110);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return seen;`,
    );
    assert.deepEqual(payload, [
      ["first", 100],
      "first's promise",
      ["second", 100],
      "second's promise",
      ["later", 200],
      "later's promise",
      ["refreshed", 230],
      "refreshed's promise",
    ]);
    assert.equal(took, 300);
  });

  it("fires a timer without a delay while the time stands still", async () => {
    const { took } = await run(
      `await new Promise((resolve) => setTimeout(resolve));
      await new Promise((resolve) => setTimeout(resolve, -1));
      await sleep(0);`,
      `import { setTimeout as sleep } from "node:timers/promises";`,
    );
    assert.equal(took, 0);
  });

  it("is counted by the timers of Node's modules", async () => {
    const { payload, took } = await run(
      `const start = Date.now();
      const at = (value) => [value, Date.now() - start];
      const seen = [at(await sleep(100, "promise"))];
      seen.push(at(await promisify(setTimeout)(100, "promisified")));
      await new Promise((resolve) => timers.setTimeout(resolve, 100));
      seen.push(at("module"));
      await scheduler.wait(100);
      seen.push(at("scheduler"));
      let ticks = 0;
      for await (const value of setInterval(10, "tick")) if (++ticks === 3) { seen.push(at(value)); break; }
      await new Promise((resolve) => {
        let left = 2;
        const interval = globalThis.setInterval(() => { if (--left === 0) resolve(clearInterval(interval)); }, 50);
      });
      seen.push(at("interval"));
      return seen;`,
      `import { promisify } from "node:util";
      import timers from "node:timers";
      import { setTimeout as sleep, setInterval, scheduler } from "node:timers/promises";`,
    );
    assert.deepEqual(payload, [
      ["promise", 100],
      ["promisified", 200],
      ["module", 300],
      ["scheduler", 400],
      ["tick", 430],
      ["interval", 530],
    ]);
    assert.equal(took, 530);
  });

  it("aborts by AbortSignal.timeout, also a sleep", async () => {
    const { payload, took } = await run(
      `const signal = AbortSignal.timeout(250);
      try { await sleep(1000, undefined, { signal }); } catch (error) {
        return [error.name, error.code, error.cause.name, signal.aborted];
      }`,
      `import { setTimeout as sleep } from "node:timers/promises";`,
    );
    assert.deepEqual(payload, ["AbortError", "ABORT_ERR", "TimeoutError", true]);
    assert.equal(took, 250);
  });

  it("reports what a timer throws", async () => {
    const clock = new ManualClock();
    const { pool } = await poolOf(
      `export const handler = () => new Promise(() => setTimeout(() => { throw new TypeError("stray"); }, 10));`,
      {},
      { clock },
    );
    const result = await clock.until(pool.invoke({}));
    assert.deepEqual(result, { ok: false, errorType: "TypeError", errorMessage: "stray" });
  });

  it("ends a handler at its timeout, to the millisecond, and its timers with it", async () => {
    const clock = new ManualClock();
    const { pool, events } = await poolOf(
      `export const handler = () => new Promise(() => {
        setTimeout(() => console.log("in time"), 2999);
        setTimeout(() => console.log("too late"), 3001);
      });`,
      {},
      { clock },
    );
    const start = clock.now();
    const result = await clock.until(pool.invoke({}));
    assert.equal(result.ok || result.errorType, "Sandbox.Timedout");
    assert.equal(clock.now() - start, 3000);
    await clock.advance(DAY);
    assert.deepEqual(
      events.flatMap((event) => (event.type === "log" ? [event.line] : [])),
      ["in time"],
    );
  });
});

import assert from "node:assert/strict";
import { ManualClock } from "../../support/manual-clock.ts";
import { closeAll, poolOf, REQUEST_ID } from "./bundle.ts";

describe("Lambda function failures", () => {
  afterEach(closeAll);

  it("reports a thrown error by its name, and keeps the thread", async () => {
    const { pool, events } = await poolOf(`
      class RoomFull extends Error { name = "RoomFull"; }
      let used = 0;
      export const handler = async (event) => {
        used += 1;
        if (event.fail) throw new RoomFull("no seat");
        return used;
      };`);
    const failure = { errorType: "RoomFull", errorMessage: "no seat" };
    assert.deepEqual(await pool.invoke({ fail: true }), { ok: false, ...failure });
    assert.deepEqual(events, [{ type: "function-error", functionName: "echo", ...failure }]);
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: 2 });
  });

  it("reports another thrown value by its type", async () => {
    const { pool } = await poolOf(`export const handler = async () => { throw "Unauthorized"; };`);
    assert.deepEqual(await pool.invoke({}), {
      ok: false,
      errorType: "string",
      errorMessage: "Unauthorized",
    });
  });

  it("reports a value that cannot be described", async () => {
    const { pool } = await poolOf(
      "export const handler = async () => { throw Object.create(null); };",
    );
    const result = await pool.invoke({});
    assert.equal(result.ok || result.errorType, "handled");
  });

  it("ends an event over its timeout, and takes a fresh thread for the next", async () => {
    const clock = new ManualClock();
    const { pool, events } = await poolOf(
      `let used = 0;
      export const handler = async (event) => {
        used += 1;
        if (event.hang) { console.log("hanging"); await new Promise(() => {}); }
        return used;
      };`,
      {},
      { clock },
    );
    await pool.prewarm();
    await pool.invoke({});
    const hanging = pool.invoke({ hang: true });
    await clock.advance(2999);
    assert.deepEqual(
      events.filter(({ type }) => type === "function-error"),
      [],
    );
    await clock.advance(1);
    assert.deepEqual(await hanging, {
      ok: false,
      errorType: "Sandbox.Timedout",
      errorMessage: `RequestId: ${REQUEST_ID} Error: Task timed out after 3.00 seconds`,
    });
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: 1 });
  });

  it("stops a handler that blocks its thread", async () => {
    const { pool } = await poolOf("export const handler = async () => { for (;;); };", {
      timeout: 0.1,
    });
    const result = await pool.invoke({});
    assert.equal(result.ok || result.errorType, "Sandbox.Timedout");
  });

  for (const [code, reason] of [
    [1, "with error: exit status 1"],
    [0, "without providing a reason"],
  ]) {
    it(`reports an exit with status ${code}`, async () => {
      const { pool } = await poolOf(`export const handler = async (event) => {
        if (event.exit) process.exit(${code}); return "well"; };`);
      assert.deepEqual(await pool.invoke({ exit: true }), {
        ok: false,
        errorType: "Runtime.ExitError",
        errorMessage: `RequestId: ${REQUEST_ID} Error: Runtime exited ${reason}`,
      });
      assert.deepEqual(await pool.invoke({}), { ok: true, payload: "well" });
    });
  }

  it("reports what is thrown outside the handler's promise", async () => {
    const { pool } = await poolOf(`export const handler = ({ how }) => new Promise(() => {
      if (how === "throw") setImmediate(() => { throw new TypeError("stray"); });
      else void Promise.reject(new Error("unhandled"));
    });`);
    assert.deepEqual(await pool.invoke({ how: "throw" }), {
      ok: false,
      errorType: "TypeError",
      errorMessage: "stray",
    });
    assert.deepEqual(await pool.invoke({ how: "reject" }), {
      ok: false,
      errorType: "Runtime.UnhandledPromiseRejection",
      errorMessage: "Error: unhandled",
    });
  });

  it("reports memory over the function's", async () => {
    const { pool } = await poolOf(
      `export const handler = async () => { const all = []; for (;;) all.push({ all: [...all] }); };`,
      { memorySize: 32, timeout: 9 },
    );
    const expected = {
      ok: false,
      errorType: "Runtime.OutOfMemory",
      errorMessage: `RequestId: ${REQUEST_ID} Error: Runtime exited with error: signal: killed`,
    };
    assert.deepEqual(await pool.invoke({}), expected);
  });

  const broken: [string, string, string, string, string][] = [
    [
      "a missing file",
      "",
      "other.handler",
      "Runtime.ImportModuleError",
      "Error: Cannot find module 'other'",
    ],
    [
      "a missing export",
      "",
      "index.handler",
      "Runtime.HandlerNotFound",
      "index.handler is undefined or not exported",
    ],
    [
      "an export that is no function",
      "export const handler = 1;",
      "index.handler",
      "Runtime.HandlerNotFound",
      "index.handler is not a function",
    ],
    [
      "a syntax error",
      "export const = 1;",
      "index.handler",
      "Runtime.UserCodeSyntaxError",
      "SyntaxError: Unexpected token '='",
    ],
    [
      "an error while loading",
      `throw new RangeError("at import")`,
      "index.handler",
      "RangeError",
      "at import",
    ],
    [
      "a handler without a file",
      "",
      "handler",
      "Runtime.MalformedHandlerName",
      "'handler' is not a valid handler name.",
    ],
  ];
  for (const [what, code, handler, errorType, errorMessage] of broken) {
    it(`reports ${what} at every event`, async () => {
      const { pool, events } = await poolOf(code, { handler });
      await pool.prewarm();
      const report = { type: "function-error", functionName: "echo", errorType, errorMessage };
      assert.deepEqual(events, [report]);
      assert.deepEqual(await pool.invoke({}), { ok: false, errorType, errorMessage });
      assert.deepEqual(await pool.invoke({}), { ok: false, errorType, errorMessage });
    });
  }

  it("reports a missing import", async () => {
    const { pool } = await poolOf(
      `import "nowhere-to-be-found"; export const handler = async () => {};`,
    );
    const result = await pool.invoke({});
    assert.equal(result.ok || result.errorType, "Runtime.ImportModuleError");
  });

  it("refuses a callback handler, as the Node 24 runtime does", async () => {
    const { pool } = await poolOf(
      "export const handler = (event, context, callback) => callback();",
    );
    const result = await pool.invoke({});
    assert.equal(result.ok || result.errorType, "Runtime.CallbackHandlerDeprecated");
  });

  it("reports a result that is not JSON", async () => {
    const { pool } = await poolOf("export const handler = async () => 1n;");
    assert.deepEqual(await pool.invoke({}), {
      ok: false,
      errorType: "Runtime.JSONStringifyError",
      errorMessage: "Unable to stringify response body",
    });
  });

  it("reports variables that a thread cannot be started with", async () => {
    const { pool, events } = await poolOf("export const handler = async () => {};", {
      variables: { NODE_OPTIONS: "--no-such-option" },
    });
    await pool.prewarm();
    assert.equal(events.length, 1);
    const result = await pool.invoke({});
    assert.match(result.ok ? "" : result.errorMessage, /NODE_OPTIONS/);
  });

  it("fails what is in hand and what waits when it is closed", async () => {
    const { pool } = await poolOf(
      "export const handler = () => new Promise(() => {});",
      {},
      { maximumConcurrency: 1 },
    );
    await pool.prewarm();
    const results = [pool.invoke({}), pool.invoke({})];
    await pool.close();
    for (const result of await Promise.all(results)) {
      assert.equal(result.ok || result.errorType, "Runtime.ExitError");
    }
  });
});

import assert from "node:assert/strict";
import { ManualClock } from "../../support/manual-clock.ts";
import { closeAll, poolOf } from "./bundle.ts";

const CHATTY = `export const handler = async () => {
  console.log("plain %s", "text", { a: 1 });
  console.debug("detail");
  console.info({ room: "lobby", n: [1] });
  console.warn("careful");
  console.error(new RangeError("bad"));
  process.stdout.write("raw\\n");
  process.stderr.write("raw error\\n");
};`;

describe("Lambda function logs", () => {
  afterEach(closeAll);

  async function linesOf(code: string, format: "Text" | "JSON", level?: string) {
    const { pool, events } = await poolOf(code, { logging: { format, level, group: "g" } });
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: null });
    return events.map((event) => {
      assert.ok(event.type === "log" && event.functionName === "echo");
      return [event.level, event.line];
    });
  }

  it("emits each line before the result, as text", async () => {
    const lines = await linesOf(CHATTY, "Text");
    const [, stack] = lines.splice(4, 1)[0] ?? [];
    assert.match(String(stack), /^RangeError: bad\n {4}at .*index\.mjs:6/);
    assert.deepEqual(lines, [
      ["info", "plain text { a: 1 }"],
      ["debug", "detail"],
      ["info", "{ room: 'lobby', n: [ 1 ] }"],
      ["warn", "careful"],
      ["info", "raw"],
      ["error", "raw error"],
    ]);
  });

  it("keeps an object JSON in the JSON format, which drops debug unless asked", async () => {
    const lines = await linesOf(CHATTY, "JSON");
    const [, text] = lines.splice(3, 1)[0] ?? [];
    const { errorType, errorMessage } = JSON.parse(String(text));
    assert.deepEqual([errorType, errorMessage], ["RangeError", "bad"]);
    assert.deepEqual(lines, [
      ["info", "plain text { a: 1 }"],
      ["info", '{"room":"lobby","n":[1]}'],
      ["warn", "careful"],
      ["info", "raw"],
      ["error", "raw error"],
    ]);
    assert.deepEqual((await linesOf(CHATTY, "JSON", "DEBUG"))[1], ["debug", "detail"]);
  });

  describe("that the code writes as JSON itself", () => {
    const lines = [
      '{"level":"WARN","requestId":"r"}',
      '{"level":"debug"}',
      '{"level":"FATAL"}',
      '{"level":"loud"}',
      '{"_aws":{},"Deliveries":1}',
      '["level"]',
      "null",
    ];
    const writing = `export const handler = async () => {
      for (const line of ${JSON.stringify(lines)}) process.stdout.write(line + "\\n");
    };`;
    const [warn, debug, fatal, ...others] = lines;
    const rest = others.map((line) => ["info", line]);

    it("stay as they are, and have their own level, in the JSON format", async () => {
      assert.deepEqual(await linesOf(writing, "JSON"), [["warn", warn], ["error", fatal], ...rest]);
      assert.deepEqual(await linesOf(writing, "JSON", "DEBUG"), [
        ["warn", warn],
        ["debug", debug],
        ["error", fatal],
        ...rest,
      ]);
    });

    it("are text like any other in the text format", async () => {
      assert.deepEqual(
        await linesOf(writing, "Text"),
        lines.map((line) => ["info", line]),
      );
    });
  });

  it("emits Node's warnings as lines", async () => {
    const lines = await linesOf(
      `export const handler = async () => {
        process.emitWarning("old");
        await new Promise((resolve) => setImmediate(resolve));
      };`,
      "Text",
    );
    assert.equal(lines.length, 1);
    assert.match(lines[0]?.join(" ") ?? "", /^error \(node:\d+\) Warning: old/);
  });
});

describe("a Lambda function's time", () => {
  afterEach(closeAll);

  it("follows the runtime's clock", async () => {
    const clock = new ManualClock(Date.UTC(2031, 4, 5));
    const { pool } = await poolOf(
      `export const handler = async (event, context) => ({
        years: [new Date().getUTCFullYear(), new Date(Date.now()).getUTCFullYear(), Number(Date().slice(11, 15))],
        fixed: new Date(0).toISOString(),
        isDate: new Date() instanceof Date,
        left: Math.ceil(context.getRemainingTimeInMillis() / 1000),
      });`,
      {},
      { clock },
    );
    const expected = { fixed: "1970-01-01T00:00:00.000Z", isDate: true, left: 3 };
    assert.deepEqual(await pool.invoke({}), {
      ok: true,
      payload: { ...expected, years: [2031, 2031, 2031] },
    });
    await clock.advance(365 * 24 * 3600 * 1000);
    assert.deepEqual(await pool.invoke({}), {
      ok: true,
      payload: { ...expected, years: [2032, 2032, 2032] },
    });
  });
});

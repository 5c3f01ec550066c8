import assert from "node:assert/strict";
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

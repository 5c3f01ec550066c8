import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { closeAll, poolOf, REQUEST_ID } from "./bundle.ts";

/** Answers with how often this thread was used; waits for the file that the event names. */
const COUNTING = `
  import { existsSync } from "node:fs";
  let used = 0;
  export async function handler({ waitFor }) {
    used += 1;
    while (waitFor && !existsSync(waitFor)) await new Promise((resolve) => setTimeout(resolve, 5));
    return used;
  }`;

describe("Lambda worker pool", () => {
  afterEach(closeAll);

  it("passes events and results as JSON", async () => {
    const { pool } = await poolOf(`export const handler = async (event) => ({
      event, at: new Date(0), nothing: undefined, list: [undefined] });`);
    assert.deepEqual(await pool.invoke({ when: new Date(1000), gone: undefined }), {
      ok: true,
      payload: {
        event: { when: "1970-01-01T00:00:01.000Z" },
        at: "1970-01-01T00:00:00.000Z",
        list: [null],
      },
    });
  });

  it("answers null for a handler that returns nothing", async () => {
    const { pool } = await poolOf("export const handler = async () => {};");
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: null });
  });

  it("gives the function its own variables and Lambda's, and none of the machine's", async () => {
    process.env["ROOMS_SECRET_OF_THE_SHELL"] = "x";
    const { pool, folder } = await poolOf(
      "export const handler = async () => process.env;",
      { variables: { TABLE: "rooms", AWS_ENDPOINT_URL_SQS: "lost" } },
      { environment: { AWS_ACCESS_KEY_ID: "AKID", AWS_ENDPOINT_URL_SQS: "won" } },
    );
    const result = await pool.invoke({});
    assert.deepEqual(result.ok && result.payload, {
      TABLE: "rooms",
      AWS_ACCESS_KEY_ID: "AKID",
      AWS_ENDPOINT_URL_SQS: "won",
      AWS_REGION: "eu-west-1",
      AWS_DEFAULT_REGION: "eu-west-1",
      AWS_EXECUTION_ENV: "AWS_Lambda_nodejs24.x",
      AWS_LAMBDA_FUNCTION_NAME: "echo",
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128",
      AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
      AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
      AWS_LAMBDA_LOG_FORMAT: "Text",
      AWS_LAMBDA_LOG_GROUP_NAME: "/aws/lambda/echo",
      AWS_LAMBDA_LOG_STREAM_NAME: `${new Date().toISOString().slice(0, 10).replaceAll("-", "/")}/[$LATEST]${REQUEST_ID.replaceAll("-", "")}`,
      LAMBDA_TASK_ROOT: folder,
      LAMBDA_RUNTIME_DIR: "/var/runtime",
      _HANDLER: "index.handler",
      LANG: "en_US.UTF-8",
      PATH: "/var/lang/bin:/usr/local/bin:/usr/bin/:/bin:/opt/bin",
      HOME: "/home/sbx_user1051",
      TZ: ":UTC",
    });
  });

  it("names log streams by the function in a log group that several could have", async () => {
    const code = "export const handler = async (event, { logStreamName }) => logStreamName;";
    const logging = { format: "Text", level: undefined, group: "rooms" } as const;
    const { pool } = await poolOf(code, { logging });
    const result = await pool.invoke({});
    const day = new Date().toISOString().slice(0, 10).replaceAll("-", "/");
    const id = REQUEST_ID.replaceAll("-", "");
    assert.equal(result.ok && result.payload, `${day}/echo[$LATEST]${id}`);
  });

  it("passes a context", async () => {
    const { pool } = await poolOf(`export const handler = async (event, context) =>
      ({ ...context, left: context.getRemainingTimeInMillis() > 2000 });`);
    const result = await pool.invoke({});
    assert.ok(result.ok);
    const { logStreamName, ...context } = result.payload as Record<string, unknown>;
    assert.match(String(logStreamName), /^\d{4}\/\d\d\/\d\d\/\[\$LATEST\][0-9a-f]{32}$/);
    assert.deepEqual(context, {
      awsRequestId: REQUEST_ID,
      invokedFunctionArn: "arn:aws:lambda:eu-west-1:123456789012:function:echo",
      functionName: "echo",
      functionVersion: "$LATEST",
      memoryLimitInMB: "128",
      logGroupName: "/aws/lambda/echo",
      callbackWaitsForEmptyEventLoop: true,
      left: true,
    });
  });

  it("reuses a warm thread for one event after another", async () => {
    const { pool } = await poolOf(COUNTING);
    const payloads = [];
    for (let i = 0; i < 3; i++) payloads.push(await pool.invoke({}));
    assert.deepEqual(
      payloads,
      [1, 2, 3].map((payload) => ({ ok: true, payload })),
    );
  });

  it("uses as many threads as there are concurrent events", async () => {
    const { pool, folder } = await poolOf(COUNTING);
    const waitFor = join(folder, "go");
    const first = pool.invoke({ waitFor });
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: 1 });
    await writeFile(waitFor, "");
    assert.deepEqual(await first, { ok: true, payload: 1 });
  });

  it("lets events over the maximum concurrency wait, in their order", async () => {
    const { pool, folder } = await poolOf(COUNTING, {}, { maximumConcurrency: 1 });
    const waitFor = join(folder, "go");
    const results = [{ waitFor }, {}, {}].map((event) => pool.invoke(event));
    await writeFile(waitFor, "");
    assert.deepEqual(
      await Promise.all(results),
      [1, 2, 3].map((payload) => ({ ok: true, payload })),
    );
  });

  it("prewarms a thread that the first event then uses", async () => {
    const { pool, events } = await poolOf(`
      console.log("loaded");
      export const handler = async () => {};`);
    await pool.prewarm();
    assert.deepEqual(
      events.map((event) => event.type),
      ["log"],
    );
    await pool.invoke({});
    assert.deepEqual(
      events.map((event) => event.type),
      ["log"],
    );
  });

  it("loads the code anew on reload, while a running event ends on the old one", async () => {
    const { pool, folder, write } = await poolOf(COUNTING);
    const waitFor = join(folder, "go");
    await pool.prewarm();
    const running = pool.invoke({ waitFor });
    await write(`export const handler = async () => "new";`);
    await pool.reload();
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: "new" });
    await writeFile(waitFor, "");
    assert.deepEqual(await running, { ok: true, payload: 1 });
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: "new" });
  });

  it("keeps a process alive for an event in hand and not longer", async () => {
    const { folder } = await poolOf(`export const handler = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50)); return "done"; };`);
    const module = new URL("../../../local/lambda/worker-pool.ts", import.meta.url).href;
    const script = `
      import { LambdaWorkerPool } from ${JSON.stringify(module)};
      const definition = { name: "f", arn: "f", folder: ${JSON.stringify(folder)}, temporary: false,
        handler: "index.handler", runtime: "nodejs24.x", timeout: 3, memorySize: 128, variables: {},
        logging: { format: "Text", level: undefined, group: "g" } };
      const pool = new LambdaWorkerPool({ definition, newId: () => "i", emit() {}, region: "r" });
      void pool.invoke({}).then((result) => console.log(JSON.stringify(result)));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ["--input-type=module", "--eval", script],
      { timeout: 8000 },
    );
    assert.equal(stdout, '{"ok":true,"payload":"done"}\n');
  });
});

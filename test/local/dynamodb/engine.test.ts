import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { startEngine } from "../../../local/dynamodb/engine.ts";
import type { RuntimeEvent } from "../../../local/events.ts";

/** Connects; `closed` resolves when the other side has ended, however. */
async function connection(endpoint: string) {
  const socket = connect(Number(new URL(endpoint).port), "127.0.0.1");
  await once(socket, "connect");
  socket.on("error", () => {});
  // The end is told only to those who read.
  socket.resume();
  return { closed: new Promise((resolve) => socket.on("close", resolve)) };
}

describe("DynamoDB engine", () => {
  it("starts the embedded engine, which ends when it is closed", async () => {
    const engine = await startEngine();
    assert.equal(engine.kind, "embedded");
    const client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: "eu-west-1",
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
    assert.deepEqual((await client.send(new ListTablesCommand())).TableNames, []);
    client.destroy();
    await engine.close();
    await assert.rejects(connection(engine.endpoint), { code: "ECONNREFUSED" });
  });

  it("starts two engines side by side", async () => {
    const engines = await Promise.all([startEngine(), startEngine()]);
    assert.notEqual(engines[0]?.endpoint, engines[1]?.endpoint);
    await Promise.all(engines.map((engine) => engine.close()));
  });

  it("takes a given endpoint and leaves it alone", async () => {
    const engine = await startEngine({ endpoint: "http://127.0.0.1:8000" });
    assert.deepEqual([engine.kind, engine.endpoint], ["given", "http://127.0.0.1:8000"]);
    await engine.close();
  });

  it("says what to install when there is no engine", async () => {
    await assert.rejects(
      startEngine({ endpoint: "", machine: { platform: "sunos", arch: "sparc" } }),
      {
        message:
          "No DynamoDB engine: install @dynoxide/sunos-sparc (npm install --no-save @dynoxide/sunos-sparc), " +
          "or set DYNAMODB_ENDPOINT to a running DynamoDB Local (-sharedDb).",
      },
    );
  });

  it("says why a binary does not start", async () => {
    await assert.rejects(
      startEngine({ binary: "/nowhere/dynoxide" }),
      /^Error: The embedded DynamoDB engine did not start: .*\/nowhere\/dynoxide/,
    );
  });

  describe("with a process around it", () => {
    let folder: string;
    beforeEach(async () => {
      folder = await mkdtemp(join(tmpdir(), "engine-test-"));
    });
    afterEach(() => rm(folder, { recursive: true }));

    it("ends when the process is killed", async () => {
      const module = new URL("../../../local/dynamodb/engine.ts", import.meta.url).href;
      const script = `
        import { startEngine } from ${JSON.stringify(module)};
        console.log((await startEngine()).endpoint);
        setInterval(() => {}, 60_000);`;
      const child = spawn(process.execPath, ["--input-type=module", "--eval", script], {
        stdio: ["ignore", "pipe", "inherit"],
      });
      const [endpoint] = await once(child.stdout, "data");
      const { closed } = await connection(String(endpoint).trim());
      child.kill("SIGKILL");
      await closed;
      // While it ends, it may take a connection once more; that one is closed as well.
      for (let refusal: string | undefined; refusal !== "ECONNREFUSED"; ) {
        refusal = await connection(String(endpoint).trim()).then(
          async (again) => void (await again.closed),
          (error) => error.code,
        );
      }
    });

    it("tells when it ends of itself", async () => {
      const binary = join(folder, "engine");
      await writeFile(
        binary,
        `#!${process.execPath}
        const server = require("node:http").createServer(() => process.exit(1));
        server.listen(Number(process.argv.at(-1)), "127.0.0.1");`,
      );
      await chmod(binary, 0o755);
      const ended = Promise.withResolvers<RuntimeEvent>();
      const engine = await startEngine({ binary, emit: ended.resolve });
      await assert.rejects(fetch(engine.endpoint));
      assert.deepEqual(await ended.promise, {
        type: "notice",
        source: "dynamodb",
        message: "The DynamoDB engine has ended.",
      });
      await engine.close();
    });
  });
});

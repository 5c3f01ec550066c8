import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { asset } from "@pulumi/pulumi";
import { functionDefinition } from "../../../local/lambda/definition.ts";
import { LambdaWorkerPool } from "../../../local/lambda/worker-pool.ts";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import { recordedResource } from "../../support/recorded-resource.ts";

function recorded(inputs: Properties): RecordedResource {
  const all = { runtime: "nodejs24.x", handler: "index.handler", ...inputs };
  return recordedResource("aws:lambda/function:Function", "greet", all, {
    id: "greet-1",
    name: "greet-1",
    arn: "arn:aws:lambda:eu-west-1:123456789012:function:greet-1",
  });
}

describe("Lambda function definition", () => {
  it("reads a folder, with Lambda's defaults", async () => {
    const code = new asset.FileArchive("local");
    assert.deepEqual(await functionDefinition(recorded({ code })), {
      name: "greet-1",
      arn: "arn:aws:lambda:eu-west-1:123456789012:function:greet-1",
      folder: join(process.cwd(), "local"),
      temporary: false,
      handler: "index.handler",
      runtime: "nodejs24.x",
      timeout: 3,
      memorySize: 128,
      reservedConcurrency: undefined,
      variables: {},
      logging: { format: "Text", level: undefined, group: "/aws/lambda/greet-1" },
    });
  });

  it("reads every setting", async () => {
    const definition = await functionDefinition(
      recorded({
        code: new asset.FileArchive("lambda"),
        timeout: 10,
        memorySize: 256,
        reservedConcurrentExecutions: 0,
        environment: { variables: { TABLE: "rooms" } },
        loggingConfig: { logFormat: "JSON", applicationLogLevel: "WARN", logGroup: "rooms" },
      }),
      join(process.cwd(), "local"),
    );
    const { folder, timeout, memorySize, reservedConcurrency, variables, logging } = definition;
    assert.deepEqual(
      [folder, timeout, memorySize, reservedConcurrency, variables, logging],
      [
        join(process.cwd(), "local", "lambda"),
        10,
        256,
        0,
        { TABLE: "rooms" },
        { format: "JSON", level: "WARN", group: "rooms" },
      ],
    );
  });

  it("writes texts into a folder, which the pool removes", async () => {
    const code = new asset.AssetArchive({
      "index.mjs": new asset.StringAsset(`export { handler } from "./lib/greet.mjs";`),
      "lib/greet.mjs": new asset.StringAsset("export const handler = async () => 1;"),
      "clock.ts": new asset.FileAsset("local/clock.ts"),
    });
    const definition = await functionDefinition(recorded({ code }));
    assert.ok(definition.temporary && definition.folder.startsWith(tmpdir()));
    assert.equal(
      await readFile(join(definition.folder, "clock.ts"), "utf8"),
      await readFile("local/clock.ts", "utf8"),
    );
    const pool = new LambdaWorkerPool({ definition, newId: () => "id", emit() {}, region: "r" });
    assert.deepEqual(await pool.invoke({}), { ok: true, payload: 1 });
    await pool.close();
    assert.equal(existsSync(definition.folder), false);
  });

  it("takes variables of up to 4 KB, as JSON", async () => {
    const code = new asset.FileArchive("local");
    const overhead = '{"BIG":""}'.length;
    const of = (length: number) => ({
      code,
      environment: { variables: { BIG: "x".repeat(length) } },
    });
    const { variables } = await functionDefinition(recorded(of(4096 - overhead)));
    assert.equal(variables["BIG"]?.length, 4096 - overhead);
    await assert.rejects(functionDefinition(recorded(of(4097 - overhead))), /4KB limit/);
  });

  it("takes -1 for no reserved concurrency", async () => {
    const code = new asset.FileArchive("local");
    const inputs = { code, reservedConcurrentExecutions: -1 };
    const { reservedConcurrency } = await functionDefinition(recorded(inputs));
    assert.equal(reservedConcurrency, undefined);
  });

  it("refuses what cannot run here, and what Lambda refuses", async () => {
    const code = new asset.FileArchive("local");
    const refused: [Properties, RegExp][] = [
      [{ code, runtime: "python3.13" }, /^Error: Function greet: only functions with a Node\.js/],
      [{ code, packageType: "Image", runtime: undefined }, /only functions with a Node\.js/],
      [{ code: undefined }, /it has no code/],
      [{ code: new asset.FileArchive("package.json") }, /its code package\.json is not a folder/],
      [
        { code, environment: { variables: { AWS_REGION: "x" } } },
        /Reserved keys used in this request: AWS_REGION$/,
      ],
      [{ code, environment: { variables: { BIG: "x".repeat(4096) } } }, /exceeded the 4KB limit/],
      [
        { code, environment: { variables: { "A-B": "" } } },
        /^Error: Function greet: its environment variable "A-B" does not satisfy/,
      ],
      [{ code, timeout: 901 }, /its timeout is 901; Lambda takes 1 to 900/],
      [{ code, runtime: "nodejs20.x" }, /The runtime parameter of nodejs20\.x is no longer/],
      [{ code, snapStart: { applyOn: "PublishedVersions" } }, /no SnapStart for Node\.js/],
      [{ code, layers: ["arn:aws:lambda:eu-west-1:1:layer:l:1"] }, /its layers is not played on/],
      [{ code, fileSystemConfig: {} }, /its fileSystemConfig is not played on this machine/],
      [{ code, memorySize: 64 }, /its memorySize is 64; Lambda takes 128 to 10240/],
    ];
    for (const [inputs, message] of refused) {
      await assert.rejects(functionDefinition(recorded(inputs)), message);
    }
  });
});

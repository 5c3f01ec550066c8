import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { awsAddresses } from "../../local/recording/outputs.ts";
import { FakeEngine } from "../support/fake-engine.ts";

const folder = fileURLToPath(new URL("fixture/", import.meta.url));
const place = { partition: "aws-cn", region: "cn-north-1", accountId: "123456789012" };

/** The fixture as `pulumi up` runs it: by Pulumi's own runner, from its own folder, elsewhere than a laptop. */
describe("the conformance fixture", function () {
  this.timeout(120_000);
  let preview: Awaited<ReturnType<typeof run>>;
  let deployment: typeof preview;

  before(async () => {
    [preview, deployment] = await Promise.all([run(true), run(false)]);
  });

  it("runs under Pulumi, in a first preview and in a deployment", () => {
    for (const { exitCode, problems, printed } of [preview, deployment]) {
      assert.deepEqual([exitCode, problems], [0, []], printed);
    }
    const names = ({ registrations }: FakeEngine) => registrations.map(({ name }) => name).sort();
    assert.deepEqual(names(preview.engine), names(deployment.engine));
  });

  it("exports addresses where it is deployed, and names no region of its own", () => {
    const outputs = deployment.engine.outputs as Record<string, object>;
    assert.equal(outputs["region"], place.region);
    for (const { url, management } of Object.values<{ url: string; management: string }>(
      outputs["stages"] as never,
    )) {
      assert.match(url, /^wss:\/\/[a-z0-9]+\.execute-api\.cn-north-1\./);
      assert.equal(management, url.replace(/^wss/, "https"));
    }
    const { queueOrigin } = awsAddresses(place);
    for (const url of Object.values<string>(outputs["queues"] as never)) {
      assert.ok(url.startsWith(`${queueOrigin}/${place.accountId}/`), url);
    }
  });

  async function run(preview: boolean) {
    const project = parse(await readFile(`${folder}Pulumi.yaml`, "utf8"));
    assert.equal(project.runtime.options.typescript, false);
    const engine = new FakeEngine(place, preview);
    const address = await engine.listen();
    try {
      const child = spawn(
        process.execPath,
        [
          createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run"),
          ...["--monitor", address, "--engine", address],
          ...["--project", project.name, "--stack", "test"],
          ...["--dry-run", String(preview), "--pwd", folder, project.main],
        ],
        {
          cwd: folder,
          env: {
            ...process.env,
            PULUMI_CONFIG: JSON.stringify({ "aws:region": place.region }),
            PULUMI_NODEJS_TYPESCRIPT: "false",
          },
          stdio: ["ignore", "pipe", "pipe"],
        },
      );
      let printed = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream.setEncoding("utf8").on("data", (text: string) => {
          printed += text;
        });
      }
      const [exitCode] = (await once(child, "close")) as [number | null];
      return { engine, exitCode, printed, problems: engine.problems };
    } finally {
      engine.close();
    }
  }
});

import assert from "node:assert/strict";
import { ended, FakePulumi, startCommand, startNpm } from "../support/fake-pulumi.ts";
import { repository } from "../support/laptop.ts";

const policies = (stack: string) => [
  "--policy-pack",
  "policy",
  "--policy-pack-config",
  `policy/config.${stack}.json`,
];
/** Without the slash at its end. */
const root = repository.slice(0, -1);
/** What a shell and node need of PATH. */
const systemPath = ["/usr/local/bin", "/usr/bin", "/bin"];

describe("npm run preview and npm run up", function () {
  this.timeout(30_000);
  let pulumi: FakePulumi;

  afterEach(async () => {
    await pulumi.remove();
  });

  for (const command of ["preview", "up"]) {
    it(`run pulumi ${command} with the policy pack, on Node 24, in the repository`, async () => {
      pulumi = await FakePulumi.create();
      const run = startNpm([command, "--", "--stack", "dev", "--diff", "--non-interactive"], {
        path: [pulumi.folder],
      });
      assert.deepEqual(await ended(run), { code: 0, signal: null, output: "" });
      assert.deepEqual(await pulumi.call(), {
        argv: [command, "--stack", "dev", ...policies("dev"), "--diff", "--non-interactive"],
        cwd: root,
        nodeVersion: process.version,
      });
    });
  }

  it("run it on this Node without npm too, though an older one comes first in PATH", async () => {
    pulumi = await FakePulumi.create();
    const run = startCommand(["up", "--stack", "acme/roomcast/prod", "--yes"], {
      path: [await pulumi.oldNode(), pulumi.folder, ...systemPath],
    });
    assert.deepEqual(await ended(run), { code: 0, signal: null, output: "" });
    assert.deepEqual(await pulumi.call(), {
      argv: ["up", "--stack", "acme/roomcast/prod", ...policies("prod"), "--yes"],
      cwd: root,
      nodeVersion: process.version,
    });
  });

  it("exit as pulumi does", async () => {
    pulumi = await FakePulumi.create({ code: 42 });
    const run = startNpm(["preview", "--", "--stack", "dev"], { path: [pulumi.folder] });
    assert.equal((await ended(run)).code, 42);
  });

  it("call nothing when an option is refused", async () => {
    pulumi = await FakePulumi.create();
    const run = startNpm(["up", "--", "--stack", "dev", "--skip-preview"], {
      path: [pulumi.folder],
    });
    const { code, output } = await ended(run);
    assert.equal(code, 1);
    assert.equal(
      output,
      "--skip-preview is refused: the policy pack's stack rules run in the preview; without it they cannot stop a deployment.",
    );
    assert.equal(await pulumi.call(), undefined);
  });

  it("say what is missing without the CLI", async () => {
    pulumi = await FakePulumi.create();
    const { code, output } = await ended(
      startCommand(["preview", "--stack", "dev"], { path: ["/nowhere"] }),
    );
    assert.equal(code, 1);
    assert.equal(
      output,
      `There is no "pulumi" in PATH. Previews and deployments need the Pulumi CLI, 3.270 or newer: https://www.pulumi.com/docs/iac/download-install/. Without it work: npm run policy, npm test, npm start.`,
    );
  });

  for (const version of ["v3.269.1", "v4.0.0", "unknown"]) {
    it(`refuse the CLI ${version}`, async () => {
      pulumi = await FakePulumi.create({ version });
      const { code, output } = await ended(
        startCommand(["up", "--stack", "dev"], { path: [pulumi.folder, ...systemPath] }),
      );
      assert.equal(code, 1);
      assert.equal(
        output,
        `${pulumi.folder}/pulumi is version "${version}". The program's SDK needs the Pulumi CLI 3.270 or newer, of the same major version: https://www.pulumi.com/docs/iac/download-install/.`,
      );
      assert.equal(await pulumi.call(), undefined);
    });
  }

  it("take a newer CLI", async () => {
    pulumi = await FakePulumi.create({ version: "v3.301.0" });
    const run = startCommand(["preview", "--stack", "dev"], {
      path: [pulumi.folder, ...systemPath],
    });
    assert.equal((await ended(run)).code, 0);
  });

  it("leave Ctrl-C in a terminal to pulumi, once, and wait for its end", async () => {
    pulumi = await FakePulumi.create({ waits: true, code: 8 });
    const run = startNpm(["up", "--", "--stack", "dev"], { path: [pulumi.folder] });
    await run.lines.find(/^deploying$/);
    process.kill(-(run.process.pid ?? assert.fail()), "SIGINT");
    await ended(run);
    assert.deepEqual(await pulumi.signals(), ["SIGINT"]);
  });

  it("hand SIGTERM on once, and exit as pulumi does then", async () => {
    pulumi = await FakePulumi.create({ waits: true, code: 8 });
    const run = startCommand(["up", "--stack", "dev"], { path: [pulumi.folder, ...systemPath] });
    await run.lines.find(/^deploying$/);
    run.process.kill("SIGTERM");
    assert.equal((await ended(run)).code, 8);
    assert.deepEqual(await pulumi.signals(), ["SIGTERM"]);
  });

  it("hand SIGTERM on once when npm gets it", async () => {
    pulumi = await FakePulumi.create({ waits: true });
    const run = startNpm(["up", "--", "--stack", "dev"], { path: [pulumi.folder] });
    await run.lines.find(/^deploying$/);
    run.process.kill("SIGTERM");
    await ended(run);
    assert.deepEqual(await pulumi.signals(), ["SIGTERM"]);
  });
});

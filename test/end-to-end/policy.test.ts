import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { join } from "node:path";
import { rules } from "../../policy/rules/index.ts";
import { readPackConfiguration } from "../../scripts/lib/policy/configuration.ts";
import { allStacks } from "../../scripts/lib/stack-configuration.ts";
import { repository, runNpm } from "../support/laptop.ts";
import { RepositoryCopy } from "../support/repository-copy.ts";

describe("npm run policy", function () {
  this.timeout(60_000);
  let copy: RepositoryCopy;

  before(async () => {
    copy = await RepositoryCopy.create();
  });

  after(async () => {
    await copy?.remove();
  });

  const policy = (folder: string, ...options: string[]) =>
    runNpm(["run", "-s", "policy", "--", ...options], {
      folder,
      localFolder: "/nowhere",
      environment: { FORCE_COLOR: "1" },
    });

  it("prints a row for each rule and a column for each stack, all of them good", async () => {
    const stacks = await allStacks();
    const configurations = await Promise.all(
      stacks.map((stack) => readPackConfiguration(stack, rules)),
    );
    const startedAt = performance.now();
    const { code, output } = await policy(repository);
    const took = performance.now() - startedAt;
    const [header, ...rows] = output.trimEnd().split("\n");
    assert.deepEqual(header?.split(/\s+/), ["policy", "severity", ...stacks]);
    assert.deepEqual(
      rows.map((row) => plain(row).split(/\s+/)),
      rules.map(({ name, severity }) => [
        name,
        severity,
        ...configurations.map((configuration) => (isOff(configuration[name]) ? "off" : "ok")),
      ]),
    );
    assert.equal(code, 0);
    assert.ok(took < 5000, `${took} ms`);
  });

  it("turns one row red after one changed line, says why, and fails", async () => {
    await copy.change("components/fifo-queue.ts", "6 * args", "5 * args");
    const { code, output } = await policy(copy.folder, "--stack", "dev");
    await copy.change("components/fifo-queue.ts", "5 * args", "6 * args");
    const red = output.split("\n").filter((line) => line.startsWith("\u001b[31m"));
    assert.deepEqual(
      red.map((row) => plain(row).split(/\s+/)),
      // Both FIFO queues are made by the one component.
      [["queue-visibility-outlasts-consumer", "high", "VIOLATED", "(2)"]],
    );
    assert.match(output, /dev: queue-visibility-outlasts-consumer \(mandatory\)\n/);
    for (const queue of ["roomcast-rooms-queue", "roomcast-lanes-queue"]) {
      assert.ok(
        output.includes(`  Queue "${queue}": visibilityTimeoutSeconds is less than`),
        queue,
      );
    }
    assert.equal(code, 1);
  });

  it("names an unknown policy in a configuration", async () => {
    await copy.change("policy/config.dev.json", "{", '{ "box-has-lid": "mandatory",');
    const answer = await policy(copy.folder);
    await copy.change("policy/config.dev.json", ' "box-has-lid": "mandatory",', "");
    assert.deepEqual(answer, {
      code: 1,
      output:
        'policy/config.dev.json:\n  - "box-has-lid" is not a policy of the pack; docs/policies.md lists them',
    });
  });

  it("names what a stack lacks", async () => {
    const unknown = await policy(copy.folder, "--stack", "staging");
    assert.deepEqual(unknown, {
      code: 1,
      output:
        "There is no Pulumi.staging.yaml. --stack names one of the Pulumi.<stack>.yaml files.",
    });
    await copyFile(join(copy.folder, "Pulumi.dev.yaml"), join(copy.folder, "Pulumi.staging.yaml"));
    const unchecked = await policy(copy.folder);
    assert.deepEqual(unchecked, {
      code: 1,
      output:
        "There is no policy/config.staging.json, and a stack without a policy configuration is neither previewed nor deployed. Copy that of another stack and set its levels.",
    });
  });
});

function isOff(given: unknown): boolean {
  return (
    given === "disabled" ||
    (typeof given === "object" &&
      given !== null &&
      "enforcementLevel" in given &&
      given.enforcementLevel === "disabled")
  );
}

function plain(line: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal's own codes are meant
  return line.replace(/\u001b\[\d+m/g, "").trim();
}

import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CommandError } from "../../scripts/lib/command.ts";
import { policyOptions } from "../../scripts/lib/pulumi-stack.ts";

describe("a stack's policy options", () => {
  let root: string;

  beforeEach(async () => {
    root = await mkdtemp(join(tmpdir(), "roomcast-"));
    await mkdir(join(root, "policy"));
  });

  afterEach(async () => {
    await rm(root, { recursive: true, force: true });
  });

  async function refusal(): Promise<string> {
    const error = await policyOptions(root, "staging").then(
      () => assert.fail("was accepted"),
      (thrown: unknown) => thrown,
    );
    assert.ok(error instanceof CommandError, String(error));
    return error.message;
  }

  it("are the pack and the stack's configuration of it", async () => {
    await writeFile(join(root, "Pulumi.staging.yaml"), "");
    await writeFile(join(root, "policy/config.staging.json"), `{"all":"mandatory"}`);
    const options = await policyOptions(root, "staging");
    assert.deepEqual(options, [
      "--policy-pack",
      "policy",
      "--policy-pack-config",
      "policy/config.staging.json",
    ]);
  });

  it("need a stack", async () => {
    await writeFile(join(root, "policy/config.staging.json"), "{}");
    assert.equal(
      await refusal(),
      "There is no Pulumi.staging.yaml. --stack names one of the Pulumi.<stack>.yaml files.",
    );
  });

  it("need its policy configuration", async () => {
    await writeFile(join(root, "Pulumi.staging.yaml"), "");
    assert.equal(
      await refusal(),
      "There is no policy/config.staging.json, and a stack without a policy configuration is neither previewed nor deployed. Copy that of another stack and set its levels.",
    );
  });

  it("need it faultless: every fault is told", async () => {
    await writeFile(join(root, "Pulumi.staging.yaml"), "");
    await writeFile(
      join(root, "policy/config.staging.json"),
      '{"box-has-lid":"mandatory","all":"disabled"}',
    );
    assert.equal(
      await refusal(),
      `policy/config.staging.json:
  - "box-has-lid" is not a policy of the pack; docs/policies.md lists them
  - "all" may only be "mandatory": a level is lowered policy by policy, with a reason`,
    );
  });

  it("need it to be an object of JSON", async () => {
    await writeFile(join(root, "Pulumi.staging.yaml"), "");
    await writeFile(join(root, "policy/config.staging.json"), "[]");
    assert.equal(
      await refusal(),
      "policy/config.staging.json must be an object: by policy, its level or its settings.",
    );
    await writeFile(
      join(root, "policy/config.staging.json"),
      '{"queue-is-encrypted":"mandatory","queue-is-encrypted":"mandatory"}',
    );
    assert.equal(await refusal(), "policy/config.staging.json: Map keys must be unique.");
    await writeFile(join(root, "policy/config.staging.json"), "{,}");
    assert.match(await refusal(), /^policy\/config\.staging\.json is not valid JSON: /);
  });
});

import assert from "node:assert/strict";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { rules } from "../../policy/rules/index.ts";
import { readPackConfiguration } from "../../scripts/lib/policy/configuration.ts";
import {
  PackProcess,
  type Policy,
  packFolder,
  type Violation,
} from "../../scripts/lib/policy/pack-process.ts";
import { settingsOf } from "../../scripts/lib/policy/settings.ts";
import { asFirstPreview, changed, judge } from "../support/policy.ts";
import { fixtures, recordStack, type StackName } from "../support/program.ts";

const namesOf = (violations: readonly Violation[]) => [
  ...new Set(violations.map(({ policy }) => policy)),
];

describe("the pack, started and asked as Pulumi does", function () {
  this.timeout(30_000);
  let pack: PackProcess;

  before(async () => {
    pack = await PackProcess.start();
  });

  after(async () => {
    await pack?.stop();
  });

  async function verdict(
    stack: StackName,
    resources: readonly RecordedResource[],
    preview = false,
  ): Promise<Violation[]> {
    const configuration = await readPackConfiguration(stack, pack.policies, fixtures);
    const settings = settingsOf(pack.policies, configuration);
    await pack.configure(settings, { project: "roomcast", stack, preview });
    return await pack.analyze(resources);
  }

  it("tells of every rule, in order, with its level, severity and schema", () => {
    const said = ({ name, description, level, severity, remedy, settings }: Policy) => ({
      ...{ name, description, level, severity, remedy },
      settings: Object.keys(settings).sort(),
    });
    assert.deepEqual(pack.policies.map(said), rules.map(said));
  });

  for (const stack of ["dev", "prod"] as const) {
    it(`has nothing to say about ${stack}, not even as an advisory`, async () => {
      const { resources } = await recordStack(stack);
      assert.deepEqual(await verdict(stack, resources), []);
    });

    it(`repairs nothing of ${stack}`, async () => {
      const { resources } = await recordStack(stack);
      await verdict(stack, resources);
      for (const resource of resources) {
        assert.deepEqual(await pack.remediate(resource, resources), [], resource.name);
      }
    });
  }

  it("says the same as the rules do in this process", async () => {
    const { resources } = await recordStack("prod");
    const mutant = changed(resources, "roomcast-rooms-queue", (properties) => {
      delete properties["sqsManagedSseEnabled"];
      properties["visibilityTimeoutSeconds"] = 100;
    });
    const violations = await verdict("prod", mutant);
    assert.deepEqual(
      violations.map(({ policy, message, level }) => [policy, message, level]),
      judge(mutant).map(({ rule, message }) => [rule, message, "mandatory"]),
    );
    assert.deepEqual(namesOf(violations).sort(), [
      "queue-is-encrypted",
      "queue-visibility-outlasts-consumer",
    ]);
  });

  it("repairs what is missing, and is silent then", async () => {
    const { resources } = await recordStack("prod");
    const mutant = changed(resources, "roomcast-rooms-queue", (properties) => {
      delete properties["sqsManagedSseEnabled"];
    });
    const broken = mutant.find(({ name }) => name === "roomcast-rooms-queue");
    assert.ok(broken);
    await verdict("prod", mutant);
    const [remediation, ...others] = await pack.remediate(broken, mutant);
    assert.deepEqual(others, []);
    assert.equal(remediation?.policy, "queue-is-encrypted");
    const repaired = {
      ...broken,
      wire: { inputs: remediation.inputs, state: { ...broken.wire.state, ...remediation.inputs } },
    };
    const others2 = mutant.map((resource) => (resource === broken ? repaired : resource));
    assert.deepEqual(await verdict("prod", others2), []);
    assert.deepEqual(await pack.remediate(repaired, others2), []);
  });

  it("decides in a first preview all that inputs and links can decide", async () => {
    const { resources } = await recordStack("prod", { preview: true });
    const violations = await verdict("prod", asFirstPreview(resources), true);
    assert.deepEqual(
      violations.filter(({ level }) => level !== "advisory"),
      [],
    );
    // Parts of these; what else they ask is decided by links.
    assert.deepEqual(
      violations.map(({ policy, message }) => [policy, /"(.*?)"/.exec(message)?.[1]]),
      [
        ["api-permission-names-its-source", "sourceArn"],
        ["function-owns-its-log-group", "policy"],
        ["queue-has-dead-letter-queue", "redrivePolicy"],
        ["dead-letter-queue-fits-its-source", "redriveAllowPolicy"],
        ["queue-policy-requires-tls", "policy"],
        ["iam-policy-has-no-wildcards", "policy"],
        ["manage-connections-names-one-stage", "policy"],
      ],
    );
    for (const { message, urn } of violations) {
      assert.match(message, /^Not decided before the deployment, since not known yet: "/);
      assert.equal(urn, "");
    }
  });
});

describe("a pack that does not start", function () {
  this.timeout(30_000);

  it("says what it printed", async () => {
    const folder = await mkdtemp(join(packFolder, "../.local/pack-"));
    try {
      await writeFile(join(folder, "package.json"), '{"main":"main.js","version":"1.0.0"}');
      await writeFile(join(folder, "main.js"), 'console.log("hello");');
      await assert.rejects(PackProcess.start({ folder }), {
        message: 'The policy pack printed "hello" before its port.',
      });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  });
});

describe("the rules", () => {
  it("have names of their own, in kebab case", () => {
    const names = rules.map(({ name }) => name);
    assert.deepEqual([...new Set(names)], names);
    assert.deepEqual(
      names.filter((name) => !/^[a-z0-9]+(-[a-z0-9]+)*$/.test(name)),
      [],
    );
  });

  it("say what they ask and what to do as sentences", () => {
    const odd = rules.filter(
      ({ description, remedy }) =>
        !/^[A-Z"`$].*\.$/.test(description) || !/^[A-Z].*\.$/.test(remedy),
    );
    assert.deepEqual(
      odd.map(({ name }) => name),
      [],
    );
  });

  it("end with the one about the exemptions of all others", () => {
    assert.equal(rules.at(-1)?.name, "exemptions-are-current");
  });

  it("describe each of their settings, with a default of the right kind", () => {
    for (const { name, settings } of rules) {
      for (const [key, schema] of Object.entries(settings)) {
        assert.match(String(schema.description), /^[A-Z].*\.$/, `${name}: ${key}`);
        assert.ok(key === "reason" || schema.default !== undefined, `${name}: ${key}`);
      }
    }
  });
});

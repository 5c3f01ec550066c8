import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { lambdaRules } from "../../policy/rules/lambda.ts";
import { changed, judge, type Said, unknownValue } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

describe("the rules about Lambda", () => {
  for (const stack of ["dev", "prod"] as const) {
    it(`find nothing in ${stack}`, async () => {
      const { resources } = await recordStack(stack);
      assert.deepEqual(judge(resources, {}, lambdaRules), []);
    });

    it(`decide in a first preview of ${stack}, but for what nobody knows yet`, async () => {
      const { resources } = await recordStack(stack, { preview: true });
      assert.deepEqual(
        judge(resources, {}, lambdaRules).map(({ rule, message }) => `${rule}: ${message}`),
        [
          'function-owns-its-log-group: Not decided before the deployment, since not known yet: "policy" of RolePolicy "roomcast-authorize-execution-policy", RolePolicy "roomcast-connect-execution-policy", RolePolicy "roomcast-disconnect-execution-policy", RolePolicy "roomcast-fan-out-execution-policy", RolePolicy "roomcast-presence-execution-policy".',
        ],
      );
    });
  }

  it("leave open, and say nothing else, whichever property is not known yet", async () => {
    const { resources } = await recordStack("dev");
    const some = resources.filter(({ name }) =>
      /^roomcast-(fan-out|rooms|gateway-auth)/.test(name),
    );
    const leaves = some
      .filter(({ type }) => type.startsWith("aws:"))
      .flatMap(({ name, wire }) => leavesOf(wire.inputs).map((path) => ({ name, path })));
    assert.ok(leaves.length > 40);
    const said = leaves.flatMap(({ name, path }) =>
      judgeWithUnknown(some, name, path).map(
        ({ rule, message }) => `${rule}: ${message.replace(/ yet: ("[^"]+") of .*/, " yet: $1")}`,
      ),
    );
    const open = (rule: string, property: string) =>
      `${rule}: Not decided before the deployment, since not known yet: "${property}"`;
    assert.deepEqual([...new Set(said)].sort(), [
      open("async-function-has-failure-destination", "principal"),
      open("function-code-is-a-clean-archive", "code"),
      open("function-concurrency-is-bounded", "scalingConfig.maximumConcurrency"),
      open("function-owns-its-log-group", "loggingConfig.logFormat"),
      open("function-owns-its-log-group", "policy"),
      open("function-runtime-is-supported", "runtime"),
      open("function-timeout-and-memory-are-set", "architectures.0"),
      open("function-timeout-and-memory-are-set", "memorySize"),
      open("function-timeout-and-memory-are-set", "timeout"),
      open("function-tracing-is-active", "tracingConfig.mode"),
    ]);
  });
});

function judgeWithUnknown(
  resources: readonly RecordedResource[],
  name: string,
  path: string[],
): Said[] {
  const mutant = changed(resources, name, (properties) => {
    const [last = "", ...above] = [...path].reverse();
    const parent = above.reverse().reduce((object, key) => object[key], properties);
    parent[last] = unknownValue;
  });
  return judge(mutant, {}, lambdaRules);
}

function leavesOf(value: Properties): string[][] {
  return Object.entries(value).flatMap(([key, entry]) =>
    typeof entry === "object" && entry !== null && !("__pulumiArchive" in entry)
      ? leavesOf(entry).map((path) => [key, ...path])
      : [[key]],
  );
}

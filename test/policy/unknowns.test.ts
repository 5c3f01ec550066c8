import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { judge, unknownValue } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

/**
 * By rule, the properties that it has to know: reviewed by hand. What a rule reads without need
 * makes previews say less.
 */
const needs: Record<string, string[]> = {};

type Path = (string | number)[];

describe("with any single value unknown", function () {
  this.timeout(60_000);
  let resources: readonly RecordedResource[];
  const found = new Map<string, Set<string>>();

  before(async () => {
    ({ resources } = await recordStack("prod"));
    for (const [index, resource] of resources.entries()) {
      for (const path of leavesOf(resource.wire.inputs)) {
        const mutant = withUnknown(resource, path);
        const said = judge(resources.with(index, mutant));
        const place = `${resource.type.split(":").at(-1)}.${path.filter((key) => typeof key === "string").join(".")}`;
        for (const { rule, message, advisory } of said) {
          assert.ok(
            advisory && message.startsWith("Not decided before the deployment"),
            `${place} of ${resource.name}: ${rule} says ${message}`,
          );
          found.set(rule, (found.get(rule) ?? new Set()).add(place));
        }
      }
    }
  });

  it("rules say no more than what they cannot decide", () => {
    assert.deepEqual(
      Object.fromEntries([...found].map(([rule, places]) => [rule, [...places].sort()])),
      needs,
    );
  });
});

/** The paths of every value in properties, and of every object and list that holds some. */
function leavesOf(value: unknown, path: Path = []): Path[] {
  const here = path.length === 0 ? [] : [path];
  if (typeof value !== "object" || value === null || isMarked(value)) {
    return here;
  }
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...here, ...entries.flatMap(([key, entry]) => leavesOf(entry, [...path, key]))];
}

/** An archive, an asset or a secret, which is unknown as a whole or not at all. */
function isMarked(value: object): boolean {
  return "4dabf18193072939515e22adb298388d" in value;
}

function withUnknown(resource: RecordedResource, path: Path): RecordedResource {
  const wire = structuredClone(resource.wire);
  put(wire.inputs, path);
  put(wire.state, path);
  return { ...resource, wire };
}

function put(properties: Properties, path: Path): void {
  const parents = path.slice(0, -1);
  const parent = parents.reduce((value, key) => value?.[key], properties);
  const last = path.at(-1);
  if (parent !== undefined && last !== undefined) {
    parent[last] = unknownValue;
  }
}

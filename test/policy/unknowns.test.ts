import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { judge, type Said, unknownValue } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";
import { needs } from "./needs.ts";

type Path = (string | number)[];
/** Puts something else in the place of a value. */
type Replace = (parent: Properties, key: string | number) => void;

describe("with a single value of the program", function () {
  this.timeout(60_000);
  let resources: readonly RecordedResource[];

  before(async () => {
    ({ resources } = await recordStack("prod"));
  });

  it("unknown, rules say no more than that they cannot decide", () => {
    const found = new Map<string, Set<string>>();
    for (const { place, said } of judgeEach(leavesOf, (parent, key) => {
      parent[key] = unknownValue;
    })) {
      for (const { rule, message, advisory } of said) {
        const isOpen = advisory && message.startsWith("Not decided before the deployment");
        assert.ok(isOpen, `${place}: ${rule} says ${message}`);
        found.set(rule, (found.get(rule) ?? new Set()).add(place));
      }
    }
    assert.deepEqual(
      Object.fromEntries([...found].map(([rule, places]) => [rule, [...places].sort()])),
      needs,
    );
  });

  it("a secret, no message tells it", () => {
    const canary = "canary-7Qm2xV9-do-not-tell";
    for (const { place, said } of judgeEach(placesOnce(), (parent, key) => {
      parent[key] = canary;
    })) {
      const telling = said.filter(({ message }) => message.includes(canary));
      assert.deepEqual(telling, [], place);
    }
  });

  const malformed: Record<string, Replace> = {
    missing: (parent, key) => {
      delete parent[key];
    },
    "of another type": (parent, key) => {
      parent[key] = typeof parent[key] === "string" ? 7 : "seven";
    },
    null: (parent, key) => {
      parent[key] = null;
    },
  };

  for (const [title, replace] of Object.entries(malformed)) {
    it(`${title}, every rule can judge it`, () => {
      for (const { place, said } of judgeEach(placesOnce(), replace)) {
        const broken = said.filter(({ message }) => message.includes("fault of the rule"));
        assert.deepEqual(broken, [], place);
      }
    });
  }

  function* judgeEach(
    pathsOf: (resource: RecordedResource) => Path[],
    replace: Replace,
  ): Iterable<{ place: string; said: Said[] }> {
    for (const [index, resource] of resources.entries()) {
      for (const path of pathsOf(resource)) {
        const mutant = { ...resource, wire: structuredClone(resource.wire) };
        for (const properties of [mutant.wire.inputs, mutant.wire.state]) {
          replaceAt(properties, path, replace);
        }
        const all = resources.with(index, mutant);
        // A provider's inputs are looked at with each resource that it makes.
        const byInputs = mutant.type.startsWith("pulumi:providers:") ? all : [mutant];
        const said = judge(all, {}, undefined, byInputs);
        yield { place: placeOf(resource, path), said };
      }
    }
  }
});

/** Of each property of each type the first one that comes: enough where it is the rules that are tested. */
function placesOnce(): (resource: RecordedResource) => Path[] {
  const seen = new Set<string>();
  return (resource) =>
    leavesOf(resource).filter((path) => seen.size < seen.add(placeOf(resource, path)).size);
}

/** For instance `Stage.defaultRouteSettings.loggingLevel`. */
function placeOf({ type }: RecordedResource, path: Path): string {
  return [type.split(":").at(-1), ...path.filter((key) => typeof key === "string")].join(".");
}

/** The paths of every input, and of every object and list that holds some. */
function leavesOf({ wire }: RecordedResource): Path[] {
  return pathsIn(wire.inputs, []);
}

function pathsIn(value: unknown, path: Path): Path[] {
  const here = path.length === 0 ? [] : [path];
  if (typeof value !== "object" || value === null || isMarked(value)) {
    return here;
  }
  const entries = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return [...here, ...entries.flatMap(([key, entry]) => pathsIn(entry, [...path, key]))];
}

/** An archive, an asset or a secret, which is unknown as a whole or not at all. */
function isMarked(value: object): boolean {
  return "4dabf18193072939515e22adb298388d" in value;
}

function replaceAt(properties: Properties, path: Path, replace: Replace): void {
  const parent = path.slice(0, -1).reduce((value, key) => value?.[key], properties);
  const last = path.at(-1);
  if (parent !== undefined && last !== undefined) {
    replace(parent, last);
  }
}

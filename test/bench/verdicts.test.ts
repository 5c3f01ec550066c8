import assert from "node:assert/strict";
import type { ComparisonRow } from "../../bench/measure/comparison.ts";
import { verdicts } from "../../bench/report/verdicts.ts";
import type { Results } from "../../bench/results.ts";

const once = { least: 0, most: 0, count: 1 };

function rowWith(way: ComparisonRow["way"], more: Partial<ComparisonRow>): ComparisonRow {
  return {
    members: 1000,
    bytes: 100,
    messages: 1,
    way,
    cpuPerDelivery: { median: 0, ...once },
    firstCpuPerDelivery: undefined,
    lastMember: { median: 0, ...once },
    posts: 0,
    postedBytes: 0,
    readUnits: 0,
    invocations: 1,
    billed: { median: 0, ...once },
    peakMegabytes: 100,
    environments: 1,
    ...more,
  };
}

/** Everything is just kept. */
function kept() {
  const cpu = (median: number) => ({ cpuPerDelivery: { median, ...once } });
  const burst = { members: 100, messages: 10 };
  return {
    about: { quick: false },
    comparison: [
      rowWith("roomcast", cpu(300)),
      rowWith("tuned-sdk", cpu(1000)),
      rowWith("floor", cpu(187.5)),
      rowWith("roomcast", { ...burst, posts: 120 }),
      rowWith("usual", { ...burst, posts: 1000 }),
      rowWith("roomcast", { members: 10_000, peakMegabytes: 160 }),
    ],
    tableReads: [0, 1000].flatMap((others) => [
      { way: "roomcast", members: 100, others, readUnits: 5 },
      { way: "usual", members: 100, others, readUnits: others },
    ]),
    simulation: { scale: [{ members: 100_000, worstSeconds: 10.92, seeds: 1 }] },
  };
}

type Kept = ReturnType<typeof kept>;

function judged(change: (results: Kept) => void): boolean[] {
  const results = kept();
  change(results);
  return verdicts(results as unknown as Results).map((verdict) => verdict.kept);
}

function row({ comparison }: Kept, position: number): ComparisonRow {
  const found = comparison[position];
  assert.ok(found);
  return found;
}

describe("the verdicts of the bench", () => {
  it("are yes at the limits", () => {
    assert.deepEqual(
      judged(() => {}),
      [true, true, true, true, true, true],
    );
  });

  it("leave memory out of a quick run, which has no room that is large enough", () => {
    const quick = judged((results) => {
      results.about.quick = true;
      results.comparison.splice(5, 1);
    });
    assert.equal(quick.length, 5);
  });

  const breaches: [what: string, position: number, breach: (results: Kept) => void][] = [
    [
      "CPU beside the SDK",
      0,
      (results) => {
        row(results, 1).cpuPerDelivery.median = 999;
      },
    ],
    [
      "CPU beside the floor",
      1,
      (results) => {
        row(results, 2).cpuPerDelivery.median = 187;
      },
    ],
    [
      "posts of a burst",
      2,
      (results) => {
        row(results, 3).posts = 121;
      },
    ],
    [
      "table reads",
      3,
      (results) => {
        results.tableReads.push({ way: "roomcast", members: 100, others: 2000, readUnits: 6 });
      },
    ],
    [
      "the last member",
      4,
      (results) => {
        results.simulation.scale = [{ members: 100_000, worstSeconds: 10.93, seeds: 1 }];
      },
    ],
    [
      "memory",
      5,
      (results) => {
        row(results, 5).peakMegabytes = 161;
      },
    ],
    [
      "memory that was not measured",
      5,
      (results) => {
        results.comparison.splice(5, 1);
      },
    ],
  ];
  for (const [what, position, breach] of breaches) {
    it(`are no for ${what}, and only for that`, () => {
      const breached = judged(breach).flatMap((isKept, index) => (isKept ? [] : [index]));
      assert.deepEqual(breached, [position]);
    });
  }
});

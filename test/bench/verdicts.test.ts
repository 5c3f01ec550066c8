import assert from "node:assert/strict";
import { verdicts } from "../../bench/report/verdicts.ts";
import { type Results, readResults } from "../../bench/results.ts";

/** The results that are there, with one thing changed. */
async function judged(change: (results: Results) => void): Promise<boolean[]> {
  const results = await readResults();
  change(results);
  return verdicts(results).map(({ kept }) => kept);
}

function row(results: Results, way: string, members: number, messages: number) {
  const found = results.comparison.find(
    (one) =>
      one.way === way && one.members === members && one.messages === messages && one.bytes === 100,
  );
  assert.ok(found, `${way}, ${members} members`);
  return found;
}

/** Everything just kept. */
function keepAll(results: Results): void {
  row(results, "tuned-sdk", 1000, 1).cpuPerDelivery.median = 1000;
  row(results, "roomcast", 1000, 1).cpuPerDelivery.median = 300;
  row(results, "floor", 1000, 1).cpuPerDelivery.median = 187.5;
  row(results, "roomcast", 100, 10).posts = 120;
  row(results, "usual", 100, 10).posts = 1000;
  for (const one of results.tableReads) one.readUnits = one.way === "roomcast" ? 5 : one.others;
  for (const one of results.simulation.scale) one.worstSeconds = 10.925;
  for (const one of results.comparison) one.peakMegabytes = 160;
}

describe("the verdicts of the bench", () => {
  it("are yes at the limits", async () => {
    assert.deepEqual(await judged(keepAll), [true, true, true, true, true, true]);
  });

  const breaches: [what: string, position: number, breach: (results: Results) => void][] = [
    [
      "CPU beside the SDK",
      0,
      (results) => {
        row(results, "tuned-sdk", 1000, 1).cpuPerDelivery.median = 999;
      },
    ],
    [
      "CPU beside the floor",
      1,
      (results) => {
        row(results, "floor", 1000, 1).cpuPerDelivery.median = 187;
      },
    ],
    [
      "posts of a burst",
      2,
      (results) => {
        row(results, "roomcast", 100, 10).posts = 121;
      },
    ],
    [
      "table reads",
      3,
      (results) => {
        const last = results.tableReads.findLast(({ way }) => way === "roomcast");
        assert.ok(last);
        last.readUnits = 6;
      },
    ],
    [
      "the last member",
      4,
      (results) => {
        for (const one of results.simulation.scale) one.worstSeconds = 10.93;
      },
    ],
    [
      "memory",
      5,
      (results) => {
        row(results, "roomcast-in-one", 10_000, 1).peakMegabytes = 161;
      },
    ],
  ];
  for (const [what, position, breach] of breaches) {
    it(`are no for ${what}, and only for that`, async () => {
      const kept = await judged((results) => {
        keepAll(results);
        breach(results);
      });
      assert.deepEqual(
        kept.flatMap((isKept, index) => (isKept ? [] : [index])),
        [position],
      );
    });
  }
});

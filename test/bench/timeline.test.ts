import assert from "node:assert/strict";
import { seededRandom } from "../../bench/simulation/random.ts";
import { Timeline } from "../../bench/simulation/timeline.ts";

describe("Timeline", () => {
  it("lets events happen by time, and those of one moment as they were planned", () => {
    const timeline = new Timeline();
    const happened: string[] = [];
    const plan = (delay: number, name: string) =>
      timeline.after(delay, () => happened.push(`${name}@${timeline.now}`));
    plan(5, "c");
    plan(1, "a");
    plan(5, "d");
    plan(3, "b");
    timeline.run();
    assert.deepEqual(happened, ["a@1", "b@3", "c@5", "d@5"]);
  });

  it("takes what lies back for now", () => {
    const timeline = new Timeline();
    let at = -1;
    timeline.after(10, () =>
      timeline.after(-3, () => {
        at = timeline.now;
      }),
    );
    timeline.run();
    assert.equal(at, 10);
  });

  it("keeps the order of many", () => {
    const timeline = new Timeline();
    const random = seededRandom(7);
    const times: number[] = [];
    for (let event = 0; event < 2000; event++) {
      timeline.after(random.between(0, 1000), () => times.push(timeline.now));
    }
    timeline.run();
    assert.equal(times.length, 2000);
    assert.deepEqual(
      times,
      times.toSorted((a, b) => a - b),
    );
  });

  it("stops when it is over", () => {
    const timeline = new Timeline();
    let events = 0;
    const again = () => {
      events += 1;
      timeline.after(1, again);
    };
    again();
    timeline.run(() => events === 10);
    assert.equal(timeline.now, 9);
  });
});

describe("seededRandom", () => {
  const draws = (seed: number) => {
    const random = seededRandom(seed);
    return Array.from({ length: 1000 }, () => random.next());
  };

  it("gives the same numbers for a seed, and others for another", () => {
    assert.deepEqual(draws(1), draws(1));
    assert.notDeepEqual(draws(1), draws(2));
  });

  it("is even enough", () => {
    const mean = draws(3).reduce((sum, draw) => sum + draw, 0) / 1000;
    assert.ok(Math.abs(mean - 0.5) < 0.03, String(mean));
    assert.ok(draws(3).every((draw) => draw >= 0 && draw < 1));
  });
});

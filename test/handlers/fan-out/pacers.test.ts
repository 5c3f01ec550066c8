import assert from "node:assert/strict";
import type { Pacer } from "../../../handlers/lib/fan-out/pacer.ts";
import { lanePacer, roomPacer } from "../../../handlers/lib/fan-out/pacers.ts";

const budget = (postsPerSecond: number) => ({ postsPerSecond, now: () => 0 });

/** How many posts go at once, and how long the next one waits, in milliseconds. */
function start(pacer: Pacer): [burst: number, wait: number] {
  let burst = 0;
  for (;;) {
    const wait = pacer.take();
    if (wait > 0) {
      return [burst, wait];
    }
    burst += 1;
  }
}

/** The rate after it could rise for very long, in posts per second. */
function highest(pacer: Pacer): number {
  let rate = 0;
  for (let post = 0; rate !== pacer.ratePerSecond; post++) {
    rate = pacer.ratePerSecond;
    pacer.delivered(`c${post}`);
  }
  return rate;
}

describe("the pacer of rooms that are served as a whole", () => {
  it("begins with 500 at once, then 25 forty times a second", () => {
    assert.deepEqual(start(roomPacer(budget(9000))), [500, 25]);
  });

  it("rises to the budget", () => {
    assert.equal(highest(roomPacer(budget(1500))), 1500);
  });

  it("begins with the budget where that is less, and stays there", () => {
    const pacer = roomPacer(budget(200));
    assert.equal(pacer.ratePerSecond, 200);
    assert.equal(highest(pacer), 200);
  });
});

describe("the pacer of a lane", () => {
  it("begins with its share of the budget: 0.45 s of it at once", () => {
    const pacer = lanePacer(16, budget(16_000));
    assert.equal(pacer.ratePerSecond, 1000);
    assert.deepEqual(start(pacer), [450, 25]);
  });

  it("rises to the whole budget: it may be the only one that has something to do", () => {
    assert.equal(highest(lanePacer(4, budget(1600))), 1600);
  });

  it("waits a part of a post's time even where it may send none at once", () => {
    const pacer = lanePacer(64, budget(10));
    assert.equal(pacer.ratePerSecond, 10 / 64);
    const [burst, wait] = start(pacer);
    assert.equal(burst, 0);
    assert.ok(wait > 0);
  });
});

import assert from "node:assert/strict";
import { Pacer, type PacerOptions } from "../../../handlers/lib/fan-out/pacer.ts";

/** A pacer and the time that it goes by, in milliseconds. */
function start(options: Partial<PacerOptions> = {}) {
  const clock = { now: 1000 };
  const pacer = new Pacer({ ratePerSecond: 1000, burst: 2, now: () => clock.now, ...options });
  return { pacer, clock };
}

function throttle(pacer: Pacer, connections: number): void {
  for (let connection = 0; connection < connections; connection++) {
    pacer.throttled(`c${connection}`);
  }
}

function deliver(pacer: Pacer, posts: number): void {
  for (let post = 0; post < posts; post++) {
    pacer.delivered(`d${post}`);
  }
}

describe("Pacer", () => {
  it("lets the burst go at once, then one post after the other", () => {
    const { pacer } = start();
    assert.deepEqual([pacer.take(), pacer.take(), pacer.take(), pacer.take()], [0, 0, 1, 2]);
  });

  it("waits for whole milliseconds, and never less than its rate allows", () => {
    const { pacer } = start({ ratePerSecond: 3000, burst: 0 });
    const waits = Array.from({ length: 6 }, () => pacer.take());
    assert.deepEqual(waits, [1, 1, 1, 2, 2, 2]);
  });

  it("lets those who wait go together, at the ticks of the clock", () => {
    const { pacer, clock } = start({ tickMs: 4 });
    clock.now = 1002;
    const waits = Array.from({ length: 9 }, () => pacer.take());
    assert.deepEqual(waits, [0, 0, 2, 2, 6, 6, 6, 6, 10]);
    clock.now = 1004;
    assert.deepEqual([pacer.take(), pacer.take()], [8, 8]);
  });

  it("keeps its rate whatever its ticks are", () => {
    const { pacer } = start({ tickMs: 25 });
    const waits = Array.from({ length: 1002 }, () => pacer.take());
    const together = Map.groupBy(waits.slice(2), (wait) => wait);
    assert.deepEqual([...together.keys()].slice(-2), [975, 1000]);
    assert.ok([...together.values()].every(({ length }) => length === 25));
  });

  it("owes nothing to those who waited as they were told", () => {
    const { pacer, clock } = start();
    pacer.take();
    pacer.take();
    clock.now += pacer.take();
    assert.equal(pacer.take(), 1);
  });

  it("has the burst again after a pause, and no more", () => {
    const { pacer, clock } = start();
    pacer.take();
    pacer.take();
    clock.now += 3_600_000;
    assert.deepEqual([pacer.take(), pacer.take(), pacer.take()], [0, 0, 1]);
  });

  it("gains nothing from a clock that is set back", () => {
    const { pacer, clock } = start();
    pacer.take();
    pacer.take();
    clock.now -= 500;
    assert.equal(pacer.take(), 1);
  });

  describe("when the account is throttled", () => {
    it("halves its rate, for those who wait already as well", () => {
      const { pacer } = start({ burst: 0 });
      assert.equal(pacer.take(), 1);
      throttle(pacer, 3);
      assert.equal(pacer.ratePerSecond, 500);
      assert.equal(pacer.take(), 4);
    });

    it("has no burst left", () => {
      const { pacer } = start({ burst: 100 });
      throttle(pacer, 3);
      assert.equal(pacer.take(), 2);
    });

    it("halves once for the posts that were under way", () => {
      const { pacer, clock } = start();
      throttle(pacer, 50);
      clock.now += 249;
      throttle(pacer, 50);
      assert.equal(pacer.ratePerSecond, 500);
      clock.now += 1;
      throttle(pacer, 3);
      assert.equal(pacer.ratePerSecond, 250);
    });

    it("never falls below its floor", () => {
      const { pacer, clock } = start({ floor: 300 });
      throttle(pacer, 3);
      clock.now += 1000;
      throttle(pacer, 3);
      assert.equal(pacer.ratePerSecond, 300);
    });

    it("stays at its start where that is below the floor", () => {
      const { pacer } = start({ ratePerSecond: 10, floor: 20 });
      throttle(pacer, 3);
      assert.equal(pacer.ratePerSecond, 10);
    });
  });

  describe("when posts are delivered", () => {
    it("rises by two parts in a hundred of its start for a second's posts", () => {
      const { pacer } = start();
      deliver(pacer, 1000);
      assert.equal(Math.round(pacer.ratePerSecond), 1020);
      deliver(pacer, 1020);
      assert.equal(Math.round(pacer.ratePerSecond), 1040);
    });

    it("is soon near the rate at which the account was throttled, then rises slowly", () => {
      const { pacer } = start();
      throttle(pacer, 3);
      // As many posts as it takes in 0.85 s, doubling in one.
      deliver(pacer, 577);
      assert.ok(pacer.ratePerSecond < 900);
      deliver(pacer, 1);
      assert.ok(pacer.ratePerSecond > 900);
      deliver(pacer, 900);
      assert.equal(Math.round(pacer.ratePerSecond), 920);
    });

    it("never rises above its ceiling", () => {
      const { pacer } = start({ ceiling: 1010 });
      deliver(pacer, 1000);
      assert.equal(pacer.ratePerSecond, 1010);
    });

    it("does not rise while nothing is posted", () => {
      const { pacer, clock } = start();
      clock.now += 60_000;
      pacer.take();
      assert.equal(pacer.ratePerSecond, 1000);
    });
  });

  describe("when single connections are throttled", () => {
    it("goes on as before, however often", () => {
      const { pacer } = start();
      for (let attempt = 0; attempt < 100; attempt++) {
        throttle(pacer, 2);
      }
      assert.equal(pacer.ratePerSecond, 1000);
    });

    it("goes on while they are fewer than one in ten", () => {
      const { pacer } = start();
      deliver(pacer, 100);
      const before = pacer.ratePerSecond;
      throttle(pacer, 11);
      assert.equal(pacer.ratePerSecond, before);
      throttle(pacer, 13);
      assert.equal(pacer.ratePerSecond, before / 2);
    });

    it("counts each of them once, also in another second", () => {
      const { pacer, clock } = start();
      throttle(pacer, 2);
      clock.now += 1000;
      throttle(pacer, 2);
      pacer.throttled("other");
      assert.equal(pacer.ratePerSecond, 1000);
    });
  });

  describe("when connections are reached that were throttled before", () => {
    /** Few enough to be full buffers. */
    function someThrottled() {
      const started = start();
      deliver(started.pacer, 100);
      throttle(started.pacer, 5);
      return { ...started, rate: started.pacer.ratePerSecond };
    }

    it("knows by three of them that it was the account", () => {
      const { pacer, rate } = someThrottled();
      pacer.delivered("c0");
      pacer.delivered("c1");
      assert.ok(pacer.ratePerSecond > rate);
      pacer.delivered("c2");
      assert.ok(pacer.ratePerSecond < rate * 0.6);
    });

    it("knows by one of a hundred posts", () => {
      const { pacer } = someThrottled();
      deliver(pacer, 300);
      const rate = pacer.ratePerSecond;
      pacer.delivered("c0");
      pacer.delivered("c1");
      pacer.delivered("c2");
      pacer.delivered("c3");
      assert.ok(pacer.ratePerSecond > rate);
      pacer.delivered("c4");
      assert.ok(pacer.ratePerSecond < rate);
    });

    it("takes nothing from before a decrease for news", () => {
      const { pacer, clock } = start();
      throttle(pacer, 10);
      clock.now += 500;
      const rate = pacer.ratePerSecond;
      for (let connection = 0; connection < 10; connection++) {
        pacer.delivered(`c${connection}`);
      }
      assert.ok(pacer.ratePerSecond > rate);
    });
  });

  it("takes the account for throttled until two seconds after it was", () => {
    const { pacer, clock } = start();
    assert.equal(pacer.isThrottled, false);
    throttle(pacer, 2);
    assert.equal(pacer.isThrottled, false);
    throttle(pacer, 3);
    assert.equal(pacer.isThrottled, true);
    clock.now += 1999;
    assert.equal(pacer.isThrottled, true);
    clock.now += 1;
    assert.equal(pacer.isThrottled, false);
  });

  describe("in the next invocation", () => {
    /** Halved once, and with posts that were promised a time to come. */
    function startThrottled() {
      const { pacer, clock } = start();
      throttle(pacer, 3);
      pacer.take();
      pacer.take();
      return { pacer, clock };
    }

    it("lets nobody wait for those who are no longer there", () => {
      const { pacer } = startThrottled();
      assert.equal(pacer.take(), 6);
      assert.equal(pacer.begin().take(), 2);
    });

    it("has the burst that is left, and not a new one", () => {
      const { pacer } = start({ burst: 3 });
      pacer.take();
      pacer.begin();
      assert.deepEqual([pacer.take(), pacer.take(), pacer.take()], [0, 0, 1]);
    });

    it("remembers for ten seconds what it learnt of the account", () => {
      const { pacer, clock } = startThrottled();
      clock.now += 10_000;
      assert.equal(pacer.begin().ratePerSecond, 500);
      // On the way back to 900 it rises fast, as it would have done.
      pacer.delivered("d");
      assert.equal(pacer.ratePerSecond, 500 + Math.LN2);
    });

    it("begins as the first one did after that", () => {
      const { pacer, clock } = startThrottled();
      clock.now += 10_001;
      assert.equal(pacer.begin().ratePerSecond, 1000);
      pacer.delivered("d");
      assert.equal(pacer.ratePerSecond, 1000 + 0.02);
      assert.deepEqual([pacer.take(), pacer.take(), pacer.take()], [0, 0, 1]);
    });

    it("forgets what it learnt by success, too", () => {
      const { pacer, clock } = start();
      deliver(pacer, 1000);
      clock.now += 10_001;
      assert.equal(pacer.begin().ratePerSecond, 1000);
    });

    it("takes nothing that was throttled before for news of the account", () => {
      const { pacer } = start();
      throttle(pacer, 2);
      pacer.begin();
      pacer.throttled("c2");
      assert.deepEqual([pacer.ratePerSecond, pacer.isThrottled], [1000, false]);
    });
  });
});

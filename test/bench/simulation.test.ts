import assert from "node:assert/strict";
import { type Service, simulateBroadcast } from "../../bench/simulation/broadcast.ts";
import { idealSeconds, simulate } from "../../bench/simulation/scale.ts";
import { defaultWorld, type World } from "../../bench/simulation/world.ts";

/** Nothing at random: a post takes 10 ms, everything else no time. */
const plain: World = {
  ...defaultWorld,
  othersPerSecond: 0,
  post: { leastMs: 10, meanMoreMs: 0 },
  stuckShare: 0,
  cpuPerPostMs: 0,
  pollMs: { least: 0, most: 0 },
  cold: { share: 0, leastMs: 0, mostMs: 0 },
  page: { members: 1000, leastMs: 0, mostMs: 0 },
  enqueueMs: { least: 0, most: 0 },
};

/** As fast as posts come back. */
const unpaced: Service = {
  largeRoomMembers: 1000,
  lanes: 4,
  pace: () => ({ isThrottled: false, take: () => 0, delivered() {}, throttled() {} }),
};

function run(world: Partial<World>, members: number, service = unpaced) {
  return simulateBroadcast({ world: { ...plain, ...world }, service, members, seed: 1 });
}

describe("the simulation of a broadcast", () => {
  it("posts to a hundred at a time", () => {
    const { lastReachedMs, posts, reached, invocations } = run({}, 1000);
    assert.deepEqual([lastReachedMs, posts, reached, invocations], [100, 1000, 1000, 1]);
  });

  it("serves a large room in lanes, next to each other", () => {
    const { lastReachedMs, reached, invocations } = run({}, 4000);
    assert.deepEqual([lastReachedMs, reached, invocations], [100, 4000, 5]);
  });

  it("waits for the CPU of an environment", () => {
    const { lastReachedMs } = run({ cpuPerPostMs: 1 }, 1000);
    assert.equal(lastReachedMs, 1010);
  });

  it("begins late in a cold environment", () => {
    const { lastReachedMs } = run({ cold: { share: 1, leastMs: 400, mostMs: 400 } }, 1000);
    assert.equal(lastReachedMs, 500);
  });

  it("starts as many lanes at once as the mapping may have", () => {
    const { lastReachedMs } = run({ mapping: { initial: 1, morePerSecond: 0, most: 50 } }, 4000);
    assert.equal(lastReachedMs, 400);
  });

  it("throttles what is over the account's quota, and reaches everybody all the same", () => {
    const account = { requestsPerSecond: 1000, burst: 100 };
    const { throttled, reached, lastReachedMs } = run({ account }, 1000);
    assert.ok(throttled > 0);
    assert.equal(reached, 1000);
    // The burst is there at once, the others as the bucket fills.
    assert.ok(lastReachedMs >= 900, String(lastReachedMs));
  });

  it("goes on in another invocation when time has run out", () => {
    const invocation = { budgetMs: 45, backoffMs: 1000 };
    const { lastReachedMs, reached, invocations, retries } = run({ invocation }, 1000);
    // Five rounds of ten milliseconds each, a second's pause, and the rest.
    assert.deepEqual([lastReachedMs, reached, invocations, retries], [1100, 1000, 2, 1]);
  });

  it("gives up who never takes anything, after three attempts", () => {
    const { stuck, posts, reached } = run({ stuckShare: 1 }, 10);
    assert.deepEqual([stuck, posts, reached], [10, 30, 0]);
  });

  it("comes to the same by the same seed", () => {
    const options = { world: defaultWorld, service: unpaced, members: 3000 };
    assert.deepEqual(
      simulateBroadcast({ ...options, seed: 5 }),
      simulateBroadcast({ ...options, seed: 5 }),
    );
    assert.notDeepEqual(
      simulateBroadcast({ ...options, seed: 5 }),
      simulateBroadcast({ ...options, seed: 6 }),
    );
  });
});

describe("the simulation of fan-out", () => {
  it("reaches the last of 100 000 members nearly as soon as the account allows", () => {
    const { worstSeconds, throttledShare } = simulate({ members: 100_000, seeds: 2 });
    assert.ok(worstSeconds <= 1.15 * idealSeconds(100_000, defaultWorld), `${worstSeconds} s`);
    assert.ok(throttledShare < 0.01, String(throttledShare));
  }).timeout(20_000);

  it("knows what the quota allows", () => {
    assert.equal(idealSeconds(100_000, defaultWorld), 9.5);
    assert.equal(idealSeconds(5000, defaultWorld), 0);
  });
});

import assert from "node:assert/strict";
import type { Delivery } from "../../../handlers/lib/fan-out/audience.ts";
import type { PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import { type DeliveryResult, deliver } from "../../../handlers/lib/fan-out/deliver.ts";
import { Payload } from "../../../handlers/lib/fan-out/payload.ts";
import { settle } from "../../support/manual-clock.ts";
import { FakeConnections, FakeTiming, noon } from "../support.ts";

const far = noon + 60_000;

function delivery(texts: string[], isJoining = false): Delivery {
  const frames = texts.map((text, position) => ({
    firstIndex: position * 3,
    payload: new Payload(text),
  }));
  return { connectionId: "c", member: undefined, frames, isJoining };
}

describe("deliver", () => {
  interface Case {
    title: string;
    outcomes: PostOutcome[];
    isJoining?: boolean;
    sleeps: number[];
    result: DeliveryResult;
  }
  const result = (outcome: DeliveryResult["outcome"], posts: number, throttled = 0) => ({
    outcome,
    failedIndex: 0,
    posts,
    throttled,
  });
  const cases: Case[] = [
    {
      title: "is done at once",
      outcomes: ["delivered"],
      sleeps: [],
      result: result("done", 1),
    },
    {
      title: "tries a failure again",
      outcomes: ["failed", "delivered"],
      sleeps: [100],
      result: result("done", 2),
    },
    {
      title: "tries throttling again, twice, and counts it",
      outcomes: ["throttled", "throttled", "delivered"],
      sleeps: [100, 400],
      result: result("done", 3, 2),
    },
    {
      title: "gives up after three failures",
      outcomes: ["failed"],
      sleeps: [100, 400],
      result: result("failed", 3),
    },
    {
      title: "gives up after three of any kind",
      outcomes: ["throttled", "failed", "throttled"],
      sleeps: [100, 400],
      result: result("failed", 3, 2),
    },
    {
      title: "takes a 410 as it is",
      outcomes: ["gone", "delivered"],
      sleeps: [],
      result: result("gone", 1),
    },
    {
      title: "takes a 410 after a failure as it is",
      outcomes: ["failed", "gone", "delivered"],
      sleeps: [100],
      result: result("gone", 2),
    },
    {
      title: "never tries again what is too large",
      outcomes: ["too-large", "delivered"],
      isJoining: true,
      sleeps: [],
      result: result("failed", 1),
    },
    {
      title: "waits for a handshake to end",
      outcomes: ["gone", "gone", "gone", "delivered"],
      isJoining: true,
      sleeps: [50, 100, 200],
      result: result("done", 4),
    },
    {
      title: "waits for a handshake no longer than 1.55 s",
      outcomes: ["gone"],
      isJoining: true,
      sleeps: [50, 100, 200, 400, 800],
      result: result("gone", 6),
    },
    {
      title: "gives up a joining connection after three failures, too",
      outcomes: ["failed"],
      isJoining: true,
      sleeps: [100, 400],
      result: result("failed", 3),
    },
  ];
  for (const { title, outcomes, isJoining = false, sleeps, result: expected } of cases) {
    it(title, async () => {
      const connections = new FakeConnections({ c: outcomes });
      const timing = new FakeTiming();
      assert.deepEqual(
        await deliver(delivery(["frame"], isJoining), connections, timing, far),
        expected,
      );
      assert.deepEqual(timing.sleeps, sleeps);
      assert.deepEqual(connections.postsTo("c"), Array(expected.posts).fill("frame"));
    });
  }

  it("has nothing to do without frames", async () => {
    const connections = new FakeConnections();
    assert.deepEqual(
      await deliver(delivery([]), connections, new FakeTiming(), noon - 1),
      result("done", 0),
    );
    assert.deepEqual(connections.calls, []);
  });

  it("posts frames in order, each after the one before was answered", async () => {
    const connections = new FakeConnections();
    const answer = Promise.withResolvers<void>();
    connections.onPost = () => answer.promise;
    const delivered = deliver(delivery(["1", "2", "3"]), connections, new FakeTiming(), far);
    await settle();
    assert.deepEqual(connections.postsTo("c"), ["1"]);
    answer.resolve();
    await delivered;
    assert.deepEqual(connections.postsTo("c"), ["1", "2", "3"]);
  });

  it("repeats the frame that failed before it goes on", async () => {
    const connections = new FakeConnections({ c: ["delivered", "failed", "delivered"] });
    const delivered = await deliver(delivery(["1", "2", "3"]), connections, new FakeTiming(), far);
    assert.deepEqual(connections.postsTo("c"), ["1", "2", "2", "3"]);
    assert.deepEqual(delivered, { outcome: "done", failedIndex: 6, posts: 4, throttled: 0 });
  });

  it("says from which record on to try again, and posts nothing after it", async () => {
    const connections = new FakeConnections({ c: ["delivered", "failed"] });
    const delivered = await deliver(delivery(["1", "2", "3"]), connections, new FakeTiming(), far);
    assert.deepEqual(delivered, { outcome: "failed", failedIndex: 3, posts: 4, throttled: 0 });
    assert.deepEqual(connections.postsTo("c"), ["1", "2", "2", "2"]);
  });

  it("spreads its retries by half of the delay to either side, in whole milliseconds", async () => {
    for (const [random, sleeps] of [
      [0, [50, 200]],
      [0.998, [149, 599]],
    ] as const) {
      const timing = new FakeTiming();
      timing.random = () => random;
      await deliver(delivery(["1"]), new FakeConnections({ c: ["failed"] }), timing, far);
      assert.deepEqual(timing.sleeps, sleeps);
    }
  });

  describe("out of time", () => {
    it("gives a post 3 s, or what is left", async () => {
      for (const [left, deadlineMs] of [
        [60_000, 3000],
        [3001, 3000],
        [2999, 2999],
        [1, 1],
      ] as const) {
        const connections = new FakeConnections();
        await deliver(delivery(["1"]), connections, new FakeTiming(), noon + left);
        assert.deepEqual(connections.calls, [{ post: "c", text: "1", deadlineMs }]);
      }
    });

    it("posts nothing when no time is left", async () => {
      const connections = new FakeConnections();
      assert.deepEqual(
        await deliver(delivery(["1"]), connections, new FakeTiming(), noon),
        result("out-of-time", 0),
      );
      assert.deepEqual(connections.calls, []);
    });

    it("does not begin a wait that would outlast it", async () => {
      const connections = new FakeConnections({ c: ["failed"] });
      const timing = new FakeTiming();
      assert.deepEqual(
        await deliver(delivery(["1"]), connections, timing, noon + 500),
        result("out-of-time", 2),
      );
      assert.deepEqual(timing.sleeps, [100]);
      assert.deepEqual(
        connections.calls.map(({ deadlineMs }) => deadlineMs),
        [500, 400],
      );
    });

    it("stops between frames, and names the first that is left", async () => {
      const connections = new FakeConnections();
      const timing = new FakeTiming();
      connections.onPost = () => void timing.sleep(300);
      assert.deepEqual(await deliver(delivery(["1", "2", "3"]), connections, timing, noon + 600), {
        outcome: "out-of-time",
        failedIndex: 6,
        posts: 2,
        throttled: 0,
      });
    });
  });
});

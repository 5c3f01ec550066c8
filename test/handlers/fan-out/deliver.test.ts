import assert from "node:assert/strict";
import type { Delivery } from "../../../handlers/lib/fan-out/audience.ts";
import type { Connections, PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import {
  type DeliveryResult,
  deliver,
  type Posting,
} from "../../../handlers/lib/fan-out/deliver.ts";
import { Payload } from "../../../handlers/lib/fan-out/payload.ts";
import { settle } from "../../support/manual-clock.ts";
import { FakeConnections, FakePacer, FakeTiming, noon } from "../support.ts";

const far = noon + 60_000;

function delivery(texts: string[], isJoining = false): Delivery {
  const frames = texts.map((text, position) => ({
    firstIndex: position * 3,
    payload: new Payload(text),
  }));
  return { connectionId: "c", member: undefined, frames, isJoining };
}

function posting(
  connections: Connections,
  { timing = new FakeTiming(), pacer = new FakePacer() } = {},
): Posting {
  return { connections, pacer, timing };
}

describe("deliver", () => {
  interface Case {
    title: string;
    outcomes: PostOutcome[];
    isJoining?: boolean;
    sleeps: number[];
    result: DeliveryResult;
  }
  const result = (
    outcome: DeliveryResult["outcome"],
    posts: number,
    { throttled = 0, failed = 0 } = {},
  ) => ({ outcome, failedIndex: 0, posts, throttled, failed });
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
      result: result("done", 2, { failed: 1 }),
    },
    {
      title: "tries throttling again, twice, and counts it",
      outcomes: ["throttled", "throttled", "delivered"],
      sleeps: [100, 400],
      result: result("done", 3, { throttled: 2 }),
    },
    {
      title: "gives up after three failures",
      outcomes: ["failed"],
      sleeps: [100, 400],
      result: result("failed", 3, { failed: 3 }),
    },
    {
      title: "gives up after three of any kind",
      outcomes: ["throttled", "failed", "throttled"],
      sleeps: [100, 400],
      result: result("failed", 3, { throttled: 2, failed: 1 }),
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
      result: result("gone", 2, { failed: 1 }),
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
      result: result("failed", 3, { failed: 3 }),
    },
  ];
  for (const { title, outcomes, isJoining = false, sleeps, result: expected } of cases) {
    it(title, async () => {
      const connections = new FakeConnections({ c: outcomes });
      const timing = new FakeTiming();
      assert.deepEqual(
        await deliver(delivery(["frame"], isJoining), posting(connections, { timing }), far),
        expected,
      );
      assert.deepEqual(timing.sleeps, sleeps);
      assert.deepEqual(connections.postsTo("c"), Array(expected.posts).fill("frame"));
    });
  }

  it("has nothing to do without frames", async () => {
    const connections = new FakeConnections();
    assert.deepEqual(
      await deliver(delivery([]), posting(connections), noon - 1),
      result("done", 0),
    );
    assert.deepEqual(connections.calls, []);
  });

  it("posts frames in order, each after the one before was answered", async () => {
    const connections = new FakeConnections();
    const answer = Promise.withResolvers<void>();
    connections.onPost = () => answer.promise;
    const delivered = deliver(delivery(["1", "2", "3"]), posting(connections), far);
    await settle();
    assert.deepEqual(connections.postsTo("c"), ["1"]);
    answer.resolve();
    await delivered;
    assert.deepEqual(connections.postsTo("c"), ["1", "2", "3"]);
  });

  it("repeats the frame that failed before it goes on", async () => {
    const connections = new FakeConnections({ c: ["delivered", "failed", "delivered"] });
    const delivered = await deliver(delivery(["1", "2", "3"]), posting(connections), far);
    assert.deepEqual(connections.postsTo("c"), ["1", "2", "2", "3"]);
    assert.deepEqual(delivered, {
      outcome: "done",
      failedIndex: 6,
      posts: 4,
      throttled: 0,
      failed: 1,
    });
  });

  it("says from which record on to try again, and posts nothing after it", async () => {
    const connections = new FakeConnections({ c: ["delivered", "failed"] });
    const delivered = await deliver(delivery(["1", "2", "3"]), posting(connections), far);
    assert.deepEqual(delivered, {
      outcome: "failed",
      failedIndex: 3,
      posts: 4,
      throttled: 0,
      failed: 3,
    });
    assert.deepEqual(connections.postsTo("c"), ["1", "2", "2", "2"]);
  });

  it("spreads its retries by half of the delay to either side, in whole milliseconds", async () => {
    for (const [random, sleeps] of [
      [0, [50, 200]],
      [0.998, [149, 599]],
    ] as const) {
      const timing = new FakeTiming();
      timing.random = () => random;
      const connections = new FakeConnections({ c: ["failed"] });
      await deliver(delivery(["1"]), posting(connections, { timing }), far);
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
        await deliver(delivery(["1"]), posting(connections), noon + left);
        assert.deepEqual(connections.calls, [{ post: "c", text: "1", deadlineMs }]);
      }
    });

    it("posts nothing when no time is left", async () => {
      const connections = new FakeConnections();
      assert.deepEqual(
        await deliver(delivery(["1"]), posting(connections), noon),
        result("out-of-time", 0),
      );
      assert.deepEqual(connections.calls, []);
    });

    it("does not begin a wait that would outlast it", async () => {
      const connections = new FakeConnections({ c: ["failed"] });
      const timing = new FakeTiming();
      assert.deepEqual(
        await deliver(delivery(["1"]), posting(connections, { timing }), noon + 500),
        result("out-of-time", 2, { failed: 2 }),
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
      assert.deepEqual(
        await deliver(delivery(["1", "2", "3"]), posting(connections, { timing }), noon + 600),
        {
          outcome: "out-of-time",
          failedIndex: 6,
          posts: 2,
          throttled: 0,
          failed: 0,
        },
      );
    });
  });

  describe("paced", () => {
    it("waits for its turn before every attempt, the first included", async () => {
      const connections = new FakeConnections({ c: ["delivered", "failed", "delivered"] });
      const timing = new FakeTiming();
      const pacer = new FakePacer();
      pacer.waits = [30, 0, 7];
      const delivered = await deliver(
        delivery(["1", "2"]),
        posting(connections, { timing, pacer }),
        far,
      );
      assert.deepEqual(delivered, {
        outcome: "done",
        failedIndex: 3,
        posts: 3,
        throttled: 0,
        failed: 1,
      });
      assert.deepEqual(timing.sleeps, [30, 100, 7]);
      assert.deepEqual(pacer.waits, []);
    });

    it("does not wait for a turn that comes too late, nor post before it", async () => {
      for (const [wait, outcome] of [
        [599, "done"],
        [600, "out-of-time"],
      ] as const) {
        const connections = new FakeConnections();
        const timing = new FakeTiming();
        const pacer = new FakePacer();
        pacer.waits = [wait];
        const delivered = await deliver(
          delivery(["1"]),
          posting(connections, { timing, pacer }),
          noon + 600,
        );
        assert.equal(delivered.outcome, outcome);
        assert.deepEqual(timing.sleeps, outcome === "done" ? [wait] : []);
        assert.equal(connections.calls.length, outcome === "done" ? 1 : 0);
      }
    });

    it("names the first frame for which its turn came too late", async () => {
      const pacer = new FakePacer();
      pacer.waits = [0, 600];
      assert.deepEqual(
        await deliver(
          delivery(["1", "2", "3"]),
          posting(new FakeConnections(), { pacer }),
          noon + 600,
        ),
        { outcome: "out-of-time", failedIndex: 3, posts: 1, throttled: 0, failed: 0 },
      );
    });

    it("takes no turn for a retry that is not in time, nor one for nothing", async () => {
      const pacer = new FakePacer();
      pacer.waits = [0, 1, 2];
      const connections = new FakeConnections({ c: ["failed"] });
      await deliver(delivery(["1"]), posting(connections, { pacer }), noon + 100);
      assert.deepEqual(pacer.waits, [1, 2]);
      await deliver(delivery([]), posting(connections, { pacer }), far);
      assert.deepEqual(pacer.waits, [1, 2]);
    });

    // Also "gone" and "too large" are answers of an account that has room; no answer says nothing.
    for (const [outcomes, told] of [
      [["delivered"], ["delivered c"]],
      [["gone"], ["delivered c"]],
      [["too-large"], ["delivered c"]],
      [["failed"], []],
      [
        ["throttled", "failed", "delivered"],
        ["throttled c", "delivered c"],
      ],
      [["throttled"], ["throttled c", "throttled c", "throttled c"]],
    ] satisfies [PostOutcome[], string[]][]) {
      it(`tells the pacer what became of posts: ${outcomes.join(", ")}`, async () => {
        const pacer = new FakePacer();
        const connections = new FakeConnections({ c: outcomes });
        await deliver(delivery(["1"]), posting(connections, { pacer }), far);
        assert.deepEqual(pacer.outcomes, told);
      });
    }

    describe("while the account is throttled", () => {
      it("goes on trying until it is delivered: the connection has not failed", async () => {
        const outcomes: PostOutcome[] = [...Array(20).fill("throttled"), "delivered"];
        const timing = new FakeTiming();
        const pacer = new FakePacer();
        pacer.isThrottled = true;
        assert.deepEqual(
          await deliver(
            delivery(["1"]),
            posting(new FakeConnections({ c: outcomes }), { timing, pacer }),
            far,
          ),
          result("done", 21, { throttled: 20 }),
        );
        assert.deepEqual(timing.sleeps, Array(20).fill(200));
      });

      it("goes on trying until the end, and then was out of time", async () => {
        const timing = new FakeTiming();
        const pacer = new FakePacer();
        pacer.isThrottled = true;
        const connections = new FakeConnections({ c: ["throttled"] });
        assert.deepEqual(
          await deliver(delivery(["1"]), posting(connections, { timing, pacer }), noon + 1000),
          result("out-of-time", 5, { throttled: 5 }),
        );
        assert.equal(timing.now(), noon + 800);
      });

      it("spreads its retries as others are spread", async () => {
        const timing = new FakeTiming();
        timing.random = () => 0.998;
        const pacer = new FakePacer();
        pacer.isThrottled = true;
        const connections = new FakeConnections({ c: ["throttled", "delivered"] });
        await deliver(delivery(["1"]), posting(connections, { timing, pacer }), far);
        assert.deepEqual(timing.sleeps, [299]);
      });

      it("counts other failures as ever: they are the connection's own", async () => {
        const pacer = new FakePacer();
        pacer.isThrottled = true;
        const outcomes: PostOutcome[] = ["throttled", "failed", "throttled", "failed", "failed"];
        assert.deepEqual(
          await deliver(
            delivery(["1"]),
            posting(new FakeConnections({ c: outcomes }), { pacer }),
            far,
          ),
          result("failed", 5, { throttled: 2, failed: 3 }),
        );
      });

      it("counts throttling again as soon as it is over", async () => {
        const pacer = new FakePacer();
        pacer.isThrottled = true;
        const connections = new FakeConnections({ c: ["throttled"] });
        connections.onPost = () => {
          pacer.isThrottled = connections.calls.length < 4;
        };
        const timing = new FakeTiming();
        assert.deepEqual(
          await deliver(delivery(["1"]), posting(connections, { timing, pacer }), far),
          result("failed", 6, { throttled: 6 }),
        );
        assert.deepEqual(timing.sleeps, [200, 200, 200, 100, 400]);
      });
    });
  });
});

import assert from "node:assert/strict";
import type { DeliveryResult } from "../../../handlers/lib/fan-out/deliver.ts";
import { FaultFinder, type Served } from "../../../handlers/lib/fan-out/fault.ts";
import { member, noon } from "../support.ts";

interface Given {
  outcome?: DeliveryResult["outcome"];
  posts?: number;
  throttled?: number;
  failed?: number;
  /** Of the delivery, in milliseconds. */
  from?: number;
  to?: number;
}

function served({
  outcome = "done",
  posts = 1,
  throttled = 0,
  failed = 0,
  ...time
}: Given): Served {
  const connection = member("c");
  return {
    delivery: { connectionId: "c", member: connection, frames: [], isJoining: false },
    result: { outcome, failedIndex: 0, posts, throttled, failed },
    startedAt: noon + (time.from ?? 0),
    endedAt: noon + (time.to ?? 15),
  };
}

const times = (count: number, given: Given): Served[] =>
  Array.from({ length: count }, () => served(given));
/** Three times over its deadline. */
const unreached: Given = { outcome: "failed", posts: 3, failed: 3, from: 0, to: 9500 };
const flaky: Given = { posts: 2, failed: 1, from: 0, to: 3115 };
const tooLarge: Given = { outcome: "failed" };

function isOfConnection(own: Given, others: readonly Served[]): boolean {
  const one = served(own);
  return new FaultFinder([...others, one]).isOfConnection(one);
}

describe("a failure is the connection's own", () => {
  const cases: Record<string, Served[]> = {
    "when nobody else is there": [],
    "when all others were reached at once": times(100, {}),
    "when so few others are there, though they fail, too": times(2, unreached),
    "when no more than half of the others fail": [...times(50, unreached), ...times(50, {})],
    "when the others had failed before": times(100, { ...flaky, from: -9000, to: -1 }),
  };
  for (const [title, others] of Object.entries(cases)) {
    it(title, () => assert.equal(isOfConnection(unreached, others), true));
  }

  it("when it was too large, whatever becomes of others", () => {
    assert.equal(isOfConnection(tooLarge, times(100, unreached)), true);
  });
});

describe("a failure is the service's", () => {
  const cases: Record<string, Served[]> = {
    "when three others fail, and nobody is reached": times(3, unreached),
    "when more than half of the others fail": [...times(51, unreached), ...times(50, {})],
    "when others were reached after a failure": times(3, flaky),
    "when it begins with everybody who is under way, however many were reached before": [
      ...times(900, { from: -500, to: -1 }),
      ...times(99, unreached),
    ],
    "when others failed until its first post": times(3, { ...flaky, from: -3115, to: 0 }),
  };
  for (const [title, others] of Object.entries(cases)) {
    it(title, () => assert.equal(isOfConnection(unreached, others), false));
  }
});

describe("a failure is the account's", () => {
  it("when a hundredth of the posts to those who were reached was throttled", () => {
    const throttled = { posts: 2, throttled: 1 };
    assert.equal(isOfConnection(unreached, [...times(98, {}), served(throttled)]), false);
    assert.equal(isOfConnection(unreached, [...times(99, {}), served(throttled)]), true);
  });

  it("when nobody was reached, and the others were throttled", () => {
    const full: Given = { outcome: "failed", posts: 3, throttled: 3 };
    assert.equal(isOfConnection(full, times(1, full)), false);
    assert.equal(isOfConnection(full, []), true);
  });
});

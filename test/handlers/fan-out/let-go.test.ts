import assert from "node:assert/strict";
import type { PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { clientRecord, member, noon } from "../support.ts";
import { hello, roomOf, tooLarge } from "./room.ts";

/** Two of these do not fit into one frame. */
const large = (n: number) =>
  clientRecord(JSON.stringify({ data: `${n}`.repeat(20_000) }), { seq: String(100 + n) });
const crowd = (count: number) => Array.from({ length: count }, (_, index) => member(`c${index}`));
const ofAll = (rows: Member[], outcome: PostOutcome): Record<string, PostOutcome[]> =>
  Object.fromEntries(rows.map(({ connectionId }) => [connectionId, [outcome]]));

async function deliver(
  rows: Member[],
  outcomes: Record<string, PostOutcome[]>,
  {
    records = [hello()],
    stuck = [] as string[],
    removeError = undefined as Error | undefined,
  } = {},
) {
  const room = roomOf(rows, outcomes);
  for (const connectionId of stuck) {
    room.connections.stuck.add(connectionId);
  }
  room.members.removeError = removeError;
  return { ...room, failedIndex: await room.deliver(records) };
}

describe("a connection that cannot be reached", () => {
  const [slow, other] = crowd(2) as [Member, Member];

  it("is told why, closed and removed; the record has succeeded", async () => {
    const { connections, members, log, failedIndex } = await deliver([slow, other], {
      c0: ["failed"],
    });
    assert.equal(failedIndex, undefined);
    assert.deepEqual(connections.historyOf("c0"), [
      "message",
      "message",
      "message",
      "closing",
      "DELETE",
    ]);
    assert.equal(
      connections.postsTo("c0").at(-1),
      '{"type":"closing","code":4202,"reason":"unreachable","retry":true}',
    );
    assert.deepEqual(members.removed, [slow]);
    assert.deepEqual(connections.historyOf("c1"), ["message"]);
    assert.deepEqual(log.lines, [
      {
        level: "warn",
        event: "connection closed",
        connectionId: "c0",
        reason: "unreachable",
        isClosed: true,
      },
    ]);
  });

  it("is let go at once when its frame is too large: it would have a gap that nothing tells", async () => {
    const { connections, failedIndex } = await deliver([slow, other], { c0: ["too-large"] });
    assert.equal(failedIndex, undefined);
    assert.deepEqual(connections.historyOf("c0"), ["message", "closing", "DELETE"]);
    assert.deepEqual(connections.historyOf("c1"), ["message"]);
  });

  it("is given 3 s for the closing frame and 3 s for the deletion", async () => {
    const { connections } = await deliver([slow], { c0: ["failed"] });
    assert.deepEqual(
      connections.calls.slice(-2).map(({ deadlineMs }) => deadlineMs),
      [3000, 3000],
    );
  });

  it("keeps its row when that is young: its deletion proves nothing during the handshake", async () => {
    const young = member("c0", { connectedAt: noon - 1000 });
    const { connections, members } = await deliver([young, other], { c0: ["failed"] });
    assert.deepEqual(connections.closed, ["c0"]);
    assert.deepEqual(members.removed, []);
  });

  it("is closed when another is stalled as well: two full buffers are not the account", async () => {
    const { connections, failedIndex } = await deliver(crowd(4), {
      c0: ["throttled"],
      c1: ["throttled"],
    });
    assert.deepEqual(connections.closed.sort(), ["c0", "c1"]);
    assert.equal(failedIndex, undefined);
  });

  it("is closed when it alone is throttled: its buffer is full", async () => {
    for (const rows of [[slow], [slow, other]]) {
      const { connections, members, failedIndex } = await deliver(rows, { c0: ["throttled"] });
      assert.equal(failedIndex, undefined);
      assert.deepEqual(connections.closed, ["c0"]);
      assert.deepEqual(members.removed, [slow]);
    }
  });

  it("is closed although it is no member: an error's sender", async () => {
    const records = [tooLarge(0, { connectionId: "c9" })];
    const { connections, members, failedIndex } = await deliver(
      [slow],
      { c9: ["failed"] },
      { records },
    );
    assert.equal(failedIndex, undefined);
    assert.deepEqual(connections.closed, ["c9"]);
    assert.deepEqual(members.removed, []);
  });

  it("fails from the first record that it missed when its deletion is not answered", async () => {
    const { connections, members, log, failedIndex } = await deliver(
      [slow, other],
      { c0: ["delivered", "failed"] },
      { records: [large(1), large(2), large(3)], stuck: ["c0"] },
    );
    assert.equal(failedIndex, 1);
    assert.deepEqual(members.removed, []);
    assert.equal(log.lines[0]?.["isClosed"], false);
    assert.equal(connections.postsTo("c1").length, 3);
  });

  it("fails from the first record that any of them missed", async () => {
    const outcomes: Record<string, PostOutcome[]> = {
      c0: ["delivered", "delivered", "failed"],
      c1: ["delivered", "failed"],
    };
    const records = [large(1), large(2), large(3)];
    const { failedIndex } = await deliver([slow, other], outcomes, {
      records,
      stuck: ["c0", "c1"],
    });
    assert.equal(failedIndex, 1);
  });

  it("is closed, and removed, although its row cannot be removed", async () => {
    const removeError = new Error("not removed");
    const { log, failedIndex } = await deliver([slow], { c0: ["failed"] }, { removeError });
    assert.equal(failedIndex, undefined);
    assert.deepEqual(
      log.lines.map(({ event }) => event),
      ["connection closed", "row not removed"],
    );
  });

  it("stays while the service fails for everybody; the record fails", async () => {
    const rows = crowd(4);
    const outcomes = ofAll(rows, "failed");
    const { connections, members, log, failedIndex } = await deliver(rows, outcomes);
    assert.equal(failedIndex, 0);
    assert.deepEqual([connections.closed, members.removed, log.lines], [[], [], []]);
  });

  describe("while the account is throttled", () => {
    it("stays, with everybody else; the record fails", async () => {
      const rows = crowd(10);
      const outcomes = ofAll(rows, "throttled");
      const { connections, members, log, failedIndex } = await deliver(rows, outcomes);
      assert.equal(failedIndex, 0);
      assert.deepEqual([connections.closed, members.removed, log.lines], [[], [], []]);
    });

    it("stays although its own failures are not of throttling", async () => {
      const { connections, failedIndex } = await deliver(crowd(10), {
        c0: ["failed"],
        c1: ["throttled", "delivered"],
      });
      assert.equal(failedIndex, 0);
      assert.deepEqual(connections.closed, []);
    });

    it("does not keep the row of a connection that is gone", async () => {
      const rows = crowd(3);
      const { members, failedIndex } = await deliver(rows, {
        c0: ["throttled"],
        c1: ["throttled"],
        c2: ["gone"],
      });
      assert.equal(failedIndex, 0);
      assert.deepEqual(members.removed, [rows[2]]);
    });

    // "Fewer than one percent of the other posts": one of 100 is not fewer, one of 101 is.
    for (const [posts, isClosed] of [
      [100, false],
      [101, true],
    ] as const) {
      it(`${isClosed ? "goes" : "stays"} with one throttled of ${posts} other posts`, async () => {
        // c1 takes two posts, each of the others one.
        const { connections, failedIndex } = await deliver(crowd(posts), {
          c0: ["failed"],
          c1: ["throttled", "delivered"],
        });
        assert.deepEqual(connections.closed, isClosed ? ["c0"] : []);
        assert.equal(failedIndex, isClosed ? undefined : 0);
      });
    }
  });
});

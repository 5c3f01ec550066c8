import assert from "node:assert/strict";
import type { IndexedEvent } from "../../../handlers/lib/fan-out/audience.ts";
import { broadcast } from "../../../handlers/lib/fan-out/broadcast.ts";
import type { PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { settle } from "../../support/manual-clock.ts";
import { member, noon, noonSeconds } from "../support.ts";
import { keyOf, membersOf, messages, seqsIn } from "./crowd.ts";
import { roomOf } from "./room.ts";

async function* pagesOf(...pages: Member[][]): AsyncGenerator<Member[]> {
  yield* pages;
}

function start(outcomes: Record<string, PostOutcome[]> = {}) {
  const room = roomOf([], outcomes);
  const run = (
    members: AsyncIterable<Member[]>,
    { events = messages(1), endsAt = noon + 60_000 } = {},
  ) => broadcast({ room: "lobby", events, members, everybody: undefined }, room.options, endsAt);
  return { ...room, run };
}

describe("broadcast", () => {
  it("serves page after page, in the order of the members", async () => {
    const { connections, run } = start();
    const [a, b, c] = membersOf(3) as [Member, Member, Member];
    const { failedIndex, ranOutOfTime, servedUpTo } = await run(pagesOf([a, b], [], [c]));
    assert.deepEqual(
      connections.calls.map((call) => "post" in call && call.post),
      ["c0", "c1", "c2"],
    );
    assert.deepEqual(
      { failedIndex, ranOutOfTime, servedUpTo },
      { failedIndex: Number.POSITIVE_INFINITY, ranOutOfTime: false, servedUpTo: keyOf(2) },
    );
  });

  it("has a hundred posts in flight, and the next when one is answered", async () => {
    const { connections, run } = start();
    const answers: (() => void)[] = [];
    connections.onPost = () => new Promise((resolve) => answers.push(resolve));
    const rows = Array.from({ length: 250 }, (_, n) => member(`c${n}`));
    const done = run(pagesOf(rows.slice(0, 120), rows.slice(120)));
    await settle();
    assert.equal(connections.calls.length, 100);
    answers[50]?.();
    await settle();
    assert.equal(connections.calls.length, 101);
    connections.onPost = () => {};
    for (const answer of answers) {
      answer();
    }
    assert.equal((await done).figures.deliveries, 250);
  });

  it("asks for no page that it has nobody free for", async () => {
    const { connections, run } = start();
    const answer = Promise.withResolvers<void>();
    connections.onPost = () => answer.promise;
    let pages = 0;
    async function* members() {
      for (let page = 0; page < 5; page++) {
        pages += 1;
        yield Array.from({ length: 60 }, (_, n) => member(`c${page}-${n}`));
      }
    }
    const done = run(members());
    await settle();
    assert.equal(pages, 2);
    answer.resolve();
    assert.equal((await done).figures.deliveries, 300);
    assert.equal(pages, 5);
  });

  it("begins no page after its end, and fails from its first event", async () => {
    const { timing, connections, run } = start();
    const rows = membersOf(3);
    async function* members() {
      yield rows.slice(0, 2);
      await settle();
      timing.time = noon + 60_000;
      yield rows.slice(2);
    }
    const events = messages(1, 2, 3).slice(1);
    const { failedIndex, ranOutOfTime, servedUpTo, figures } = await run(members(), { events });
    assert.deepEqual([failedIndex, ranOutOfTime, servedUpTo], [1, true, keyOf(1)]);
    assert.equal(connections.calls.length, 2);
    // Nobody knows how many there are behind it.
    assert.deepEqual([figures.deliveries, figures.failed], [2, 0]);
    assert.equal(figures.publishToLastPostMs, undefined);
  });

  it("fails each of the first page's members without time, so that it is known how many wait", async () => {
    const { run } = start();
    const { failedIndex, servedUpTo, figures } = await run(pagesOf(membersOf(3)), { endsAt: noon });
    assert.deepEqual([failedIndex, servedUpTo, figures.failed], [0, undefined, 3]);
  });

  it("tells absent senders of their errors last, unless it was cut", async () => {
    const answer: IndexedEvent = {
      index: 0,
      event: { kind: "rejected", seq: "1", text: "{}", connectionId: "absent", user: "alice" },
    };
    for (const isCut of [false, true]) {
      const { connections, timing, run } = start();
      const [a, b] = membersOf(2) as [Member, Member];
      async function* members() {
        yield [a];
        await settle();
        timing.time += isCut ? 60_000 : 0;
        yield [b];
      }
      const { servedUpTo } = await run(members(), { events: [answer, ...messages(1, 2).slice(1)] });
      const posted = connections.calls.map((call) => "post" in call && call.post);
      assert.deepEqual(posted, isCut ? ["c0"] : ["c0", "c1", "absent"]);
      assert.equal(servedUpTo, keyOf(isCut ? 0 : 1));
    }
  });

  it("has served all members when only an absent sender is not reached", async () => {
    const { connections, run } = start({ absent: ["failed"] });
    connections.stuck.add("absent");
    const events: IndexedEvent[] = [
      ...messages(1),
      {
        index: 1,
        event: { kind: "rejected", seq: "2", text: "{}", connectionId: "absent", user: "alice" },
      },
    ];
    const { failedIndex, servedUpTo } = await run(pagesOf(membersOf(2)), { events });
    assert.deepEqual([failedIndex, servedUpTo], [1, keyOf(1)]);
  });

  it("passes over members whose token has expired while it was running", async () => {
    const { connections, timing, run } = start();
    const [a, b, c] = membersOf(3) as [Member, Member, Member];
    const short = { ...c, tokenExpiresAt: noonSeconds + 1 };
    async function* members() {
      yield [a];
      await settle();
      timing.time += 1000;
      yield [b, short];
    }
    const { servedUpTo, figures } = await run(members());
    assert.deepEqual(connections.historyOf("c2"), ["closing", "DELETE"]);
    assert.deepEqual([figures.deliveries, figures.closed, servedUpTo], [2, 1, keyOf(1)]);
  });

  it("rejects when a page cannot be read, after what was in flight is answered", async () => {
    const { connections, run } = start();
    const failure = new Error("throttled");
    const answer = Promise.withResolvers<void>();
    connections.onPost = () => answer.promise;
    async function* members() {
      yield membersOf(1);
      throw failure;
    }
    let isOver = false;
    const rejected = assert.rejects(run(members()), failure).then(() => {
      isOver = true;
    });
    await settle();
    assert.equal(isOver, false);
    answer.resolve();
    await rejected;
    assert.deepEqual(seqsIn(connections.postsTo("c0")), ["1"]);
  });
});

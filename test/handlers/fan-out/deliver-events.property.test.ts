import assert from "node:assert/strict";
import fc from "fast-check";
import type { IndexedEvent } from "../../../handlers/lib/fan-out/audience.ts";
import type { Connections, PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import { type Crowd, deliverEvents } from "../../../handlers/lib/fan-out/deliver-events.ts";
import { type Member, sortKeyOf } from "../../../handlers/lib/members/member.ts";
import { FakePacer, FakeRoomItems, FakeTiming, member, RecordedLog } from "../support.ts";
import { seqsIn } from "./crowd.ts";
import { roomOf } from "./room.ts";

/** `lost`: it arrived, and its answer did not. */
type Fate = PostOutcome | "lost";

/** What happens while the events of a room, or a lane, are delivered in as many runs as it takes. */
interface History {
  /** Users of the members that are there from the start. */
  members: number[];
  /** Members that are read at once. */
  pageSize: number;
  /** What becomes of one post after the other, over and over. */
  fates: Fate[];
  /** Whether deletions are answered, one after the other, over and over. */
  closes: boolean[];
  runs: {
    /** Events that are sent before it: a message, or a join of a user. */
    events: ("message" | number)[];
    /** Records that are received, as far as there are so many. */
    batch: number;
    /** How many posts there is time for. */
    posts: number;
    isThrottled: boolean;
    writesCursor: boolean;
  }[];
}

const postMs = 1000;
/** More than any history has deliveries. */
const lastRuns = 2000;

/** A room whose connections remember what they heard. */
class World {
  readonly rows: Member[] = [];
  /** By connection, the numbers of the messages that arrived, repeats included. */
  readonly heard = new Map<string, number[]>();
  /** By connection, the number of its join: what comes behind it is for it. */
  readonly joinedAt = new Map<string, number>();
  readonly ended = new Set<string>();
  readonly sent: { seq: number; joins?: Member }[] = [];
  posts = 0;

  join(user: number, seq: number): Member {
    const row = member(`c${this.rows.length}`, { user: `user-${user}` });
    this.rows.push(row);
    this.joinedAt.set(row.connectionId, seq);
    this.heard.set(row.connectionId, []);
    return row;
  }

  send(event: "message" | number): void {
    const seq = this.sent.length + 1;
    this.sent.push(event === "message" ? { seq } : { seq, joins: this.join(event, seq) });
  }

  crowd(pageSize: number): Crowd {
    const alive = () =>
      this.rows
        .filter(({ connectionId }) => !this.ended.has(connectionId))
        .toSorted((a, b) => (sortKeyOf(a) < sortKeyOf(b) ? -1 : 1));
    return {
      ...{ room: "lobby", lane: 0, everybody: undefined },
      async *members(after = "") {
        const left = alive().filter((row) => sortKeyOf(row) > after);
        for (let start = 0; start < left.length; start += pageSize) {
          yield left.slice(start, start + pageSize);
        }
      },
    };
  }

  hear(connectionId: string, text: string): void {
    this.heard.get(connectionId)?.push(...seqsIn([text]).map(Number));
  }
}

/** Lives through a history, and then through runs in which nothing fails, until all is delivered. */
async function live(history: History, { isFaulty }: { isFaulty: boolean }) {
  const world = new World();
  const timing = new FakeTiming();
  const pacer = new FakePacer();
  const roomItems = new FakeRoomItems();
  for (const user of history.members) {
    world.join(user, 0);
  }
  let faults = isFaulty;
  let fate = 0;
  let close = 0;
  const connections: Connections = {
    async post(connectionId, { text }) {
      world.posts += 1;
      await timing.sleep(postMs);
      const outcome = faults ? history.fates[fate++ % history.fates.length] : "delivered";
      if (world.ended.has(connectionId) || outcome === "gone") {
        world.ended.add(connectionId);
        return "gone";
      }
      if (outcome === "delivered" || outcome === "lost") {
        world.hear(connectionId, text);
      }
      return outcome === "lost" ? "failed" : (outcome ?? "delivered");
    },
    async close(connectionId) {
      const isClosed = !faults || history.closes[close++ % history.closes.length] === true;
      if (isClosed) {
        world.ended.add(connectionId);
      }
      return isClosed;
    },
  };
  const { options } = roomOf([]);
  const received = new Set<number>();
  let done = 0;
  const run = async (batch: number, posts: number) => {
    const events = world.sent.slice(done, done + batch).map(eventOf);
    const [first] = events;
    if (first === undefined) {
      return;
    }
    const isRetry = received.has(Number(first.event.seq));
    for (const { event } of events) {
      received.add(Number(event.seq));
    }
    const { failedIndex } = await deliverEvents(
      world.crowd(history.pageSize),
      events,
      isRetry,
      { ...options, connections, timing, pacer, roomItems, log: new RecordedLog() },
      timing.now() + posts * postMs,
    );
    done += Math.min(failedIndex, events.length);
  };
  let runs = 0;
  for (const { events, batch, posts, isThrottled, writesCursor } of history.runs) {
    events.forEach((event) => {
      world.send(event);
    });
    pacer.isThrottled = isFaulty && isThrottled;
    roomItems.writeError = isFaulty && !writesCursor ? new Error("throttled") : undefined;
    await run(batch, posts);
    runs += 1;
  }
  faults = false;
  pacer.isThrottled = false;
  roomItems.writeError = undefined;
  const last = history.runs.at(-1) ?? { batch: 10, posts: 100 };
  for (let more = 0; done < world.sent.length; more++) {
    assert.ok(more < lastRuns, "it does not end");
    await run(last.batch, last.posts);
    runs += 1;
  }
  return { world, runs };
}

function eventOf({ seq, joins }: World["sent"][number], index: number): IndexedEvent {
  if (joins !== undefined) {
    const { user, userHash, connectionId } = joins;
    const change = { user, userHash, connectionId };
    return { index, event: { kind: "joined", seq: String(seq), change } };
  }
  const text = JSON.stringify({ type: "message", seq: String(seq) });
  return { index, event: { kind: "message", seq: String(seq), text, sentAt: 0 } };
}

/** As clients do: a number that is not above the last is a repeat. */
function withoutRepeats(seqs: readonly number[]): number[] {
  let last = 0;
  return seqs.filter((seq) => {
    const isNew = seq > last;
    last = Math.max(last, seq);
    return isNew;
  });
}

const users = fc.integer({ min: 0, max: 30 });
const historyWith = (events: fc.Arbitrary<"message" | number>): fc.Arbitrary<History> =>
  fc.record({
    members: fc.array(users, { maxLength: 12 }),
    pageSize: fc.integer({ min: 1, max: 5 }),
    fates: fc.array(
      fc.constantFrom<Fate>(
        ...["delivered" as const, "delivered" as const, "delivered" as const, "failed" as const],
        ...["lost" as const, "throttled" as const, "gone" as const, "too-large" as const],
      ),
      { minLength: 1, maxLength: 40 },
    ),
    closes: fc.array(fc.boolean(), { minLength: 1, maxLength: 5 }),
    runs: fc.array(
      fc.record({
        events: fc.array(events, { maxLength: 4 }),
        batch: fc.integer({ min: 1, max: 10 }),
        posts: fc.integer({ min: 3, max: 20 }),
        isThrottled: fc.boolean(),
        writesCursor: fc.boolean(),
      }),
      { minLength: 1, maxLength: 8 },
    ),
  });
const messages = fc.constant("message" as const);

describe("deliverEvents, in any number of runs", function () {
  this.timeout(30_000);

  it("leaves nobody with a gap, whatever fails: each has every message, in order, or was ended", async () => {
    const events = fc.oneof({ weight: 3, arbitrary: messages }, users);
    await fc.assert(
      fc.asyncProperty(historyWith(events), async (history) => {
        const { world } = await live(history, { isFaulty: true });
        for (const { connectionId } of world.rows) {
          const from = world.joinedAt.get(connectionId) ?? 0;
          const isForIt = (seq: number) => seq > from;
          const expected = world.sent
            .filter(({ seq, joins }) => joins === undefined && isForIt(seq))
            .map(({ seq }) => seq);
          const heard = withoutRepeats(world.heard.get(connectionId) ?? []).filter(isForIt);
          const until = world.ended.has(connectionId) ? heard.length : expected.length;
          assert.deepEqual(heard, expected.slice(0, until), connectionId);
        }
      }),
      { numRuns: 300 },
    );
  });

  it("posts nothing twice where only time is wanting, and needs no more runs than its posts take", async () => {
    await fc.assert(
      fc.asyncProperty(historyWith(messages), async (history) => {
        // A batch that is smaller than the one before leaves a cursor that says less.
        const [{ batch } = { batch: 1 }] = history.runs;
        const steady = { ...history, runs: history.runs.map((run) => ({ ...run, batch })) };
        const { world, runs } = await live(steady, { isFaulty: false });
        const expected = world.sent.map(({ seq }) => seq);
        for (const [connectionId, heard] of world.heard) {
          assert.deepEqual(heard, expected, connectionId);
        }
        const { posts } = history.runs.at(-1) ?? { posts: 1 };
        // Each message by itself at the most, and a run for each batch that ends early.
        const least = Math.ceil(world.posts / posts) + expected.length;
        assert.ok(runs <= history.runs.length + least, `${runs} runs`);
      }),
      { numRuns: 300 },
    );
  });
});

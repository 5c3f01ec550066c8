import { TokenBucket } from "../../local/gateway/token-bucket.ts";
import { seededRandom } from "./random.ts";
import { type Figures, type Pace, type Run, Sender } from "./sender.ts";
import { Timeline } from "./timeline.ts";
import type { World } from "./world.ts";

/** How a room is served. */
export interface Service {
  /** A room of more members is served in lanes. */
  largeRoomMembers: number;
  lanes: number;
  /** Makes the pace of an invocation. @param now In milliseconds. */
  pace(kind: "room" | "lane", now: () => number): Pace;
}

export interface Broadcast {
  world: World;
  service: Service;
  members: number;
  /** Rooms of so many members that hear a message at the same moment. Default 1. */
  rooms?: number;
  seed: number;
}

export interface BroadcastResult extends Figures {
  /** Requests of others in the account, and how many of them were throttled. */
  others: number;
  othersThrottled: number;
}

/** SendMessageBatch takes ten messages. */
const batchSize = 10;

/** One message to a room, from its lying on the queue to its last member. */
export function simulateBroadcast(broadcast: Broadcast): BroadcastResult {
  const { world, service, members, rooms = 1, seed } = broadcast;
  const timeline = new Timeline();
  const random = seededRandom(seed);
  const clock = { now: () => timeline.now, after: () => ({ cancel() {} }) };
  const { requestsPerSecond: rate, burst } = world.account;
  const figures: Figures = {
    posts: 0,
    throttled: 0,
    reached: 0,
    stuck: 0,
    failed: 0,
    lastReachedMs: 0,
    invocations: 0,
    invocationMs: 0,
    retries: 0,
  };
  const run: Run = {
    world,
    timeline,
    random,
    account: new TokenBucket(clock, { rate, burst }),
    figures,
  };
  const result = { others: 0, othersThrottled: 0 };
  let open = 0;
  const others = () => {
    result.others += 1;
    result.othersThrottled += run.account.take() ? 0 : 1;
    timeline.after(random.exponential(1000 / world.othersPerSecond), others);
  };
  if (world.othersPerSecond > 0) others();

  const mapping = new Mapping(run);
  const send = (count: number, kind: "room" | "lane") => {
    open += 1;
    mapping.invoke((done) => {
      const pace = () => service.pace(kind, () => timeline.now);
      const sender = new Sender(run, count, pace, () => {
        open -= 1;
        done();
      });
      sender.start();
    });
  };
  for (let room = 0; room < rooms; room++) {
    if (members <= service.largeRoomMembers) {
      send(members, "room");
      continue;
    }
    open += 1;
    mapping.invoke((done) => {
      const { page, enqueueMs } = world;
      const calls = Math.ceil(service.lanes / batchSize);
      // The first page says that the room is large; then its tasks are enqueued, call after call.
      const reading = random.between(page.leastMs, page.mostMs);
      const enqueueing = calls * random.between(enqueueMs.least, enqueueMs.most);
      figures.invocations += 1;
      figures.invocationMs += reading + enqueueing;
      timeline.after(reading + enqueueing, () => {
        for (let lane = 0; lane < service.lanes; lane++) {
          // Slices of the hash space are equal, so members fall into them at random.
          send(share(members, service.lanes, lane), "lane");
        }
        open -= 1;
        done();
      });
    });
  }
  timeline.run(() => open === 0);
  return { ...figures, ...result };
}

function share(members: number, lanes: number, lane: number): number {
  return Math.floor(((lane + 1) * members) / lanes) - Math.floor((lane * members) / lanes);
}

/** Starts invocations: as many at once as the mapping may have by then, some in cold environments. */
class Mapping {
  readonly #run: Run;
  readonly #waiting: ((done: () => void) => void)[] = [];
  #inHand = 0;
  #isWatching = false;

  constructor(run: Run) {
    this.#run = run;
  }

  invoke(begin: (done: () => void) => void): void {
    this.#waiting.push(begin);
    this.#fill();
  }

  #fill(): void {
    const { timeline, world, random } = this.#run;
    const { initial, morePerSecond, most } = world.mapping;
    const limit = Math.min(most, initial + Math.floor((morePerSecond * timeline.now) / 1000));
    while (this.#waiting.length > 0 && this.#inHand < limit) {
      const begin = this.#waiting.shift();
      this.#inHand += 1;
      const isCold = random.next() < world.cold.share;
      const start = isCold ? random.between(world.cold.leastMs, world.cold.mostMs) : 0;
      timeline.after(random.between(world.pollMs.least, world.pollMs.most) + start, () =>
        begin?.(() => {
          this.#inHand -= 1;
          this.#fill();
        }),
      );
    }
    if (this.#waiting.length > 0 && limit < most && morePerSecond > 0 && !this.#isWatching) {
      this.#isWatching = true;
      timeline.after(1000 / morePerSecond, () => {
        this.#isWatching = false;
        this.#fill();
      });
    }
  }
}

import { type Member, sortKeyOf } from "../members/member.ts";
import { Audience, type Delivery, type IndexedEvent } from "./audience.ts";
import { concurrentPosts, deliver } from "./deliver.ts";
import type { Served } from "./fault.ts";
import { closeExpired, type Ending, letGo } from "./let-go.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import type { RoomBatchFigures } from "./metrics.ts";
import type { RoomBatchOptions } from "./room-batch.ts";

export interface Broadcast {
  room: string;
  /** In order; not empty. */
  events: readonly IndexedEvent[];
  /** Who is to hear them, in the order of their sort keys. */
  members: AsyncIterable<readonly Member[]>;
  /** Whom presence is counted from; undefined: there is no presence. */
  everybody: readonly Member[] | undefined;
}

export interface BroadcastResult {
  /** Of the event from which on they have to be tried again; infinity when none has to. */
  failedIndex: number;
  /** There was no time for some of them. */
  ranOutOfTime: boolean;
  /** The sort key up to which every member was served; undefined when the first one was not. */
  servedUpTo: string | undefined;
  figures: RoomBatchFigures;
}

/**
 * Posts events, in order, to everybody who is to hear them. An event has succeeded when each
 * connection was posted, or is gone or expired, or its deletion was answered.
 *
 * @param endsAt When it must be done, epoch milliseconds.
 */
export async function broadcast(
  { room, events, members, everybody }: Broadcast,
  options: RoomBatchOptions,
  endsAt: number,
): Promise<BroadcastResult> {
  const { timing } = options;
  const firstIndex = events[0]?.index ?? 0;
  const audience = new Audience(room, events, everybody);
  const expired: Member[] = [];
  let pages = 0;
  let isCut = false;

  async function* deliveries(): AsyncGenerator<Delivery> {
    for await (const page of members) {
      // Of the first page, each delivery says by itself that there is no time.
      if (pages++ > 0 && timing.now() >= endsAt) {
        isCut = true;
        return;
      }
      for (const member of page) {
        if (member.tokenExpiresAt * 1000 <= timing.now()) {
          expired.push(member);
        } else {
          yield audience.deliveryTo(member);
        }
      }
    }
    yield* audience.deliveriesToAbsent();
  }

  const served = await mapConcurrently(
    deliveries(),
    concurrentPosts,
    async (delivery): Promise<Served> => {
      const startedAt = timing.now();
      const result = await deliver(delivery, options, endsAt);
      return { delivery, result, startedAt, endedAt: timing.now() };
    },
  );
  const lastPostAt = timing.now();
  const [endings, expiredClosed] = await Promise.all([
    letGo(served, options, endsAt),
    closeExpired(events, expired, unreached(served), options, endsAt),
  ]);
  const failures = endings.filter((ending) => ending.kind === "failed");
  const failedIndex = Math.min(
    ...failures.map((failure) => failure.failedIndex),
    isCut ? firstIndex : Number.POSITIVE_INFINITY,
  );
  return {
    failedIndex,
    ranOutOfTime: isCut || served.some(({ result }) => result.outcome === "out-of-time"),
    servedUpTo: servedUpTo(served, endings),
    figures: {
      deliveries: endings.filter((ending, position) => isServed(ending, served[position])).length,
      gone: endings.filter(({ kind }) => kind === "gone").length,
      closed: endings.filter(({ kind }) => kind === "closed").length + expiredClosed,
      failed: failures.length,
      publishToLastPostMs: served.some(({ result }) => result.posts > 0)
        ? sinceOldest(events, failedIndex, lastPostAt)
        : undefined,
    },
  };
}

/** The last that an expired one hears is why it is closed; one that was not reached is let go. */
function unreached(served: readonly Served[]): ReadonlySet<string> {
  return new Set(
    served.flatMap(({ delivery, result }) =>
      result.outcome === "done" || result.outcome === "gone" ? [] : [delivery.connectionId],
    ),
  );
}

function servedUpTo(served: readonly Served[], endings: readonly Ending[]): string | undefined {
  const failed = endings.findIndex(({ kind }) => kind === "failed");
  const before = failed < 0 ? served : served.slice(0, failed);
  const member = before.findLast(({ delivery }) => delivery.member !== undefined)?.delivery.member;
  return member && sortKeyOf(member);
}

/** Who has nothing to hear is done without a post. */
function isServed({ kind }: Ending, served: Served | undefined): boolean {
  return kind === "done" && served !== undefined && served.result.posts > 0;
}

/** From the sending of the oldest message before a position to a moment; 0 where clocks differ. */
function sinceOldest(
  events: readonly IndexedEvent[],
  beforeIndex: number,
  moment: number,
): number | undefined {
  const oldest = Math.min(
    ...events.flatMap(({ index, event }) =>
      event.kind === "message" && index < beforeIndex ? [event.sentAt] : [],
    ),
  );
  return Number.isFinite(oldest) ? Math.max(0, moment - oldest) : undefined;
}

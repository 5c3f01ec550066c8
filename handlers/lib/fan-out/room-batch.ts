import type { SQSRecord } from "aws-lambda";
import { errorName, type Log } from "../log.ts";
import type { Member } from "../members/member.ts";
import type { MemberTable } from "../members/member-table.ts";
import { deliveriesOf, type IndexedEvent } from "./audience.ts";
import type { Connections } from "./connections.ts";
import { concurrentPosts, type DeliveryResult, deliver, type Timing } from "./deliver.ts";
import { closeExpired, type Ending, letGo } from "./let-go.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { noFigures, type RoomBatchFigures } from "./metrics.ts";
import { readRecord, roomOf, UnreadableRecord } from "./room-event.ts";

export interface RoomBatchOptions {
  connections: Connections;
  members: Pick<MemberTable, "list" | "remove">;
  timing: Timing;
  log: Log;
  /** In rooms of more connections than this there is no presence. */
  presenceLimit: number;
}

export interface RoomBatchResult {
  /**
   * The records that have not succeeded: the first that could not be delivered and all after it,
   * and those that nobody can read. Nothing has to wait for the latter; and held back with one of
   * them, good records would be received as often, and end beside it in the dead-letter queue.
   */
  unfinished: readonly SQSRecord[];
  figures: RoomBatchFigures;
}

/**
 * Delivers a batch of one room: its records in order, to everybody in it. A record has succeeded
 * when each connection was posted, or is gone or expired, or its deletion was answered.
 *
 * @param endsAt When it must be done, epoch milliseconds.
 */
export async function deliverRoomBatch(
  records: readonly SQSRecord[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<RoomBatchResult> {
  const unreadable = new Set<SQSRecord>();
  const events = records.flatMap((record, index): IndexedEvent[] => {
    try {
      return [{ index, event: readRecord(record) }];
    } catch (error) {
      const { messageId } = record;
      const reason = error instanceof UnreadableRecord ? error.message : errorName(error);
      options.log.error({ event: "record unreadable", room: roomOf(record), messageId, reason });
      unreadable.add(record);
      return [];
    }
  });
  const [first] = records;
  const { failedIndex, figures } =
    first === undefined || events.length === 0
      ? { failedIndex: Number.POSITIVE_INFINITY, figures: noFigures }
      : await deliverEvents(roomOf(first), events, options, endsAt);
  const unfinished = records.filter(
    (record, index) => unreadable.has(record) || index >= failedIndex,
  );
  return { unfinished, figures };
}

/** Resolves to the position from which records have to be tried again, infinity when none has to. */
async function deliverEvents(
  room: string,
  events: IndexedEvent[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<{ failedIndex: number; figures: RoomBatchFigures }> {
  const { timing } = options;
  const listed = await options.members.list(room);
  // One moment for all: nobody may fall between the two lists.
  const now = timing.now();
  const isExpired = ({ tokenExpiresAt }: Member) => tokenExpiresAt * 1000 <= now;
  const expired = listed.filter(isExpired);
  const members = listed.filter((member) => !isExpired(member));

  const deliveries = deliveriesOf(room, events, members, options.presenceLimit);
  const results = await mapConcurrently(deliveries, concurrentPosts, (delivery) =>
    deliver(delivery, options.connections, timing, endsAt),
  );
  const lastPostAt = timing.now();
  // The last that an expired one hears is why it is closed; one that was not reached is let go.
  const unreached = new Set(
    deliveries.flatMap(({ connectionId }, position) => {
      const outcome = results[position]?.outcome;
      return outcome === "done" || outcome === "gone" ? [] : [connectionId];
    }),
  );
  const [endings, expiredClosed] = await Promise.all([
    letGo(deliveries, results, options, endsAt),
    closeExpired(events, expired, unreached, options, endsAt),
  ]);
  const failures = endings.filter((ending) => ending.kind === "failed");
  const failedIndex = Math.min(...failures.map((failure) => failure.failedIndex));
  return {
    failedIndex,
    figures: {
      deliveries: endings.filter((ending, position) => isServed(ending, results[position])).length,
      gone: endings.filter(({ kind }) => kind === "gone").length,
      closed: endings.filter(({ kind }) => kind === "closed").length + expiredClosed,
      failed: failures.length,
      publishToLastPostMs: results.some(({ posts }) => posts > 0)
        ? sinceOldest(events, failedIndex, lastPostAt)
        : undefined,
    },
  };
}

/** Who has nothing to hear is done without a post. */
function isServed({ kind }: Ending, result: DeliveryResult | undefined): boolean {
  return kind === "done" && result !== undefined && result.posts > 0;
}

/** From the sending of the oldest message before a position to a moment; 0 where clocks differ. */
function sinceOldest(
  events: IndexedEvent[],
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

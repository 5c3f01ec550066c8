import { errorName } from "../log.ts";
import type { Member } from "../members/member.ts";
import type { Cursor } from "../members/room-items.ts";
import type { IndexedEvent } from "./audience.ts";
import { type Broadcast, type BroadcastResult, broadcast } from "./broadcast.ts";
import { noFigures, sumOf } from "./metrics.ts";
import type { RoomBatchOptions } from "./room-batch.ts";

/** The members of a room, or of one of its lanes. */
export interface Crowd extends Pick<Broadcast, "room" | "everybody"> {
  /** Undefined for a room that is served as a whole. */
  lane: number | undefined;
  /** In the order of their sort keys; only those behind one of them, if it is given. */
  members: (after?: string) => AsyncIterable<readonly Member[]>;
}

export interface EventsResult
  extends Pick<BroadcastResult, "failedIndex" | "ranOutOfTime" | "figures"> {}

export const nothingFailed: EventsResult = {
  failedIndex: Number.POSITIVE_INFINITY,
  ranOutOfTime: false,
  figures: noFigures,
};

/** Sorts behind every member. */
const behindAll = "~";

/**
 * Delivers events to a crowd. A run that cannot end leaves a cursor, and the next one goes on from
 * there: first with what was in hand then, to those who have not got it, then with what is new. So each
 * run gets further, however many there are to be served.
 *
 * @param isRetry Whether these events were received before.
 * @param endsAt When it must be done, epoch milliseconds.
 */
export async function deliverEvents(
  crowd: Crowd,
  events: readonly IndexedEvent[],
  isRetry: boolean,
  options: RoomBatchOptions,
  endsAt: number,
): Promise<EventsResult> {
  const { room, lane } = crowd;
  const cursor = isRetry ? await options.roomItems.readCursor(room, lane) : undefined;
  const isServedInPart = ({ event }: IndexedEvent) =>
    cursor !== undefined && !isAfter(event.seq, cursor.seq);
  const parts = [
    { events: events.filter(isServedInPart), after: cursor?.member },
    { events: events.filter((event) => !isServedInPart(event)), after: undefined },
  ];
  let figures = noFigures;
  let progress: Cursor | undefined;
  for (const { events: part, after } of parts) {
    const last = part.at(-1);
    // DynamoDB refuses to begin behind the end of a slice.
    if (last === undefined || after === behindAll) {
      continue;
    }
    const members = crowd.members(after);
    const result = await broadcast({ ...crowd, events: part, members }, options, endsAt);
    figures = sumOf(figures, result.figures);
    progress = progressOf(last.event.seq, result, after) ?? progress;
    if (result.failedIndex !== Number.POSITIVE_INFINITY) {
      await leaveCursor(crowd, progress, options);
      return { ...result, figures };
    }
  }
  return { ...nothingFailed, figures };
}

function progressOf(
  seq: string,
  { failedIndex, servedUpTo }: BroadcastResult,
  after: string | undefined,
): Cursor | undefined {
  const member = failedIndex === Number.POSITIVE_INFINITY ? behindAll : (servedUpTo ?? after);
  return member === undefined ? undefined : { seq, member };
}

/** Without it a retry begins anew, and repeats what clients know to drop: so it fails nothing. */
async function leaveCursor(
  { room, lane }: Crowd,
  progress: Cursor | undefined,
  { roomItems, log }: RoomBatchOptions,
): Promise<void> {
  if (progress === undefined) {
    return;
  }
  try {
    await roomItems.writeCursor(room, lane, progress);
  } catch (error) {
    log.error({ event: "cursor not written", room, lane, error: errorName(error) });
  }
}

/** Sequence numbers are decimal, without zeros in front. */
function isAfter(seq: string, other: string): boolean {
  return seq.length === other.length ? seq > other : seq.length > other.length;
}

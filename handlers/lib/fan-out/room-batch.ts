import type { SQSRecord } from "aws-lambda";
import type { Log } from "../log.ts";
import { sortKeyOf } from "../members/member.ts";
import type { MemberTable } from "../members/member-table.ts";
import type { RoomItems } from "../members/room-items.ts";
import type { IndexedEvent } from "./audience.ts";
import type { Posting } from "./deliver.ts";
import { type Crowd, deliverEvents, type EventsResult, nothingFailed } from "./deliver-events.ts";
import { flooderOf } from "./flooder.ts";
import { type LanesQueue, laneTasks } from "./lane-task.ts";
import { closeFlooder } from "./let-go.ts";
import type { RoomBatchFigures } from "./metrics.ts";
import { readRecords } from "./read-records.ts";
import { groupOf, readRecord } from "./room-event.ts";

export interface RoomBatchOptions extends Posting {
  members: Pick<MemberTable, "list" | "slice" | "remove">;
  roomItems: Pick<RoomItems, "keepLarge" | "readCursor" | "writeCursor">;
  log: Log;
  /** In rooms of more connections than this there is no presence. */
  presenceLimit: number;
  lanes: {
    /** A room of more connections than this is served in lanes. */
    largeRoomMembers: number;
    /** So many; a room that is large already keeps the number that it has. */
    count: number;
    queue: LanesQueue;
  };
}

export interface RoomBatchResult {
  /** The records that have not succeeded. */
  unfinished: readonly SQSRecord[];
  /** For want of time: another run goes on from there, so it need not wait. */
  ranOutOfTime: boolean;
  figures: RoomBatchFigures;
}

/**
 * Delivers a batch of one room: its records in order, to everybody in it, or to its lanes when it is
 * large. A record has succeeded when each connection was posted, or is gone or expired, or its
 * deletion was answered; or when each lane has got what concerns it.
 *
 * @param endsAt When it must be done, epoch milliseconds.
 */
export async function deliverRoomBatch(
  records: readonly SQSRecord[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<RoomBatchResult> {
  const { events, isRetry, unfinished } = readRecords(
    records,
    (record) => [readRecord(record)],
    options.log,
  );
  const { failedIndex, ...result } =
    events.length === 0
      ? nothingFailed
      : await deliverToRoom(groupOf(records[0]), events, isRetry, options, endsAt);
  const flooder = flooderOf(records, options.timing.now());
  if (flooder !== undefined) {
    await closeFlooder(flooder, options, endsAt);
  }
  return { ...result, unfinished: unfinished(failedIndex) };
}

async function deliverToRoom(
  room: string,
  events: readonly IndexedEvent[],
  isRetry: boolean,
  options: RoomBatchOptions,
  endsAt: number,
): Promise<EventsResult> {
  const { largeRoomMembers, count, queue } = options.lanes;
  const { members, isCut, mark } = await options.members.list(room, largeRoomMembers);
  if (isCut || mark !== undefined) {
    const lanes = mark?.lanes ?? count;
    // Before the first task: whoever serves the room next has to know.
    await options.roomItems.keepLarge(room, lanes, mark);
    await queue.enqueue(room, laneTasks(events, lanes));
    return nothingFailed;
  }
  const now = options.timing.now();
  const alive = members.filter(({ tokenExpiresAt }) => tokenExpiresAt * 1000 > now);
  const crowd: Crowd = {
    room,
    lane: undefined,
    everybody: alive.length > options.presenceLimit ? undefined : alive,
    async *members(after = "") {
      yield members.filter((member) => sortKeyOf(member) > after);
    },
  };
  return deliverEvents(crowd, events, isRetry, options, endsAt);
}

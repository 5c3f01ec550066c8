import type { SQSRecord } from "aws-lambda";
import type { Log } from "../log.ts";
import { sortKeyOf } from "../members/member.ts";
import type { MemberTable } from "../members/member-table.ts";
import type { RoomItems } from "../members/room-items.ts";
import type { IndexedEvent } from "./audience.ts";
import type { Connections } from "./connections.ts";
import type { Timing } from "./deliver.ts";
import { type Crowd, deliverEvents, type EventsResult } from "./deliver-events.ts";
import { type LanesQueue, laneTasks } from "./lane-task.ts";
import { noFigures, type RoomBatchFigures } from "./metrics.ts";
import { readRecords } from "./read-records.ts";
import { groupOf, readRecord } from "./room-event.ts";

export interface RoomBatchOptions {
  connections: Connections;
  members: Pick<MemberTable, "list" | "slice" | "remove">;
  roomItems: Pick<RoomItems, "keepLarge" | "readCursor" | "writeCursor">;
  timing: Timing;
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
  const { failedIndex, figures } =
    events.length === 0
      ? nothingFailed
      : await deliverToRoom(groupOf(records[0]), events, isRetry, options, endsAt);
  return { unfinished: unfinished(failedIndex), figures };
}

const nothingFailed: EventsResult = { failedIndex: Number.POSITIVE_INFINITY, figures: noFigures };

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

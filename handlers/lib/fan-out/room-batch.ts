import type { SQSRecord } from "aws-lambda";
import { closings } from "../../protocol/index.ts";
import { errorName, type Log } from "../log.ts";
import { type Member, sortKeyOf } from "../members/member.ts";
import type { MemberTable, RoomList } from "../members/member-table.ts";
import type { PresenceTold, RoomItems } from "../members/room-items.ts";
import type { IndexedEvent } from "./audience.ts";
import type { Posting } from "./deliver.ts";
import { type Crowd, deliverEvents, type EventsResult, nothingFailed } from "./deliver-events.ts";
import { flooderOf } from "./flooder.ts";
import { type LanesQueue, laneTasks } from "./lane-task.ts";
import { closeConnection } from "./let-go.ts";
import { noFigures, type RoomBatchFigures, sumOf } from "./metrics.ts";
import { isMembershipChange, switchPresence } from "./presence-switch.ts";
import { readRecords } from "./read-records.ts";
import { groupOf, readEvents } from "./room-event.ts";

export interface RoomBatchOptions extends Posting {
  members: Pick<MemberTable, "list" | "slice" | "remove">;
  roomItems: Pick<RoomItems, "keepLarge" | "keepPresence" | "readCursor" | "writeCursor">;
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

/** So often presence is put off: for 1 and 2 seconds. */
const shedReceives = 2;

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
  const { events, receiveCount, unfinished } = readRecords(records, readEvents, options.log);
  if (events.length === 0 || isShed(events, receiveCount, options)) {
    const from = events.length === 0 ? nothingFailed.failedIndex : 0;
    return { ...nothingFailed, unfinished: unfinished(from) };
  }
  const room = groupOf(records[0]);
  const isRetry = receiveCount > 1;
  const { failedIndex, ...result } = await deliverToRoom(room, events, isRetry, options, endsAt);
  // What was taken of it is delivered all the same.
  const closed = await closeFlooder(records, options, endsAt);
  const figures = sumOf(result.figures, { ...noFigures, closed });
  return { ...result, figures, unfinished: unfinished(failedIndex) };
}

/** Resolves to how many were closed. */
async function closeFlooder(
  records: readonly SQSRecord[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<number> {
  const flooder = flooderOf(records, options.timing.now());
  if (flooder === undefined) {
    return 0;
  }
  const { rateLimited } = closings;
  return (await closeConnection(flooder, undefined, rateLimited, options, endsAt)) ? 1 : 0;
}

async function deliverToRoom(
  room: string,
  events: readonly IndexedEvent[],
  isRetry: boolean,
  options: RoomBatchOptions,
  endsAt: number,
): Promise<EventsResult> {
  const { largeRoomMembers, count, queue } = options.lanes;
  const list = await options.members.list(room, largeRoomMembers);
  const isLarge = list.isCut || list.mark !== undefined;
  const everybody = isLarge ? undefined : whoHasPresence(list, options);
  const told = switchPresence(events, everybody, list.presenceTold);
  if (told.hasSwitched && list.presenceTold !== "unsure") {
    // A run that fails may have told some of it, and a retry may find the room otherwise.
    await options.roomItems.keepPresence(room, "unsure");
  }
  let result = nothingFailed;
  if (isLarge) {
    const lanes = list.mark?.lanes ?? count;
    // Before the first task: whoever serves the room next has to know.
    await options.roomItems.keepLarge(room, lanes, list.mark);
    await queue.enqueue(room, laneTasks(told.events, lanes));
  } else {
    const crowd: Crowd = {
      room,
      lane: undefined,
      everybody,
      async *members(after = "") {
        yield list.members.filter((member) => sortKeyOf(member) > after);
      },
    };
    result = await deliverEvents(crowd, told.events, isRetry, options, endsAt);
  }
  // Who has heard a retry's numbers before drops what comes with them: so the next change tells it again.
  if (told.hasSwitched && !isRetry && result.failedIndex === Number.POSITIVE_INFINITY) {
    await keepPresence(room, everybody === undefined ? "off" : "on", options);
  }
  return result;
}

/** Undefined when there are too many for presence. */
function whoHasPresence(
  { members }: RoomList,
  { presenceLimit, timing }: RoomBatchOptions,
): readonly Member[] | undefined {
  const now = timing.now();
  const alive = members.filter(({ tokenExpiresAt }) => tokenExpiresAt * 1000 > now);
  return alive.length > presenceLimit ? undefined : alive;
}

/** Where it cannot be remembered the room is told once more, with the next join or leave. */
async function keepPresence(
  room: string,
  told: PresenceTold,
  { roomItems, log }: RoomBatchOptions,
): Promise<void> {
  try {
    await roomItems.keepPresence(room, told);
  } catch (error) {
    log.error({ event: "presence not remembered", room, error: errorName(error) });
  }
}

/**
 * While the account is throttled, those who join and leave wait a few seconds for the messages of
 * other rooms; what is behind them in their own room must not wait for long.
 */
function isShed(
  events: readonly IndexedEvent[],
  receiveCount: number,
  { pacer }: RoomBatchOptions,
): boolean {
  const isPresence = events.every(({ event }) => isMembershipChange(event));
  return pacer.isThrottled && isPresence && receiveCount <= shedReceives;
}

import type { SQSRecord } from "aws-lambda";
import { parseLaneGroup } from "../members/lane.ts";
import { deliverEvents, nothingFailed } from "./deliver-events.ts";
import { readLaneTask } from "./lane-task.ts";
import { readRecords } from "./read-records.ts";
import type { RoomBatchOptions, RoomBatchResult } from "./room-batch.ts";
import { groupOf, UnreadableRecord } from "./room-event.ts";

/**
 * Delivers the tasks of one lane of a large room, in order, to the members in it. A task has succeeded
 * when each connection was posted, or is gone or expired, or its deletion was answered.
 *
 * @param endsAt When it must be done, epoch milliseconds.
 */
export async function deliverLaneBatch(
  records: readonly SQSRecord[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<RoomBatchResult> {
  const { room, lane } = parseLaneGroup(groupOf(records[0])) ?? {};
  // A group lives with one number of lanes: see `keepLarge`.
  let lanes = 0;
  const { events, receiveCount, unfinished } = readRecords(
    records,
    (record) => {
      const task = readLaneTask(record);
      if (lane === undefined || lane >= task.lanes) {
        throw new UnreadableRecord("The message group is none of a lane.");
      }
      lanes = task.lanes;
      return task.events;
    },
    options.log,
  );
  const { failedIndex, ...result } =
    room === undefined || lane === undefined || events.length === 0
      ? nothingFailed
      : await deliverEvents(
          {
            ...{ room, lane, everybody: undefined },
            members: (after) => options.members.slice(room, { lane, lanes }, after),
          },
          events,
          receiveCount > 1,
          options,
          endsAt,
        );
  return { ...result, unfinished: unfinished(failedIndex) };
}

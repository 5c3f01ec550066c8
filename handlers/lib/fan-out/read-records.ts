import type { SQSRecord } from "aws-lambda";
import { errorName, type Log } from "../log.ts";
import type { IndexedEvent } from "./audience.ts";
import { groupOf, type RoomEvent, UnreadableRecord } from "./room-event.ts";

/** The records of one message group, and what they say. */
export interface ReadRecords {
  /** In order. */
  events: IndexedEvent[];
  /** How often the first of them was received. */
  receiveCount: number;
  /**
   * The records that have not succeeded when delivery failed from an event on: the one that holds it
   * and all after it, and those that nobody can read. Nothing has to wait for the latter; and held back
   * with one of them, good records would be received as often, and end beside it in the dead-letter queue.
   */
  unfinished(failedIndex: number): SQSRecord[];
}

/** @param read Throws {@link UnreadableRecord} for a record that it cannot read. */
export function readRecords(
  records: readonly SQSRecord[],
  read: (record: SQSRecord) => RoomEvent[],
  log: Log,
): ReadRecords {
  const unreadable = new Set<SQSRecord>();
  const sources: SQSRecord[] = [];
  const events: IndexedEvent[] = [];
  for (const record of records) {
    try {
      for (const event of read(record)) {
        events.push({ index: events.length, event });
        sources.push(record);
      }
    } catch (error) {
      const { messageId } = record;
      const reason = error instanceof UnreadableRecord ? error.message : errorName(error);
      log.error({ event: "record unreadable", room: groupOf(record), messageId, reason });
      unreadable.add(record);
    }
  }
  return {
    events,
    receiveCount: Number(records[0]?.attributes.ApproximateReceiveCount),
    unfinished(failedIndex) {
      const failed = sources[failedIndex];
      const from = failed === undefined ? records.length : records.indexOf(failed);
      return records.filter((record, index) => unreadable.has(record) || index >= from);
    },
  };
}

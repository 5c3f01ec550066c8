import type { SQSRecord } from "aws-lambda";
import { attributeNames } from "../../protocol/index.ts";

/** Records that are older than this, in milliseconds, wait behind somebody. */
const lateMs = 60_000;
/** What somebody has to have sent of a batch, beside most of it, and faster than one in this time. */
const leastRecords = 5;
const fastMs = 1000;

/**
 * Who holds up a room by sending more than it takes: the connection that sent most of a batch all of
 * which waits for over a minute, faster than one a second. After an outage everything is that old, so
 * age alone says nothing of anybody.
 *
 * @param now Epoch milliseconds.
 * @returns Its connection id, or undefined.
 */
export function flooderOf(records: readonly SQSRecord[], now: number): string | undefined {
  const sends = records.map((record) => ({
    connectionId: record.messageAttributes[attributeNames.connectionId]?.stringValue,
    at: Number(record.attributes.SentTimestamp),
  }));
  if (sends.some(({ at }) => now - at <= lateMs)) {
    return undefined;
  }
  for (const [connectionId, own] of Map.groupBy(sends, (send) => send.connectionId)) {
    const times = own.map(({ at }) => at);
    const isFast = Math.max(...times) - Math.min(...times) < fastMs * (own.length - 1);
    const isMost = own.length >= leastRecords && own.length * 2 > records.length;
    if (connectionId !== undefined && isFast && isMost) {
      return connectionId;
    }
  }
  return undefined;
}

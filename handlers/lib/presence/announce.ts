import { SendMessageBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBBatchResponse, DynamoDBRecord } from "aws-lambda";
import { attributeNames, type QueueMessageKind } from "../../protocol/index.ts";
import { errorName, type Log } from "../log.ts";
import { parseSortKey } from "../members/member.ts";

export interface AnnounceOptions {
  client: SQSClient;
  queueUrl: string;
  log: Log;
}

/** The most entries that SQS takes in one call. */
const maximumEntries = 10;

/** Body of a `joined` or `left` message on the rooms queue. */
export interface MembershipChange {
  user: string;
  userHash: string;
  connectionId: string;
}

/**
 * Tells the rooms which of their members changed. Who is how often in a room is counted only as it
 * is delivered, so this says no more than "look again", and order or repeats do no harm.
 *
 * @returns The first record that was not queued: the stream is read again from there.
 */
export async function announce(
  records: DynamoDBRecord[],
  options: AnnounceOptions,
): Promise<DynamoDBBatchResponse> {
  const entries = records.flatMap(toEntry);
  for (let start = 0; start < entries.length; start += maximumEntries) {
    const chunk = entries.slice(start, start + maximumEntries);
    const failed = await send(chunk, options);
    if (failed !== undefined) {
      return { batchItemFailures: [{ itemIdentifier: failed.sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

interface Entry {
  sequenceNumber: string;
  eventId: string;
  kind: QueueMessageKind;
  room: string;
  change: MembershipChange;
}

function toEntry(record: DynamoDBRecord): Entry[] {
  const room = record.dynamodb?.Keys?.["room"]?.S;
  const member = parseSortKey(record.dynamodb?.Keys?.["member"]?.S ?? "");
  if (room === undefined || member === undefined || record.eventName === "MODIFY") {
    return [];
  }
  const { user, userHash, connectionId } = member;
  return [
    {
      sequenceNumber: record.dynamodb?.SequenceNumber ?? "",
      eventId: record.eventID ?? "",
      kind: record.eventName === "INSERT" ? "joined" : "left",
      room,
      change: { user, userHash, connectionId },
    },
  ];
}

/** Sends up to ten entries; resolves to the first that was not taken. */
async function send(entries: Entry[], options: AnnounceOptions): Promise<Entry | undefined> {
  try {
    const { Failed } = await options.client.send(
      new SendMessageBatchCommand({
        QueueUrl: options.queueUrl,
        Entries: entries.map((entry, index) => ({
          Id: String(index),
          MessageGroupId: entry.room,
          MessageDeduplicationId: `p-${entry.eventId}`,
          MessageBody: JSON.stringify(entry.change),
          MessageAttributes: {
            [attributeNames.kind]: { DataType: "String", StringValue: entry.kind },
          },
        })),
      }),
    );
    const first = Math.min(...(Failed ?? []).map(({ Id }) => Number(Id)));
    if (Failed?.length) {
      options.log.error({ event: "presence not queued", failed: Failed.length });
    }
    return entries[first];
  } catch (error) {
    options.log.error({ event: "presence not queued", error: errorName(error) });
    return entries[0];
  }
}

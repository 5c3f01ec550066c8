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
/**
 * How much one message tells: so many changes, and so many bytes of JSON for their users, that a frame
 * which names all of them is far below its limit.
 */
const maximumChanges = 100;
const maximumUserBytes = 16 * 1024;

/** A connection that was added to a room, or removed from it. */
export interface MembershipChange {
  user: string;
  userHash: string;
  connectionId: string;
}

/** What the body of a message of the kind `changes` lists. */
export interface KindOfChange extends MembershipChange {
  kind: "joined" | "left";
}

/**
 * Tells the rooms which of their members changed. Who is how often in a room is counted only as it
 * is delivered, so this says no more than "look again", and order or repeats do no harm. What changes
 * together is told together: when everybody comes back at once, a room must still have time for messages.
 *
 * @returns The first record that was not queued: the stream is read again from there.
 */
export async function announce(
  records: DynamoDBRecord[],
  options: AnnounceOptions,
): Promise<DynamoDBBatchResponse> {
  const announcements = announcementsOf(records.flatMap(readChange));
  for (let start = 0; start < announcements.length; start += maximumEntries) {
    const chunk = announcements.slice(start, start + maximumEntries);
    const failed = await send(chunk, options);
    if (failed !== undefined) {
      return { batchItemFailures: [{ itemIdentifier: failed.first.sequenceNumber }] };
    }
  }
  return { batchItemFailures: [] };
}

/** What a record of the stream says. */
interface StreamChange {
  sequenceNumber: string;
  eventId: string;
  room: string;
  change: KindOfChange;
}

/** Changes of one room that are told in one message. */
interface Announcement {
  first: StreamChange;
  room: string;
  changes: KindOfChange[];
}

function readChange(record: DynamoDBRecord): StreamChange[] {
  const room = record.dynamodb?.Keys?.["room"]?.S;
  const member = parseSortKey(record.dynamodb?.Keys?.["member"]?.S ?? "");
  if (room === undefined || member === undefined || record.eventName === "MODIFY") {
    return [];
  }
  const kind = record.eventName === "INSERT" ? "joined" : "left";
  const { user, userHash, connectionId } = member;
  return [
    {
      sequenceNumber: record.dynamodb?.SequenceNumber ?? "",
      eventId: record.eventID ?? "",
      room,
      change: { kind, user, userHash, connectionId },
    },
  ];
}

/** In the order of their first changes: so the first that fails is where to begin again. */
function announcementsOf(changes: readonly StreamChange[]): Announcement[] {
  const announcements: Announcement[] = [];
  const open = new Map<string, { announcement: Announcement; bytes: number }>();
  for (const first of changes) {
    const { room, change } = first;
    const bytes = Buffer.byteLength(JSON.stringify(change.user));
    const last = open.get(room);
    if (
      last !== undefined &&
      last.announcement.changes.length < maximumChanges &&
      last.bytes + bytes <= maximumUserBytes
    ) {
      last.announcement.changes.push(change);
      last.bytes += bytes;
    } else {
      const announcement = { first, room, changes: [change] };
      announcements.push(announcement);
      open.set(room, { announcement, bytes });
    }
  }
  return announcements;
}

/** Sends up to ten announcements; resolves to the first that was not taken. */
async function send(
  announcements: readonly Announcement[],
  options: AnnounceOptions,
): Promise<Announcement | undefined> {
  try {
    const { Failed } = await options.client.send(
      new SendMessageBatchCommand({
        QueueUrl: options.queueUrl,
        Entries: announcements.map((announcement, index) => ({
          Id: String(index),
          MessageGroupId: announcement.room,
          ...messageOf(announcement),
        })),
      }),
    );
    const first = Math.min(...(Failed ?? []).map(({ Id }) => Number(Id)));
    if (Failed?.length) {
      options.log.error({ event: "presence not queued", failed: Failed.length });
    }
    return announcements[first];
  } catch (error) {
    options.log.error({ event: "presence not queued", error: errorName(error) });
    return announcements[0];
  }
}

/** The same changes have the same id, so that another attempt at them is dropped. */
function messageOf({ first: { eventId, change }, changes }: Announcement) {
  const message = (kind: QueueMessageKind, id: string, body: object) => ({
    MessageDeduplicationId: id,
    MessageBody: JSON.stringify(body),
    MessageAttributes: { [attributeNames.kind]: { DataType: "String", StringValue: kind } },
  });
  if (changes.length > 1) {
    return message("changes", `p-${eventId}-${changes.length}`, { changes });
  }
  const { kind, ...about } = change;
  return message(kind, `p-${eventId}`, about);
}

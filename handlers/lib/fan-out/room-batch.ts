import type { SQSRecord } from "aws-lambda";
import { type ClosingDefinition, closingFrame, closings } from "../../protocol/index.ts";
import { errorName, type Log } from "../log.ts";
import type { Member } from "../members/member.ts";
import type { MemberTable } from "../members/member-table.ts";
import { type Delivery, deliveriesOf, type IndexedEvent } from "./audience.ts";
import type { Connections } from "./connections.ts";
import { type DeliveryResult, deliver, postDeadlineMs, type Timing } from "./deliver.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { readRecord, roomOf, UnreadableRecord } from "./room-event.ts";

export interface RoomBatchOptions {
  connections: Connections;
  members: Pick<MemberTable, "list" | "remove">;
  timing: Timing;
  log: Log;
  /** In rooms of more connections than this there is no presence. */
  presenceLimit: number;
}

/** Posts of one room in flight at once. */
const concurrentPosts = 100;
/** A connection is not live until `connect` has answered, so a 410 for a younger row proves nothing. */
const goneAfterMs = 30_000;
/** From this share of throttled posts on, it is the account that is throttled, not a connection. */
const accountThrottledShare = 0.01;

/**
 * Delivers a batch of one room: its records in order, to everybody in it. A record has succeeded
 * when each connection was posted, or is gone or expired, or its deletion was answered.
 *
 * @param endsAt When it must be done, epoch milliseconds.
 * @returns The records that have not succeeded: the first that could not be delivered and all after
 *   it, and those that nobody can read. Nothing has to wait for the latter; and held back with one
 *   of them, good records would be received as often, and end beside it in the dead-letter queue.
 */
export async function deliverRoomBatch(
  records: readonly SQSRecord[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<readonly SQSRecord[]> {
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
  const failedIndex =
    first === undefined || events.length === 0
      ? undefined
      : await deliverEvents(roomOf(first), events, options, endsAt);
  return records.filter(
    (record, index) => unreadable.has(record) || index >= (failedIndex ?? records.length),
  );
}

async function deliverEvents(
  room: string,
  events: IndexedEvent[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<number | undefined> {
  const { timing } = options;
  const listed = await options.members.list(room);
  // One moment for all: nobody may fall between the two lists.
  const now = timing.now();
  const isExpired = ({ tokenExpiresAt }: Member) => tokenExpiresAt * 1000 <= now;
  const expired = listed.filter(isExpired);
  const members = listed.filter((member) => !isExpired(member));

  const expiredIds = new Set(expired.map(({ connectionId }) => connectionId));
  const deliveries = deliveriesOf(room, events, members, options.presenceLimit).filter(
    // Not even an error: the last that it hears is why it is closed.
    ({ connectionId }) => !expiredIds.has(connectionId),
  );
  const [results] = await Promise.all([
    mapConcurrently(deliveries, concurrentPosts, (delivery) =>
      deliver(delivery, options.connections, timing, endsAt),
    ),
    closeExpired(events, expired, options, endsAt),
  ]);
  const failed = await letGo(deliveries, results, options, endsAt);
  return failed.length === 0 ? undefined : Math.min(...failed);
}

/**
 * Ends connections whose token has expired, members or not. One that is not closed fails no record:
 * nothing is delivered to it, and it is tried again with the room's next batch.
 */
async function closeExpired(
  events: IndexedEvent[],
  expired: Member[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<void> {
  const targets = new Map<string, Member | undefined>();
  for (const { event } of events) {
    if (event.kind === "expired") {
      targets.set(event.connectionId, undefined);
    }
  }
  for (const member of expired) {
    targets.set(member.connectionId, member);
  }
  await mapConcurrently([...targets], concurrentPosts, ([connectionId, member]) =>
    close(connectionId, member, closings.tokenExpired, options, endsAt),
  );
}

/**
 * Who cannot be reached is let go, not skipped: told why, closed, removed. But while it is the
 * account that is throttled, or time has run out, nobody is; the records are tried again.
 *
 * @returns The positions from which records have to be tried again.
 */
async function letGo(
  deliveries: Delivery[],
  results: DeliveryResult[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<number[]> {
  const failed = await mapConcurrently(deliveries, concurrentPosts, async (delivery, position) => {
    const result = results[position];
    if (result === undefined || result.outcome === "done") {
      return [];
    }
    const { connectionId, member } = delivery;
    if (result.outcome === "gone") {
      await removeGone(member, options);
      return [];
    }
    const others = results.filter((other) => other !== result);
    if (result.outcome === "out-of-time" || isAccountThrottled(others)) {
      return [result.failedIndex];
    }
    const isClosed = await close(connectionId, member, closings.unreachable, options, endsAt);
    return isClosed ? [] : [result.failedIndex];
  });
  return failed.flat();
}

/**
 * Judged by the posts to connections that were reached in the end: one whose buffer stays full is
 * throttled, too, and two of those must not protect each other.
 */
function isAccountThrottled(others: DeliveryResult[]): boolean {
  const reached = others.filter(({ outcome }) => outcome === "done");
  const reference = reached.some(({ posts }) => posts > 0) ? reached : others;
  const throttled = sum(reference.map((result) => result.throttled));
  const posts = sum(reference.map((result) => result.posts));
  return throttled > 0 && throttled >= posts * accountThrottledShare;
}

/** A 410 proves nothing for a young row; what became of its connection the next batch will show. */
async function removeGone(
  member: Member | undefined,
  { members, timing, log }: Pick<RoomBatchOptions, "members" | "timing" | "log">,
): Promise<void> {
  if (member === undefined || timing.now() - member.connectedAt <= goneAfterMs) {
    return;
  }
  // Without its connection a row does no harm, so a failure is not worth a retry of the batch.
  try {
    await members.remove(member);
  } catch (error) {
    const { connectionId } = member;
    log.error({ event: "row not removed", connectionId, error: errorName(error) });
  }
}

/** Resolves to whether the connection is known to be closed. Its `closing` frame is best effort. */
async function close(
  connectionId: string,
  member: Member | undefined,
  definition: ClosingDefinition,
  { connections, members, timing, log }: RoomBatchOptions,
  endsAt: number,
): Promise<boolean> {
  if (timing.now() > endsAt) {
    return false;
  }
  const frame = JSON.stringify(closingFrame(definition));
  await connections.post(connectionId, frame, postDeadlineMs);
  const isClosed = await connections.close(connectionId, postDeadlineMs);
  log.warn({ event: "connection closed", connectionId, reason: definition.reason, isClosed });
  if (isClosed) {
    await removeGone(member, { members, timing, log });
  }
  return isClosed;
}

function sum(numbers: number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

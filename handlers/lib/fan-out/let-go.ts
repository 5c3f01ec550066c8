import { type ClosingDefinition, closingFrame, closings } from "../../protocol/index.ts";
import { errorName } from "../log.ts";
import type { Member } from "../members/member.ts";
import type { MemberTable } from "../members/member-table.ts";
import type { Delivery, IndexedEvent } from "./audience.ts";
import { concurrentPosts, type DeliveryResult, postDeadlineMs } from "./deliver.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { Payload } from "./payload.ts";
import type { RoomBatchOptions } from "./room-batch.ts";

/** A connection is not live until `connect` has answered, so a 410 for a younger row proves nothing. */
const goneAfterMs = 30_000;
/** From this share of throttled posts on, it is the account that is throttled, not a connection. */
const accountThrottledShare = 0.01;

/** What closing needs. */
export interface ClosingServices extends Pick<RoomBatchOptions, "connections" | "timing" | "log"> {
  members: Pick<MemberTable, "remove">;
}

/** A delivery, and how it went. */
export interface Served {
  delivery: Delivery;
  result: DeliveryResult;
}

/** What became of a delivery in the end. */
export type Ending =
  | { kind: "done" | "gone" | "closed" }
  /** Records have to be tried again, from this position on. */
  | { kind: "failed"; failedIndex: number };

/**
 * Ends connections whose token has expired, members or not. One that is not closed fails no record:
 * nothing is delivered to it, and it is tried again with the room's next batch.
 *
 * @param unreached Connections that are left to {@link letGo}.
 * @returns How many were closed.
 */
export async function closeExpired(
  events: readonly IndexedEvent[],
  expired: readonly Member[],
  unreached: ReadonlySet<string>,
  options: RoomBatchOptions,
  endsAt: number,
): Promise<number> {
  const targets = new Map<string, Member | undefined>();
  for (const { event } of events) {
    if (event.kind === "expired") {
      targets.set(event.connectionId, undefined);
    }
  }
  for (const member of expired) {
    targets.set(member.connectionId, member);
  }
  for (const connectionId of unreached) {
    targets.delete(connectionId);
  }
  const closed = await mapConcurrently([...targets], concurrentPosts, ([connectionId, member]) =>
    closeConnection(connectionId, member, closings.tokenExpired, options, endsAt),
  );
  return closed.filter((isClosed) => isClosed).length;
}

/**
 * Who cannot be reached is let go, not skipped: told why, closed, removed. But while it is the
 * account that is throttled, or time has run out, nobody is; the records are tried again.
 */
export function letGo(
  served: readonly Served[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<Ending[]> {
  const posts = tallyPosts(served);
  return mapConcurrently(served, concurrentPosts, async ({ delivery, result }) => {
    if (result.outcome === "done") {
      return { kind: "done" };
    }
    const { connectionId, member } = delivery;
    if (result.outcome === "gone") {
      await removeGone(member, options);
      return { kind: "gone" };
    }
    const { failedIndex } = result;
    if (result.outcome === "out-of-time" || isAccountThrottled(posts, result)) {
      return { kind: "failed", failedIndex };
    }
    const isClosed = await closeConnection(
      connectionId,
      member,
      closings.unreachable,
      options,
      endsAt,
    );
    return isClosed ? { kind: "closed" } : { kind: "failed", failedIndex };
  });
}

interface Tally {
  posts: number;
  throttled: number;
}

/** All attempts of a broadcast: of everybody, and of those who were reached in the end. */
interface Posts {
  all: Tally;
  reached: Tally;
}

function tallyPosts(served: readonly Served[]): Posts {
  const tally = (results: readonly DeliveryResult[]): Tally => ({
    posts: sum(results.map(({ posts }) => posts)),
    throttled: sum(results.map(({ throttled }) => throttled)),
  });
  const results = served.map(({ result }) => result);
  return { all: tally(results), reached: tally(results.filter(isReached)) };
}

/**
 * Judged by the posts to connections that were reached in the end: one whose buffer stays full is
 * throttled, too, and two of those must not protect each other.
 */
function isAccountThrottled({ all, reached }: Posts, own: DeliveryResult): boolean {
  const { posts, throttled } =
    reached.posts > 0
      ? reached
      : { posts: all.posts - own.posts, throttled: all.throttled - own.throttled };
  return throttled > 0 && throttled >= posts * accountThrottledShare;
}

function isReached({ outcome }: DeliveryResult): boolean {
  return outcome === "done";
}

/** A 410 proves nothing for a young row; what became of its connection the next batch will show. */
async function removeGone(
  member: Member | undefined,
  { members, timing, log }: Omit<ClosingServices, "connections">,
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
export async function closeConnection(
  connectionId: string,
  member: Member | undefined,
  definition: ClosingDefinition,
  { connections, members, timing, log }: ClosingServices,
  endsAt = Number.POSITIVE_INFINITY,
): Promise<boolean> {
  if (timing.now() > endsAt) {
    return false;
  }
  const payload = new Payload(JSON.stringify(closingFrame(definition)));
  await connections.post(connectionId, payload, postDeadlineMs);
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

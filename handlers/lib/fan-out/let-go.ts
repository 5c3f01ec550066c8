import { type ClosingDefinition, closingFrame, closings } from "../../protocol/index.ts";
import { errorName } from "../log.ts";
import type { Member } from "../members/member.ts";
import type { MemberTable } from "../members/member-table.ts";
import type { IndexedEvent } from "./audience.ts";
import { concurrentPosts, postDeadlineMs } from "./deliver.ts";
import { FaultFinder, type Served } from "./fault.ts";
import { mapConcurrently } from "./map-concurrently.ts";
import { Payload } from "./payload.ts";
import type { RoomBatchOptions } from "./room-batch.ts";

/** A connection is not live until `connect` has answered, so a 410 for a younger row proves nothing. */
const goneAfterMs = 30_000;

/** What closing needs. */
export interface ClosingServices extends Pick<RoomBatchOptions, "connections" | "timing" | "log"> {
  members: Pick<MemberTable, "remove">;
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
 * Who cannot be reached is let go, not skipped: told why, closed, removed. But while it is the account
 * that is throttled, or the service that fails, or time has run out, nobody is; the records are tried
 * again.
 */
export function letGo(
  served: readonly Served[],
  options: RoomBatchOptions,
  endsAt: number,
): Promise<Ending[]> {
  const faults = new FaultFinder(served);
  return mapConcurrently(served, concurrentPosts, async (one) => {
    const { delivery, result } = one;
    if (result.outcome === "done") {
      return { kind: "done" };
    }
    const { connectionId, member } = delivery;
    if (result.outcome === "gone") {
      await removeGone(member, options);
      return { kind: "gone" };
    }
    const { failedIndex } = result;
    if (result.outcome === "out-of-time" || !faults.isOfConnection(one)) {
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

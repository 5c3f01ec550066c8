import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";
import { flightsOf } from "../sends.ts";

/**
 * Within a connection `seq` only grows, but for what comes again after a fault: what it has heard, and
 * changes of a user that the `welcome` held already, or of which a later one was told in their place;
 * and what one sender sent, each after the acknowledgement of the one before, is in that order.
 */
export const oneOrder: Check = ({ connections, rooms, history }) => {
  const hadFaults = history.strikes.size > 0;
  return connections.flatMap((connection) => [
    ...outOfOrder(connection, hadFaults),
    ...sentOutOfOrder(connection, rooms.get(connection.room) ?? []),
  ]);
};

function outOfOrder(
  { name, heard, welcomeSeq = "" }: ConnectionFacts,
  hadFaults: boolean,
): string[] {
  const seen = new Set<string>();
  /** By user, the last change that was told. */
  const told = new Map<string, string>();
  let last = "";
  const violations: string[] = [];
  for (const event of heard) {
    if (!("seq" in event)) continue;
    const { seq, type } = event;
    const isOutdated = type === "presence" && seq < (told.get(event.user) ?? welcomeSeq);
    if (seq > last) {
      last = seq;
    } else if (!hadFaults) {
      violations.push(`${name} heard ${type} ${seq} again, and nothing had gone wrong.`);
    } else if (!seen.has(seq) && !isOutdated) {
      violations.push(`${name} heard ${type} ${seq} after ${last}, for the first time.`);
    }
    seen.add(seq);
    if (type === "presence" && !isOutdated) told.set(event.user, seq);
  }
  return violations;
}

function sentOutOfOrder(connection: ConnectionFacts, log: readonly LogEntry[]): string[] {
  let last = "";
  return flightsOf(connection, log).flatMap(({ sends }) => {
    const seqs = sends.flatMap(({ entry }) => (entry === undefined ? [] : [entry.seq])).sort();
    const [first = last] = seqs;
    const violations =
      first < last ? [`${connection.name} sent ${first} after ${last} was acknowledged.`] : [];
    last = seqs.at(-1) ?? last;
    return violations;
  });
}

import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";
import type { Heard } from "../heard.ts";
import { flightsOf } from "../sends.ts";

/** Fan-out may be at work on what was sent before an expiry until its timeout, milliseconds. */
const functionTimeout = 30_000;

/** Nothing is delivered to, or accepted from, who may not, or may no longer. */
export const authorised: Check = ({ connections, rooms, history }) =>
  connections.flatMap((connection) => {
    const log = rooms.get(connection.room) ?? [];
    return [
      ...deliveredTo(connection, log),
      ...acceptedFrom(connection, log, connections),
      ...(connection.endedAt === Number.POSITIVE_INFINITY &&
      connection.expiresAt < history.lastProbeAt
        ? [`${connection.name} is still open, although its token has expired.`]
        : []),
    ];
  });

function deliveredTo(connection: ConnectionFacts, log: readonly LogEntry[]): string[] {
  const { name, plan, expiresAt, heard } = connection;
  const sentAt = new Map(log.map(({ seq, message }) => [seq, message.sentAt]));
  const isRooms = ({ type }: Heard) =>
    type === "message" || type === "presence" || type === "members";
  return heard.flatMap((event) => {
    if (!("seq" in event)) return [];
    const what = `${event.type} ${event.seq}`;
    if (isRooms(event) && !plan.rights.subscribe) {
      return [`${name} heard ${what} without the right to subscribe.`];
    }
    if ((sentAt.get(event.seq) ?? 0) >= expiresAt) {
      return [`${name} heard ${what}, which was sent after its token had expired.`];
    }
    if (event.heardAt > expiresAt + functionTimeout) {
      const late = (event.heardAt - expiresAt) / 1000;
      return [`${name} heard ${what} ${late} s after its token had expired.`];
    }
    return [];
  });
}

function acceptedFrom(
  connection: ConnectionFacts,
  log: readonly LogEntry[],
  connections: readonly ConnectionFacts[],
): string[] {
  const { name, plan, expiresAt } = connection;
  return flightsOf(connection, log).flatMap(({ sends }) =>
    sends.flatMap(({ at, entry }) => {
      if (entry === undefined) return [];
      if (!plan.rights.publish) return [`${name} published ${entry.seq} without the right to.`];
      if (at < expiresAt) return [];
      return connections
        .filter(({ heard }) => heard.some((event) => "seq" in event && event.seq === entry.seq))
        .map((other) => `${other.name} heard ${entry.seq} of ${name}, whose token had expired.`);
    }),
  );
}

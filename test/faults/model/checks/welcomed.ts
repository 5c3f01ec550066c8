import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";

/** How often a welcome is tried while it is answered by 410. */
const attempts = 6;

/**
 * Who is still open has had a `welcome`: all but those whose handshake outlasted all attempts, or even
 * their being let go (docs/adr/0004-welcome-is-best-effort.md), or whose joining is a dead letter.
 */
export const welcomed: Check = ({ connections, rooms }) =>
  connections
    .filter((connection) => {
      const isOpen = connection.endedAt === Number.POSITIVE_INFINITY;
      return isOpen && connection.welcomeSeq === undefined && !isExcused(connection, rooms);
    })
    .map(({ name, room }) => `${name} is connected to ${room} and never had its welcome.`);

function isExcused(
  { connectionId, room, lost, treatment }: ConnectionFacts,
  rooms: ReadonlyMap<string, readonly LogEntry[]>,
): boolean {
  const joined = (rooms.get(room) ?? []).filter(
    ({ meaning }) =>
      meaning.kind === "changes" &&
      meaning.changes.some(
        (change) => change.kind === "joined" && change.connectionId === connectionId,
      ),
  );
  const isGivenUp = treatment.goneAnswers >= attempts || treatment.deletedTooEarly;
  return (
    joined.length > 0 && (isGivenUp || joined.every(({ isDead, seq }) => isDead || lost.has(seq)))
  );
}

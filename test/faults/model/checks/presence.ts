import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";

/**
 * At the end every subscriber who was told that there is presence knows who is how often in its room, as
 * the table has it: by its last `welcome` or `members`, and what came after it. Of a user whose last
 * change is a dead letter nothing is promised.
 */
export const presence: Check = ({ connections, rooms, history }) =>
  connections.flatMap((connection) => {
    const { name, room, endedAt, welcomeSeq, plan, isListLost } = connection;
    if (
      endedAt !== Number.POSITIVE_INFINITY ||
      welcomeSeq === undefined ||
      !plan.rights.subscribe
    ) {
      return [];
    }
    const rows = history.rows.filter((row) => row.room === room);
    const known = knownBy(connection);
    if (known === undefined || isListLost) return [];
    const untold = lastChangeIsDead(rooms.get(room) ?? []);
    const users = new Set([...rows.map(({ user }) => user), ...known.keys()]);
    return [...users].flatMap((user) => {
      const count = rows.filter((row) => row.user === user).length;
      const told = known.get(user) ?? 0;
      return count === told || untold.has(user)
        ? []
        : [`${name} believes that ${user} has ${told} connections in ${room}; it is ${count}.`];
    });
  });

/**
 * What a client knows that drops a `seq` that is not above the last one, as the protocol asks it to.
 * Undefined: it was told that there is no presence.
 */
export function knownBy({ heard }: ConnectionFacts): Map<string, number> | undefined {
  let known: Map<string, number> | undefined = new Map();
  let last = "";
  for (const event of heard) {
    if (!("seq" in event) || event.seq <= last) continue;
    last = event.seq;
    if (event.type === "welcome" || event.type === "members") {
      const { presence, members } = event;
      known = presence
        ? new Map(members.map(({ user, connections }) => [user, connections]))
        : undefined;
    } else if (event.type === "presence") {
      known?.set(event.user, event.connections);
    }
  }
  return known;
}

function lastChangeIsDead(log: readonly LogEntry[]): Set<string> {
  const users = new Map<string, boolean>();
  for (const { meaning, isDead } of log) {
    if (meaning.kind === "joined" || meaning.kind === "left") users.set(meaning.user, isDead);
  }
  return new Set([...users].filter(([, isDead]) => isDead).map(([user]) => user));
}

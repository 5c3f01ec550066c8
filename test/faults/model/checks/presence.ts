import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";
import type { LaneTask } from "../lane-tasks.ts";
import { presenceLimitOf } from "../schedule.ts";

/**
 * At the end every subscriber who was told that there is presence knows who is how often in its room, as
 * the table has it: by its last `welcome` or `members`, and what came after it; and who was told that
 * there is none is in a room of too many. Of a user whose last change is a dead letter nothing is promised.
 */
export const presence: Check = ({ connections, rooms, laneTasks, history }) =>
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
    const log = rooms.get(room) ?? [];
    if (isListLost) return [];
    if (known === undefined) {
      const tasks = laneTasks.filter((task) => task.room === room);
      return rows.length <= presenceLimitOf(history.schedule) && isServedAsAWhole(log, tasks)
        ? [`${name} believes that ${room} has no presence, and it has.`]
        : [];
    }
    const untold = lastChangeIsDead(log);
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
      const { presence, truncated, members } = event;
      const told = members.map(({ user, connections }) => [user, connections] as const);
      // Some of them only: of the others it says nothing.
      const others: Map<string, number> | undefined =
        truncated && event.type === "members" ? known : undefined;
      known = presence ? new Map([...(others ?? []), ...told]) : undefined;
    } else if (event.type === "presence") {
      known?.set(event.user, event.connections);
    }
  }
  return known;
}

/** A mark holds for an hour longer. */
const almostMarkMs = 5 * 3600_000;

/** Whether the last change of a room was told as it is where a room has presence, and not by its lanes. */
function isServedAsAWhole(log: readonly LogEntry[], tasks: readonly LaneTask[]): boolean {
  const inLanes = new Set(tasks.flatMap(({ events }) => events.map(({ seq }) => seq)));
  const last = log.findLastIndex(isChange);
  const isMessage = ({ meaning, isDead }: LogEntry) => meaning.kind === "message" && !isDead;
  const [before, change, after] = [
    log.slice(0, Math.max(0, last)).findLast(isMessage),
    log[last],
    log.slice(last).find(isMessage),
  ];
  if (change === undefined || change.isDead || after === undefined) return false;
  // Had the change been told by lanes, what came soon after it would have gone the same way.
  const isSoon = after.message.sentAt - change.message.sentAt < almostMarkMs;
  const wasWhole = before === undefined ? tasks.length === 0 : !inLanes.has(before.seq);
  return isSoon && wasWhole && !inLanes.has(after.seq);
}

function isChange({ meaning: { kind } }: LogEntry): boolean {
  return kind === "changes";
}

function lastChangeIsDead(log: readonly LogEntry[]): Set<string> {
  const users = new Map<string, boolean>();
  for (const { meaning, isDead } of log) {
    if (meaning.kind !== "changes") continue;
    for (const { user } of meaning.changes) users.set(user, isDead);
  }
  return new Set([...users].filter(([, isDead]) => isDead).map(([user]) => user));
}

import type { QueuedMessage } from "../world.ts";
import { type Heard, hear } from "./heard.ts";
import type { ConnectionHistory, History } from "./history.ts";
import { type LaneTask, laneOfUser, laneTasksOf } from "./lane-tasks.ts";
import { type Meaning, meaningOf } from "./meaning.ts";
import type { ClientPlan } from "./schedule.ts";

/** A history, read once for all checks. */
export interface Facts {
  history: History;
  /** Those whose handshake went through. */
  connections: readonly ConnectionFacts[];
  /** By room, in order. */
  rooms: ReadonlyMap<string, readonly LogEntry[]>;
  laneTasks: readonly LaneTask[];
}

/** A message of a room's log. */
export interface LogEntry {
  message: QueuedMessage;
  seq: string;
  meaning: Meaning;
  /** It lies in the dead-letter queue, so that nothing is promised of it. */
  isDead: boolean;
}

export interface ConnectionFacts extends ConnectionHistory {
  room: string;
  user: string;
  heard: readonly Heard[];
  /** Of its first `welcome`, from which on it is connected; undefined when none came. */
  welcomeSeq: string | undefined;
  /** The `seq` of what dead tasks of its lane hold: nothing of it is promised to this connection. */
  lost: ReadonlySet<string>;
  /** A list of members is among it. */
  isListLost: boolean;
  /** Epoch milliseconds at which it ended, from either side; infinity when it is open. */
  endedAt: number;
}

export function factsOf(history: History): Facts {
  const rooms = Map.groupBy(
    history.queued
      .toSorted((a, b) => (a.sequenceNumber < b.sequenceNumber ? -1 : 1))
      .map((message) => ({
        message,
        seq: message.sequenceNumber,
        meaning: meaningOf(message),
        isDead: history.deadLetters.has(message.messageId),
      })),
    ({ message }) => message.room,
  );
  const laneTasks = laneTasksOf(history.laneTasks, history.deadLetters);
  const deadTasks = laneTasks.filter(({ isDead }) => isDead);
  const connections = history.connections
    .filter(({ status }) => status === 101)
    .map((connection): ConnectionFacts => {
      const heard = hear(connection.received);
      const { closed, ended, plan } = connection;
      return {
        ...connection,
        room: plan.room,
        user: plan.user,
        heard,
        welcomeSeq: heard.find((event) => event.type === "welcome")?.seq,
        ...lostTo(plan, deadTasks),
        endedAt: Math.min(
          closed?.at ?? Number.POSITIVE_INFINITY,
          ended?.at ?? Number.POSITIVE_INFINITY,
        ),
      };
    });
  return { history, connections, rooms, laneTasks };
}

/** What dead tasks of its lane hold, of which nothing is promised to somebody. */
export function lostTo(
  { room, user }: Pick<ClientPlan, "room" | "user">,
  deadTasks: readonly LaneTask[],
): Pick<ConnectionFacts, "lost" | "isListLost"> {
  const own = deadTasks
    .filter((task) => task.room === room && task.lane === laneOfUser(user, task.lanes))
    .flatMap(({ events }) => events);
  return {
    lost: new Set(own.map(({ seq }) => seq)),
    isListLost: own.some(({ kind }) => kind === "members"),
  };
}

/** Something that a guarantee rules out. */
export interface Violation {
  /** The name of the check. */
  check: string;
  /** For a person: who, what, and what should have been. */
  sentence: string;
}

/** Judges whether one guarantee was kept; empty when it was. */
export type Check = (facts: Facts) => string[];

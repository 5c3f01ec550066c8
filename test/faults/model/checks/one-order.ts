import type { MembersFrame, PresenceFrame } from "../../../../handlers/protocol/index.ts";
import type { Check, ConnectionFacts, LogEntry } from "../facts.ts";
import type { Heard } from "../heard.ts";
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
  const told = new Told(welcomeSeq);
  let last = "";
  const violations: string[] = [];
  for (const event of heard) {
    if (!("seq" in event)) continue;
    const { seq, type } = event;
    const isOutdated = told.isOutdated(event);
    if (seq > last) {
      last = seq;
    } else if (!hadFaults) {
      violations.push(`${name} heard ${type} ${seq} again, and nothing had gone wrong.`);
    } else if (!seen.has(seq) && !isOutdated) {
      violations.push(`${name} heard ${type} ${seq} after ${last}, for the first time.`);
    }
    seen.add(seq);
    if (!isOutdated) told.add(event);
  }
  return violations;
}

/** What a connection has heard of who is in its room. */
class Told {
  /** Of the last list of everybody, or of nobody. */
  #list: string;
  readonly #users = new Map<string, string>();

  constructor(welcomeSeq: string) {
    this.#list = welcomeSeq;
  }

  /** Whether it is about nobody of whom it does not tell something older than what was told. */
  isOutdated(event: Heard): boolean {
    if (event.type !== "presence" && event.type !== "members") return false;
    const { seq } = event;
    return isList(event)
      ? seq < this.#list
      : usersOf(event).every((user) => seq < (this.#users.get(user) ?? this.#list));
  }

  add(event: Heard): void {
    if (event.type !== "presence" && event.type !== "members") return;
    if (isList(event)) {
      this.#list = event.seq;
      this.#users.clear();
    }
    for (const user of usersOf(event)) this.#users.set(user, event.seq);
  }
}

function isList(event: PresenceFrame | MembersFrame): boolean {
  return event.type === "members" && !(event.truncated && event.presence);
}

function usersOf(event: PresenceFrame | MembersFrame): string[] {
  return event.type === "presence" ? [event.user] : event.members.map(({ user }) => user);
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

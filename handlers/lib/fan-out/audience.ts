import {
  type MembersFrame,
  maxFrameBytes,
  type PresenceFrame,
  type RoomMember,
  type WelcomeFrame,
} from "../../protocol/index.ts";
import type { Member } from "../members/member.ts";
import { coalesce, type EncodedEvent, type Frame } from "./frames.ts";
import type { RoomEvent } from "./room-event.ts";

/** What one connection is to be sent. */
export interface Delivery {
  connectionId: string;
  /** Undefined for a sender who is no longer in the room, or may hear no more of it, but for an error. */
  member: Member | undefined;
  frames: Frame[];
  /** It has just joined: its handshake may not have ended, so its first posts are tried again. */
  isJoining: boolean;
}

/** An event, with its place among those of its batch. */
export interface IndexedEvent {
  index: number;
  event: RoomEvent;
}

/**
 * Who in a room is to hear what of a batch. What everybody hears is encoded once. Presence is counted
 * here, from a list of members that was read after the batch: so the last word on a user is right,
 * whatever the order of the stream.
 */
export class Audience {
  readonly #room: string;
  readonly #hasPresence: boolean;
  readonly #users: RoomMember[];
  readonly #joins: ReadonlyMap<string, { index: number; seq: string }>;
  readonly #answers: Map<string, EncodedEvent[]>;
  readonly #shared: SharedEvents;
  readonly #common: Frame[];

  /** @param everybody All members of the room; undefined: there is no presence. */
  constructor(
    room: string,
    events: readonly IndexedEvent[],
    everybody: readonly Member[] | undefined,
  ) {
    this.#room = room;
    this.#hasPresence = everybody !== undefined;
    this.#users = usersAmong(everybody ?? []);
    this.#joins = joinsIn(events);
    this.#answers = answersIn(events);
    this.#shared = encodeShared(events, everybody && countsOf(everybody));
    this.#common = coalesce([...this.#shared.messages, ...this.#shared.presence].sort(byIndex));
  }

  /** What a member is to be sent; each is asked for once. */
  deliveryTo(member: Member): Delivery {
    const { connectionId } = member;
    const join = this.#joins.get(connectionId);
    const answers = this.#answers.get(connectionId) ?? [];
    this.#answers.delete(connectionId);
    if (join === undefined && answers.length === 0) {
      const frames = member.subscribe ? this.#common : [];
      return { connectionId, member, frames, isJoining: false };
    }
    const welcome =
      join === undefined ? [] : [{ index: join.index, text: this.#welcome(join.seq, member) }];
    // The welcome has the counts of all that stands before it; but it may come again, in another
    // batch, and then its client knows it: so nothing else is left out.
    const { messages, presence } = this.#shared;
    const heard = member.subscribe
      ? [...messages, ...presence.filter((told) => join === undefined || isBehind(told, join))]
      : [];
    return {
      connectionId,
      member,
      frames: coalesce([...heard, ...answers, ...welcome].sort(byIndex)),
      isJoining: join !== undefined,
    };
  }

  /** What is still to be answered to senders who were not among the members. */
  deliveriesToAbsent(): Delivery[] {
    return [...this.#answers].map(([connectionId, answers]) => ({
      connectionId,
      member: undefined,
      frames: coalesce(answers),
      isJoining: false,
    }));
  }

  #welcome(seq: string, { connectionId, subscribe }: Member): string {
    const presence = this.#hasPresence && subscribe;
    const frame: WelcomeFrame = {
      type: "welcome",
      seq,
      room: this.#room,
      connectionId,
      members: [],
      truncated: !presence,
      presence,
    };
    return presence ? withMembers(frame, this.#users) : JSON.stringify(frame);
  }
}

interface SharedEvents {
  messages: EncodedEvent[];
  presence: EncodedPresence[];
}

interface EncodedPresence extends EncodedEvent {
  seq: string;
}

/** What is told of in one record has one number: who joined in it has heard that by the welcome. */
function isBehind(told: EncodedPresence, join: { index: number; seq: string }): boolean {
  return told.index > join.index && told.seq !== join.seq;
}

function byIndex(a: EncodedEvent, b: EncodedEvent): number {
  return a.index - b.index;
}

function joinsIn(
  events: readonly IndexedEvent[],
): ReadonlyMap<string, { index: number; seq: string }> {
  return new Map(
    events.flatMap(({ index, event }) =>
      event.kind === "joined" ? [[event.change.connectionId, { index, seq: event.seq }]] : [],
    ),
  );
}

/** Errors, by the connection that they are for. */
function answersIn(events: readonly IndexedEvent[]): Map<string, EncodedEvent[]> {
  const answers = events.flatMap(({ index, event }) =>
    event.kind === "rejected" || event.kind === "expired" ? [{ index, ...event }] : [],
  );
  return Map.groupBy(answers, ({ connectionId }) => connectionId);
}

/**
 * What does not depend on who hears it. A user who changed more than once is told of once, last; and
 * nobody by name where the whole list is told.
 */
function encodeShared(
  events: readonly IndexedEvent[],
  counts: Map<string, number> | undefined,
): SharedEvents {
  const messages: EncodedEvent[] = [];
  const lists: EncodedPresence[] = [];
  const lastChanges = new Map<string, { index: number; seq: string }>();
  for (const { index, event } of events) {
    const { kind, seq } = event;
    if (kind === "message") {
      messages.push({ index, text: event.text });
    } else if (kind === "members") {
      lists.push({ index, seq, text: event.text });
    } else if (kind === "joined" || kind === "left") {
      lastChanges.set(event.change.user, { index, seq });
    }
  }
  const presence = counts === undefined || lists.length > 0 ? lists : tellOf(lastChanges, counts);
  return { messages, presence };
}

/** A frame for each record: its users share a number, and clients drop what has one already seen. */
function tellOf(
  lastChanges: ReadonlyMap<string, { index: number; seq: string }>,
  counts: ReadonlyMap<string, number>,
): EncodedPresence[] {
  return [...Map.groupBy(lastChanges, ([, { seq }]) => seq)].map(([seq, changes]) => {
    const members = changes.map(([user]) => ({ user, connections: counts.get(user) ?? 0 }));
    const [first, second] = members;
    const frame: PresenceFrame | MembersFrame =
      first !== undefined && second === undefined
        ? { type: "presence", seq, ...first }
        : { type: "members", seq, members, truncated: true, presence: true };
    const index = Math.max(...changes.map(([, change]) => change.index));
    return { index, seq, text: JSON.stringify(frame) };
  });
}

function countsOf(members: readonly Member[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { user } of members) {
    counts.set(user, (counts.get(user) ?? 0) + 1);
  }
  return counts;
}

/** Every user among the members, with the number of connections. */
export function usersAmong(members: readonly Member[]): RoomMember[] {
  return [...countsOf(members)].map(([user, connections]) => ({ user, connections }));
}

/** As many of the users as fit into the frame, encoded. */
export function withMembers(
  frame: WelcomeFrame | MembersFrame,
  users: readonly RoomMember[],
): string {
  // The word "false" is the longest that `truncated` can become.
  let bytes = Buffer.byteLength(JSON.stringify(frame));
  const members = users.filter((user) => {
    bytes += Buffer.byteLength(JSON.stringify(user)) + 1;
    return bytes <= maxFrameBytes;
  });
  return JSON.stringify({ ...frame, members, truncated: members.length < users.length });
}

import {
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

export interface IndexedEvent {
  index: number;
  event: RoomEvent;
}

/**
 * Who in a room is to hear what of a batch. Presence is counted here, from a list of members that
 * was read after the batch: so the last word on a user is right, whatever the order of the stream.
 *
 * @param presenceLimit In rooms of more connections than this there is no presence.
 */
export function deliveriesOf(
  room: string,
  events: readonly IndexedEvent[],
  members: readonly Member[],
  presenceLimit: number,
): Delivery[] {
  const hasPresence = members.length <= presenceLimit;
  const joins = joinsIn(events);
  const shared = encodeShared(events, hasPresence ? countsOf(members) : undefined);
  const rejections = Map.groupBy(
    events.flatMap(({ index, event }) =>
      event.kind === "rejected" || event.kind === "expired" ? [{ index, ...event }] : [],
    ),
    ({ connectionId }) => connectionId,
  );
  const users = hasPresence ? usersOf(members) : [];

  // Nearly everybody hears the same, so the frames are made once.
  const common = coalesce([...shared.messages, ...shared.presence].sort(byIndex));
  const deliveries = members.map((member): Delivery => {
    const { connectionId } = member;
    const join = joins.get(connectionId);
    const own: EncodedEvent[] = rejections.get(connectionId) ?? [];
    rejections.delete(connectionId);
    if (join === undefined && own.length === 0) {
      return { connectionId, member, frames: member.subscribe ? common : [], isJoining: false };
    }
    // The welcome has the counts of all that stands before it; but it may come again, in another
    // batch, and then its client knows it: so nothing else is left out.
    const heard = member.subscribe
      ? [...shared.messages, ...shared.presence.filter(({ index }) => index > (join?.index ?? -1))]
      : [];
    const welcome =
      join === undefined
        ? []
        : [{ index: join.index, text: welcomeText(room, join.seq, member, users, hasPresence) }];
    return {
      connectionId,
      member,
      frames: coalesce([...heard, ...own, ...welcome].sort(byIndex)),
      isJoining: join !== undefined,
    };
  });
  for (const [connectionId, own] of rejections) {
    deliveries.push({ connectionId, member: undefined, frames: coalesce(own), isJoining: false });
  }
  return deliveries;
}

function byIndex(a: EncodedEvent, b: EncodedEvent): number {
  return a.index - b.index;
}

function joinsIn(events: readonly IndexedEvent[]): Map<string, { index: number; seq: string }> {
  return new Map(
    events.flatMap(({ index, event }) =>
      event.kind === "joined" ? [[event.change.connectionId, { index, seq: event.seq }]] : [],
    ),
  );
}

/** What does not depend on who hears it. A user who changed more than once is told of once, last. */
function encodeShared(
  events: readonly IndexedEvent[],
  counts: Map<string, number> | undefined,
): { messages: EncodedEvent[]; presence: EncodedEvent[] } {
  const messages: EncodedEvent[] = [];
  const presence = new Map<string, EncodedEvent>();
  for (const { index, event } of events) {
    if (event.kind === "message") {
      messages.push({ index, text: event.text });
    } else if ((event.kind === "joined" || event.kind === "left") && counts !== undefined) {
      const { user } = event.change;
      const connections = counts.get(user) ?? 0;
      const frame: PresenceFrame = { type: "presence", seq: event.seq, user, connections };
      presence.set(user, { index, text: JSON.stringify(frame) });
    }
  }
  return { messages, presence: [...presence.values()] };
}

function countsOf(members: readonly Member[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { user } of members) {
    counts.set(user, (counts.get(user) ?? 0) + 1);
  }
  return counts;
}

function usersOf(members: readonly Member[]): RoomMember[] {
  return [...countsOf(members)].map(([user, connections]) => ({ user, connections }));
}

function welcomeText(
  room: string,
  seq: string,
  { connectionId, subscribe }: Member,
  users: RoomMember[],
  hasPresence: boolean,
): string {
  const presence = hasPresence && subscribe;
  const frame: WelcomeFrame = {
    type: "welcome",
    seq,
    room,
    connectionId,
    members: [],
    truncated: !presence,
    presence,
  };
  if (!presence) {
    return JSON.stringify(frame);
  }
  // The word "false" is the longest that `truncated` can become.
  let bytes = Buffer.byteLength(JSON.stringify(frame));
  const fitting = users.filter((user) => {
    bytes += Buffer.byteLength(JSON.stringify(user)) + 1;
    return bytes <= maxFrameBytes;
  });
  frame.members = fitting;
  frame.truncated = fitting.length < users.length;
  return JSON.stringify(frame);
}

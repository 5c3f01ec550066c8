import type { MembersFrame } from "../../protocol/index.ts";
import type { Member } from "../members/member.ts";
import type { PresenceTold } from "../members/room-items.ts";
import { type IndexedEvent, usersAmong, withMembers } from "./audience.ts";

/**
 * A room that has grown over the limit of presence is told that it has none from now on; and when it
 * is below again, who is there. So nobody goes on showing a list that has long been wrong.
 *
 * @param everybody All members; undefined where there is no presence.
 * @param told What the room was told last.
 * @returns The events with that frame at the last join or leave, and whether it was added.
 */
export function switchPresence(
  events: readonly IndexedEvent[],
  everybody: readonly Member[] | undefined,
  told: PresenceTold,
): { events: readonly IndexedEvent[]; hasSwitched: boolean } {
  const last = events.findLast(({ event }) => isMembershipChange(event));
  const isOff = everybody === undefined;
  const now = isOff ? "off" : "on";
  if (last === undefined || told === now) {
    return { events, hasSwitched: false };
  }
  const { index, event } = last;
  const { seq } = event;
  const frame: MembersFrame = {
    type: "members",
    seq,
    members: [],
    truncated: isOff,
    presence: !isOff,
  };
  const text =
    everybody === undefined ? JSON.stringify(frame) : withMembers(frame, usersAmong(everybody));
  const added: IndexedEvent = { index, event: { kind: "members", seq, text } };
  return {
    events: events.flatMap((one) => (one === last ? [one, added] : [one])),
    hasSwitched: true,
  };
}

/** Whether it is a join or a leave. */
export function isMembershipChange({ kind }: IndexedEvent["event"]): boolean {
  return kind === "joined" || kind === "left";
}

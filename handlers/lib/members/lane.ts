/**
 * A large room is served in lanes: fixed, equal slices of the space of user hashes, each with an
 * order of its own. All connections of a user are in one lane.
 */
export interface Lane {
  /** From 0 to one less than `lanes`. */
  lane: number;
  lanes: number;
}

/** The characters that a hash begins with, in the order of sort keys. */
const alphabet = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz";
/** Sorts behind every character of a hash. */
const behindAll = "~";
/** No room has it in its name. */
const separator = "#";

/** The lane of a user in a room of so many lanes. */
export function laneOf(userHash: string, lanes: number): number {
  return Math.floor((alphabet.indexOf(userHash.charAt(0)) * lanes) / alphabet.length);
}

/** Between which sort keys the members of a lane are, both included. */
export function sortKeysOf({ lane, lanes }: Lane): { from: string; to: string } {
  const width = alphabet.length / lanes;
  const last = alphabet.charAt((lane + 1) * width - 1);
  return { from: alphabet.charAt(lane * width), to: last + behindAll };
}

/** The message group of a lane: its messages are delivered in order, beside those of other lanes. */
export function laneGroup(room: string, lane: number): string {
  return `${room}${separator}${lane}`;
}

/** Undefined for a group that is none of a lane. */
export function parseLaneGroup(group: string): { room: string; lane: number } | undefined {
  const [room, lane, more] = group.split(separator);
  return room && lane && /^\d{1,2}$/.test(lane) && more === undefined
    ? { room, lane: Number(lane) }
    : undefined;
}

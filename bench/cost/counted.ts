/** What was counted and measured, as the cost model needs it. */
export interface Counted {
  /** By members of the room, rising: what one message to it takes of Lambda, in billed milliseconds. */
  billed: { roomcast: readonly Point[]; usual: readonly Point[] };
  /** Read units for each member of a room, of a consistent Query of it. */
  readUnitsPerMember: number;
  /** Posts to each member for a burst of ten, where the poller takes what is there. */
  postsPerBurstOfTen: number;
  /** Invocations of fan-out for it. */
  batchesPerBurstOfTen: number;
  /** Above it, a room is served in so many lanes. */
  largeRoomMembers: number;
  lanes: number;
}

export interface Point {
  members: number;
  milliseconds: number;
}

/** Between measured sizes on a straight line, beyond them in proportion. @throws Error without points. */
export function at(points: readonly Point[], members: number): number {
  const above = points.findIndex((point) => point.members >= members);
  const [low, high] = above <= 0 ? [undefined, points[0]] : [points[above - 1], points[above]];
  const last = points.at(-1);
  if (last === undefined) throw new Error("Nothing was measured.");
  if (above === -1) return (last.milliseconds * members) / last.members;
  if (high === undefined) return last.milliseconds;
  if (low === undefined) return high.milliseconds;
  const share = (members - low.members) / (high.members - low.members);
  return low.milliseconds + share * (high.milliseconds - low.milliseconds);
}

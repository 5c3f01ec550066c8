import type { PresenceFrame } from "../../handlers/protocol/frames.ts";
import type { MembersChange } from "../types.ts";
import type { MembersFrame } from "./frames.ts";

export const nobody: MembersChange = { members: new Map(), presence: false, truncated: true };

/** The whole list anew: of a `welcome`, or later. */
export function listed({
  members,
  presence = true,
  truncated = false,
}: MembersFrame): MembersChange {
  return {
    members: new Map(members.map(({ user, connections }) => [user, connections])),
    presence,
    truncated,
  };
}

/**
 * One user has so many connections now, 0: has left. What came last is right, whatever its `seq`:
 * presence is counted as it is delivered, so a frame that comes again is newer than it was.
 */
export function changed(
  before: MembersChange,
  { user, connections }: PresenceFrame,
): MembersChange {
  const members = new Map(before.members);
  if (connections > 0) members.set(user, connections);
  else members.delete(user);
  return { ...before, members };
}

import type { MembersChange } from "../types.ts";
import type { MembersFrame } from "./frames.ts";

export const nobody: MembersChange = { members: new Map(), presence: false, truncated: true };

/**
 * What is known of members after a frame: of everybody, or, when it is truncated, of some more. Of 0
 * connections: has left. What came last is right, whatever its `seq`: presence is counted as it is
 * delivered, so a frame that comes again is newer than it was.
 */
export function listed(
  before: MembersChange,
  { members, presence = true, truncated = false }: MembersFrame,
): MembersChange {
  const isPart = truncated && presence;
  const list = new Map(isPart ? before.members : []);
  for (const { user, connections } of members) {
    if (connections > 0) list.set(user, connections);
    else list.delete(user);
  }
  return { members: list, presence, truncated: isPart ? before.truncated : truncated };
}

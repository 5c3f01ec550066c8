/** A connection in a room, as a row of the connections table. */
export interface Member {
  room: string;
  connectionId: string;
  user: string;
  userHash: string;
  /** Whether messages and presence are delivered to it. */
  subscribe: boolean;
  /** Epoch milliseconds. */
  connectedAt: number;
  /** Past it nothing is delivered; epoch seconds. */
  tokenExpiresAt: number;
}

export interface MemberKey {
  room: string;
  userHash: string;
  user: string;
  connectionId: string;
}

/** The connection limit of API Gateway (2 hours) plus a margin, in seconds: when a row may go. */
export const rowLifetimeSeconds = 2 * 3600 + 10 * 60;

const hashLength = 43;
const separator = "#";

/**
 * The sort key. A user's connections share a prefix, and the hash in front spreads the keys evenly.
 * Items that are not members start with `#`, which sorts before every hash.
 */
export function sortKeyOf({ userHash, user, connectionId }: Omit<MemberKey, "room">): string {
  return `${userPrefix({ userHash, user })}${connectionId}`;
}

export function userPrefix({ userHash, user }: { userHash: string; user: string }): string {
  return `${userHash}${separator}${user}${separator}`;
}

/** Reads a sort key again; undefined for an item that is not a member. A user id may hold `#`, the others never do. */
export function parseSortKey(key: string): Omit<MemberKey, "room"> | undefined {
  const last = key.lastIndexOf(separator);
  if (key.startsWith(separator) || key[hashLength] !== separator || last <= hashLength) {
    return undefined;
  }
  return {
    userHash: key.slice(0, hashLength),
    user: key.slice(hashLength + 1, last),
    connectionId: key.slice(last + 1),
  };
}

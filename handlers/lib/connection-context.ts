import { createHash } from "node:crypto";
import type { Rights } from "./authorization/rights.ts";

/**
 * What the authorizer hands to every later route of a connection. API Gateway turns each value
 * into a string. The templates read the same names (components/templates.ts).
 */
export interface ConnectionContext {
  room: string;
  user: string;
  /** See {@link hashOf}. */
  userHash: string;
  subscribe: "true" | "false";
  publish: "true" | "false";
  /** The token's expiry, epoch seconds. */
  expiresAt: string;
}

/** What a room says about one who holds a connection. */
export interface Identity {
  room: string;
  user: string;
  rights: Rights;
  /** Epoch seconds. */
  expiresAt: number;
}

export function contextOf({ room, user, rights, expiresAt }: Identity): ConnectionContext {
  return {
    room,
    user,
    userHash: hashOf(user),
    subscribe: rights.subscribe ? "true" : "false",
    publish: rights.publish ? "true" : "false",
    expiresAt: String(expiresAt),
  };
}

/**
 * 256 bits in 43 characters that need no escaping: spreads sort keys evenly, and fits with a
 * client's id of 64 into the 128 characters of a deduplication id.
 */
export function hashOf(user: string): string {
  return createHash("sha256").update(user).digest("base64url");
}

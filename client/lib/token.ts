import { rightsIn } from "../../handlers/lib/authorization/rights.ts";
import type { RoomOptions } from "../types.ts";
import type { Platform } from "./platform.ts";

/** What is read of a token, without verifying it: that is the server's business. */
export interface TokenFacts {
  /** What is left of its life, in milliseconds; infinite when it does not say. */
  remainingMs: number;
  /** False when it surely grants no `subscribe` in the room. */
  maySubscribe: boolean;
}

/** What can stand in a subprotocol, and so can be offered: three parts of Base64url. */
export function isToken(text: unknown): text is string {
  return typeof text === "string" && /^[\w-]+\.[\w-]+\.[\w-]+$/.test(text);
}

/**
 * Reads a token that the server has just believed, or is about to.
 *
 * The machine's clock may be wrong. A token that seems to have expired, though it was given for this
 * connection, counts by its whole lifetime (`exp` less `iat`), and none has more left than that.
 *
 * @param now epoch milliseconds
 */
export function readToken(token: string, room: string, now: number): TokenFacts {
  const claims = readClaims(token);
  const { exp, iat } = claims ?? {};
  if (claims === undefined || typeof exp !== "number") {
    return { remainingMs: Number.POSITIVE_INFINITY, maySubscribe: true };
  }
  const lifetime = typeof iat === "number" ? (exp - iat) * 1000 : Number.POSITIVE_INFINITY;
  const remaining = exp * 1000 - now;
  return {
    remainingMs: remaining > 0 ? Math.min(remaining, lifetime) : lifetime,
    maySubscribe: rightsIn(room, claims["rooms"]).subscribe,
  };
}

function readClaims(token: string): Record<string, unknown> | undefined {
  try {
    const payload = token.split(".")[1] ?? "";
    // Names of users may come out garbled; nothing but numbers and names of rooms is read.
    const claims = JSON.parse(atob(payload.replaceAll("-", "+").replaceAll("_", "/")));
    return typeof claims === "object" && claims !== null ? claims : undefined;
  } catch {
    return undefined;
  }
}

/** How long a token is waited for, in milliseconds. */
const askMs = 20_000;

/** A token; null when there is to be none any more; undefined when asking has failed. */
export function askToken(
  platform: Pick<Platform, "after">,
  ask: RoomOptions["token"],
): Promise<string | null | undefined> {
  return new Promise((resolve) => {
    const cancel = platform.after(askMs, () => resolve(undefined));
    const answer = (token: unknown) => {
      cancel();
      resolve(token === null || isToken(token) ? token : undefined);
    };
    // Whatever it throws is not told further: it may hold a token.
    Promise.resolve()
      .then(ask)
      .then(answer, () => answer(undefined));
  });
}

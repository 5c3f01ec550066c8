import { bearerPrefix } from "../../protocol/index.ts";

type Headers = Record<string, string | undefined> | null | undefined;

/**
 * Finds the token of a handshake: `Authorization: Bearer <jwt>`, or among the offered subprotocols
 * `bearer.<jwt>`, since browsers can set no header. API Gateway passes header names as the client
 * wrote them, so they are compared without regard to case.
 */
export function findToken(headers: Headers): string | undefined {
  const authorization = findHeader(headers, "authorization") ?? "";
  const token = /^Bearer +([^ ]+) *$/i.exec(authorization)?.[1];
  if (token !== undefined) {
    return token;
  }
  // A browser may send credentials of another kind for the host by itself.
  const bearer = offeredSubprotocols(headers).find((offer) => offer.startsWith(bearerPrefix));
  return bearer?.slice(bearerPrefix.length) || undefined;
}

/** The subprotocols that a client offered, in its order. */
export function offeredSubprotocols(headers: Headers): string[] {
  return (findHeader(headers, "sec-websocket-protocol") ?? "")
    .split(",")
    .map((offer) => offer.trim())
    .filter((offer) => offer !== "");
}

function findHeader(headers: Headers, lowerCaseName: string): string | undefined {
  return Object.entries(headers ?? {}).find(([name]) => name.toLowerCase() === lowerCaseName)?.[1];
}

import { subprotocol } from "../../protocol/index.ts";
import { offeredSubprotocols } from "../authorization/token.ts";
import type { ConnectionContext } from "../connection-context.ts";
import type { RouteEvent, RouteResult } from "../gateway-events.ts";
import type { Log } from "../log.ts";
import type { MemberTable } from "./member-table.ts";

export interface JoinOptions {
  members: Pick<MemberTable, "add" | "countOf">;
  /** More connections of one user in one room than this are refused with 429. */
  maximumConnectionsPerUser: number;
  log: Log;
}

/** `$connect`: puts the connection into its room, and answers the subprotocol where one was offered. */
export async function join(
  event: RouteEvent<ConnectionContext>,
  options: JoinOptions,
): Promise<RouteResult> {
  const { authorizer, connectionId, connectedAt } = event.requestContext;
  const { room, user, userHash } = authorizer;
  if (
    (await options.members.countOf(room, { user, userHash })) >= options.maximumConnectionsPerUser
  ) {
    const reason = "the user has too many connections in this room";
    options.log.warn({ event: "connection refused", status: 429, reason, connectionId });
    return { statusCode: 429 };
  }
  await options.members.add({
    room,
    connectionId,
    user,
    userHash,
    subscribe: authorizer.subscribe === "true",
    connectedAt,
    tokenExpiresAt: Number(authorizer.expiresAt),
  });
  return offeredSubprotocols(event.headers).includes(subprotocol)
    ? { statusCode: 200, headers: { "Sec-WebSocket-Protocol": subprotocol } }
    : { statusCode: 200 };
}

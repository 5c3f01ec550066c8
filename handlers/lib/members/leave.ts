import type { ConnectionContext } from "../connection-context.ts";
import type { RouteEvent, RouteResult } from "../gateway-events.ts";
import type { MemberTable } from "./member-table.ts";

/** `$disconnect`: takes the connection out of its room. The authorizer's context has the whole key. */
export async function leave(
  event: RouteEvent<ConnectionContext>,
  members: Pick<MemberTable, "remove">,
): Promise<RouteResult> {
  const { authorizer, connectionId } = event.requestContext;
  await members.remove({
    room: authorizer.room,
    userHash: authorizer.userHash,
    user: authorizer.user,
    connectionId,
  });
  return { statusCode: 200 };
}

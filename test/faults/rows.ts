import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { parseSortKey } from "../../handlers/lib/members/member.ts";
import type { Row } from "./world.ts";

/** The members among the items of the connections table. */
export function rowsIn(items: readonly Record<string, AttributeValue>[]): Row[] {
  return items.flatMap(({ room, member }) => {
    const key = parseSortKey(member?.S ?? "");
    return key === undefined || room?.S === undefined
      ? []
      : [{ room: room.S, user: key.user, connectionId: key.connectionId }];
  });
}

import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { parseSortKey } from "../../handlers/lib/members/member.ts";
import type { Row } from "./world.ts";

/** The cursors among the items of the connections table. */
export function cursorsIn(items: readonly Record<string, AttributeValue>[]): number {
  return items.filter(({ member }) => member?.S?.startsWith("#cursor")).length;
}

/** The members among the items of the connections table. */
export function rowsIn(items: readonly Record<string, AttributeValue>[]): Row[] {
  return items.flatMap(({ room, member }) => {
    const key = parseSortKey(member?.S ?? "");
    return key === undefined || room?.S === undefined
      ? []
      : [{ room: room.S, user: key.user, connectionId: key.connectionId }];
  });
}

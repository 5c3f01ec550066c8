import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { parseSortKey } from "../../handlers/lib/members/member.ts";
import type { Row } from "./world.ts";

/** The cursors among the items of the connections table. */
export function cursorsIn(items: readonly Record<string, AttributeValue>[]): number {
  return items.filter(({ member }) => member?.S?.startsWith("#cursor")).length;
}

/** The members among the items of the connections table, without those past their time to live. */
export function rowsIn(items: readonly Record<string, AttributeValue>[], now: number): Row[] {
  return items.flatMap(({ room, member, expiresAt }) => {
    const key = parseSortKey(member?.S ?? "");
    const isOver = Number(expiresAt?.N) * 1000 <= now;
    return key === undefined || room?.S === undefined || isOver
      ? []
      : [{ room: room.S, user: key.user, connectionId: key.connectionId }];
  });
}

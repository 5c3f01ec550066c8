import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientOptions } from "./lib/client-options.ts";
import type { ConnectionContext } from "./lib/connection-context.ts";
import { requiredEnvironment } from "./lib/environment.ts";
import type { RouteEvent, RouteResult } from "./lib/gateway-events.ts";
import { leave } from "./lib/members/leave.ts";
import { MemberTable } from "./lib/members/member-table.ts";

const members = new MemberTable({
  client: new DynamoDBClient(clientOptions),
  tableName: requiredEnvironment("TABLE_NAME"),
  now: () => Date.now(),
});

/** The `$disconnect` route. API Gateway calls it at best: rows also expire, and a 410 removes them. */
export function handler(event: RouteEvent<ConnectionContext>): Promise<RouteResult> {
  return leave(event, members);
}

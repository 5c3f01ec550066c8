import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientOptions } from "./lib/client-options.ts";
import type { ConnectionContext } from "./lib/connection-context.ts";
import { requiredEnvironment, requiredNumber } from "./lib/environment.ts";
import type { RouteEvent, RouteResult } from "./lib/gateway-events.ts";
import { log } from "./lib/log.ts";
import { join } from "./lib/members/join.ts";
import { MemberTable } from "./lib/members/member-table.ts";

const members = new MemberTable({
  client: new DynamoDBClient(clientOptions),
  tableName: requiredEnvironment("TABLE_NAME"),
  now: () => Date.now(),
});
const maximumConnectionsPerUser = requiredNumber("MAXIMUM_CONNECTIONS_PER_USER");

/** The `$connect` route. */
export function handler(event: RouteEvent<ConnectionContext>): Promise<RouteResult> {
  return join(event, { members, maximumConnectionsPerUser, log });
}

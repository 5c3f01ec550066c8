import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { clientOptions } from "./lib/client-options.ts";
import type { ConnectionContext } from "./lib/connection-context.ts";
import { requiredEnvironment, requiredNumber } from "./lib/environment.ts";
import { FunctionLog } from "./lib/function-log.ts";
import type { RouteEvent } from "./lib/gateway-events.ts";
import { join } from "./lib/members/join.ts";
import { MemberTable } from "./lib/members/member-table.ts";

const log = new FunctionLog(requiredEnvironment("POWERTOOLS_SERVICE_NAME"));
const members = new MemberTable({
  client: new DynamoDBClient(clientOptions),
  tableName: requiredEnvironment("TABLE_NAME"),
  now: () => Date.now(),
});
const maximumConnectionsPerUser = requiredNumber("MAXIMUM_CONNECTIONS_PER_USER");

/** The `$connect` route. */
export const handler = log.handler((event: RouteEvent<ConnectionContext>) =>
  join(event, { members, maximumConnectionsPerUser, log }),
);

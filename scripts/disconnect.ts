import { setTimeout as sleep } from "node:timers/promises";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { hashOf } from "../handlers/lib/connection-context.ts";
import { closeConnection } from "../handlers/lib/fan-out/let-go.ts";
import { sdkConnections } from "../handlers/lib/fan-out/sdk-connections.ts";
import { MemberTable } from "../handlers/lib/members/member-table.ts";
import { closings, maxUserBytes, roomPattern } from "../handlers/protocol/index.ts";
import { CommandError, readOptions, runCommand } from "./lib/command.ts";
import { readOutputs } from "./lib/outputs.ts";
import { stackClients } from "./lib/stack-clients.ts";

/**
 * Closes all connections of a user in a room: `npm run disconnect -- --room lobby --user mallory`, of
 * the laptop's running stack, or with `--outputs FILE` (what `pulumi stack output --json` prints) of a
 * deployed one. It is no ban: whoever holds a good token connects again.
 */
await runCommand(async () => {
  const { room, user, outputs } = readOptions({
    room: { type: "string" },
    user: { type: "string" },
    outputs: { type: "string" },
  });
  if (!room || !user) {
    throw new CommandError(
      "--room and --user are needed, for instance --room lobby --user mallory.",
    );
  }
  if (!roomPattern.test(room)) {
    throw new CommandError("--room takes 1 to 100 characters of A-Z a-z 0-9 _ - . :");
  }
  if (Buffer.byteLength(user) > maxUserBytes) {
    throw new CommandError(`--user is longer than ${maxUserBytes} bytes.`);
  }
  const stack = await readOutputs(outputs);
  const clients = stackClients(stack);
  const now = () => Date.now();
  const members = new MemberTable({
    client: new DynamoDBClient(clients.dynamoDb),
    tableName: stack.tableName,
    now,
  });
  const log = { info() {}, warn() {}, error() {} };
  const management = new ApiGatewayManagementApiClient({ ...clients.management, maxAttempts: 1 });
  const services = {
    connections: sdkConnections(management, { log, now }),
    members,
    timing: { now, sleep: (milliseconds: number) => sleep(milliseconds), random: Math.random },
    log,
  };
  const found = await members.ofUser(room, { user, userHash: hashOf(user) }).catch((error) => {
    throw new CommandError(`The table cannot be read: ${(error as Error).message}`);
  });
  const closed = await Promise.all(
    found.map((member) =>
      closeConnection(member.connectionId, member, closings.disconnected, services),
    ),
  );
  const count = closed.filter(Boolean).length;
  console.log(`closed ${count} of ${found.length} connections`);
  if (count < found.length) {
    throw new CommandError(`The others did not answer: run it again.`);
  }
});

import type { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ChangeMessageVisibilityBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBStreamEvent, SQSEvent, SQSRecord } from "aws-lambda";
import { authorize } from "../../../handlers/lib/authorization/authorize.ts";
import type { ConnectionContext } from "../../../handlers/lib/connection-context.ts";
import { fanOut } from "../../../handlers/lib/fan-out/fan-out.ts";
import { sdkConnections } from "../../../handlers/lib/fan-out/sdk-connections.ts";
import type { AuthorizerEvent, RouteEvent } from "../../../handlers/lib/gateway-events.ts";
import type { Log } from "../../../handlers/lib/log.ts";
import { join } from "../../../handlers/lib/members/join.ts";
import { leave } from "../../../handlers/lib/members/leave.ts";
import { MemberTable } from "../../../handlers/lib/members/member-table.ts";
import { announce } from "../../../handlers/lib/presence/announce.ts";
import { readUnsignedToken } from "./unsigned-token.ts";

/** What a handler has around it while it is in one invocation. */
export interface Surroundings {
  environment: Readonly<Record<string, string>>;
  dynamoDb: DynamoDBClient;
  sqs: SQSClient;
  /** The client for an endpoint. */
  management: (endpoint: string) => ApiGatewayManagementApiClient;
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
  random: () => number;
  log: Log;
  remainingMilliseconds: () => number;
}

/** Handles one event. */
// biome-ignore lint/suspicious/noExplicitAny: events are JSON, each handler knows its own
export type SimulatedHandler = (event: any, surroundings: Surroundings) => Promise<unknown>;

/**
 * The handlers, wired as the files in `handlers/` wire them, by the names of those. Where a file keeps
 * something from one invocation to the next it is only what keeps the log short.
 */
export const roomcastHandlers: Readonly<Record<string, SimulatedHandler>> = {
  authorize: (event: AuthorizerEvent, { log, now }) =>
    authorize(event, { verify: (token) => readUnsignedToken(token, now), log }),

  connect: (event: RouteEvent<ConnectionContext>, surroundings) =>
    join(event, {
      members: memberTable(surroundings),
      maximumConnectionsPerUser: Number(variable(surroundings, "MAXIMUM_CONNECTIONS_PER_USER")),
      log: surroundings.log,
    }),

  disconnect: (event: RouteEvent<ConnectionContext>, surroundings) =>
    leave(event, memberTable(surroundings)),

  presence: (event: DynamoDBStreamEvent, surroundings) =>
    announce(event.Records, {
      client: surroundings.sqs,
      queueUrl: variable(surroundings, "QUEUE_URL"),
      log: surroundings.log,
    }),

  "fan-out"(event: SQSEvent, surroundings) {
    const { management, now, sleep, random, log, remainingMilliseconds } = surroundings;
    const endpoint = variable(surroundings, "MANAGEMENT_ENDPOINT");
    return fanOut(
      event.Records,
      {
        connections: sdkConnections(management(endpoint), { log, now }),
        members: memberTable(surroundings),
        timing: { now, sleep, random },
        log,
        presenceLimit: Number(variable(surroundings, "PRESENCE_LIMIT")),
        postpone: (records, seconds) => postpone(records, seconds, surroundings),
        metrics: { publish() {} },
      },
      remainingMilliseconds(),
    );
  },
};

function memberTable(surroundings: Surroundings): MemberTable {
  const { dynamoDb: client, now } = surroundings;
  return new MemberTable({ client, tableName: variable(surroundings, "TABLE_NAME"), now });
}

/** As in `handlers/fan-out.ts`. */
async function postpone(
  records: readonly SQSRecord[],
  seconds: number,
  surroundings: Surroundings,
): Promise<void> {
  const { Failed = [] } = await surroundings.sqs.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: variable(surroundings, "QUEUE_URL"),
      Entries: records.map(({ receiptHandle }, index) => ({
        Id: String(index),
        ReceiptHandle: receiptHandle,
        VisibilityTimeout: seconds,
      })),
    }),
  );
  if (Failed.length > 0) {
    throw new Error(`SQS postponed all but ${Failed.length} records.`);
  }
}

function variable({ environment }: Surroundings, name: string): string {
  return environment[name] ?? missing(name);
}

function missing(name: string): never {
  throw new Error(`The environment variable ${name} is missing.`);
}

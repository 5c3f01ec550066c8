import type { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBStreamEvent, SQSEvent } from "aws-lambda";
import { authorize } from "../../../handlers/lib/authorization/authorize.ts";
import type { ConnectionContext } from "../../../handlers/lib/connection-context.ts";
import { fanOut } from "../../../handlers/lib/fan-out/fan-out.ts";
import { deliverLaneBatch } from "../../../handlers/lib/fan-out/lane-batch.ts";
import { lanePacer, roomPacer } from "../../../handlers/lib/fan-out/pacers.ts";
import { leanConnections } from "../../../handlers/lib/fan-out/posting/lean-connections.ts";
import { PostSigner } from "../../../handlers/lib/fan-out/posting/post-signer.ts";
import type { Transport } from "../../../handlers/lib/fan-out/posting/transport.ts";
import { postpone } from "../../../handlers/lib/fan-out/postpone.ts";
import { deliverRoomBatch } from "../../../handlers/lib/fan-out/room-batch.ts";
import { sdkConnections } from "../../../handlers/lib/fan-out/sdk-connections.ts";
import { sqsLanesQueue } from "../../../handlers/lib/fan-out/sqs-lanes-queue.ts";
import type { AuthorizerEvent, RouteEvent } from "../../../handlers/lib/gateway-events.ts";
import type { Log } from "../../../handlers/lib/log.ts";
import { join } from "../../../handlers/lib/members/join.ts";
import { leave } from "../../../handlers/lib/members/leave.ts";
import {
  MemberTable,
  type MemberTableOptions,
} from "../../../handlers/lib/members/member-table.ts";
import { RoomItems } from "../../../handlers/lib/members/room-items.ts";
import { announce } from "../../../handlers/lib/presence/announce.ts";
import { readUnsignedToken } from "./unsigned-token.ts";

/** What a handler has around it while it is in one invocation. */
export interface Surroundings {
  environment: Readonly<Record<string, string>>;
  dynamoDb: DynamoDBClient;
  sqs: SQSClient;
  /** The client for an endpoint. */
  management: (endpoint: string) => ApiGatewayManagementApiClient;
  posts: Transport;
  now: () => number;
  sleep: (milliseconds: number) => Promise<void>;
  random: () => number;
  log: Log;
  remainingMilliseconds: () => number;
  /** What its file keeps from one invocation in this environment to the next. */
  kept: Map<string, unknown>;
}

/** Nobody verifies what it signs. */
const key = { accessKeyId: "in-process", secretAccessKey: "in-process" };

/** Handles one event. */
// biome-ignore lint/suspicious/noExplicitAny: events are JSON, each handler knows its own
export type SimulatedHandler = (event: any, surroundings: Surroundings) => Promise<unknown>;

/**
 * The handlers, wired as the files in `handlers/` wire them, by the names of those. What is not kept here
 * from one invocation to the next keeps no more than the log short.
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
    const { management, posts, sqs, now, sleep, random, log, remainingMilliseconds } = surroundings;
    const endpoint = variable(surroundings, "MANAGEMENT_ENDPOINT");
    const [queueUrl, lanesQueueUrl] = ["QUEUE_URL", "LANES_QUEUE_URL"].map((name) =>
      variable(surroundings, name),
    ) as [string, string];
    const isOfLanes =
      event.Records[0]?.eventSourceARN === variable(surroundings, "LANES_QUEUE_ARN");
    const laneCount = Number(variable(surroundings, "LANE_COUNT"));
    const budget = { postsPerSecond: Number(variable(surroundings, "POSTS_PER_SECOND")), now };
    const pacer = isOfLanes
      ? keep(surroundings, "lane", () => lanePacer(laneCount, budget))
      : keep(surroundings, "room", () => roomPacer(budget));
    return fanOut(
      event.Records,
      {
        connections: leanConnections({
          signer: new PostSigner({ endpoint, region: "eu-west-1", credentials: () => key, now }),
          transport: posts,
          close: sdkConnections(management(endpoint), { log, now }).close,
          log,
          now,
        }),
        members: memberTable(surroundings),
        roomItems: new RoomItems(tableOptions(surroundings)),
        deliverBatch: isOfLanes ? deliverLaneBatch : deliverRoomBatch,
        pacer: pacer.begin(),
        timing: { now, sleep, random },
        log,
        presenceLimit: Number(variable(surroundings, "PRESENCE_LIMIT")),
        lanes: {
          largeRoomMembers: Number(variable(surroundings, "LARGE_ROOM_MEMBERS")),
          count: laneCount,
          queue: sqsLanesQueue(sqs, lanesQueueUrl),
        },
        postpone: (records, seconds) =>
          postpone(sqs, isOfLanes ? lanesQueueUrl : queueUrl, records, seconds),
        metrics: { publish() {} },
      },
      remainingMilliseconds(),
    );
  },
};

function keep<Thing>({ kept }: Surroundings, name: string, make: () => Thing): Thing {
  const thing = (kept.get(name) as Thing | undefined) ?? make();
  kept.set(name, thing);
  return thing;
}

function memberTable(surroundings: Surroundings): MemberTable {
  return new MemberTable(tableOptions(surroundings));
}

function tableOptions(surroundings: Surroundings): MemberTableOptions {
  const { dynamoDb: client, now } = surroundings;
  return { client, tableName: variable(surroundings, "TABLE_NAME"), now };
}

function variable({ environment }: Surroundings, name: string): string {
  return environment[name] ?? missing(name);
}

function missing(name: string): never {
  throw new Error(`The environment variable ${name} is missing.`);
}

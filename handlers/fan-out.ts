import { setTimeout as sleep } from "node:timers/promises";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { clientOptions } from "./lib/client-options.ts";
import { lambdaEnvironment, requiredEnvironment, requiredNumber } from "./lib/environment.ts";
import { environmentCredentials } from "./lib/environment-credentials.ts";
import { EmfMetrics } from "./lib/fan-out/emf-metrics.ts";
import { type FanOutOptions, fanOut } from "./lib/fan-out/fan-out.ts";
import { deliverLaneBatch } from "./lib/fan-out/lane-batch.ts";
import { lanePacer, roomPacer } from "./lib/fan-out/pacers.ts";
import { leanConnections } from "./lib/fan-out/posting/lean-connections.ts";
import { PooledTransport } from "./lib/fan-out/posting/pooled-transport.ts";
import { PostSigner } from "./lib/fan-out/posting/post-signer.ts";
import { postpone } from "./lib/fan-out/postpone.ts";
import { deliverRoomBatch } from "./lib/fan-out/room-batch.ts";
import { sdkConnections } from "./lib/fan-out/sdk-connections.ts";
import { sqsLanesQueue } from "./lib/fan-out/sqs-lanes-queue.ts";
import { FunctionLog } from "./lib/function-log.ts";
import { MemberTable } from "./lib/members/member-table.ts";
import { RoomItems } from "./lib/members/room-items.ts";

const service = requiredEnvironment("POWERTOOLS_SERVICE_NAME");
const log = new FunctionLog(service);
const sqs = new SQSClient(clientOptions);
const table = {
  client: new DynamoDBClient(clientOptions),
  tableName: requiredEnvironment("TABLE_NAME"),
  now,
};
const queueUrl = requiredEnvironment("QUEUE_URL");
const lanesQueueUrl = requiredEnvironment("LANES_QUEUE_URL");
const lanesQueueArn = requiredEnvironment("LANES_QUEUE_ARN");
// From the program, never from an event: behind a custom domain the event's name is another.
const endpoint = requiredEnvironment("MANAGEMENT_ENDPOINT");

const budget = { postsPerSecond: requiredNumber("POSTS_PER_SECOND"), now };
const laneCount = requiredNumber("LANE_COUNT");
/** They remember a throttled account for the next invocation in this environment. */
const pacers = { room: roomPacer(budget), lane: lanePacer(laneCount, budget) };

const metrics = new EmfMetrics({
  namespace: requiredEnvironment("POWERTOOLS_METRICS_NAMESPACE"),
  service,
  now,
});
const options: Omit<FanOutOptions, "pacer" | "metrics" | "deliverBatch" | "postpone"> = {
  connections: leanConnections({
    signer: new PostSigner({
      endpoint,
      region: lambdaEnvironment("AWS_REGION"),
      credentials: environmentCredentials,
      now,
    }),
    transport: new PooledTransport({ endpoint, now }),
    close: sdkConnections(
      new ApiGatewayManagementApiClient({
        endpoint,
        maxAttempts: 1,
        requestHandler: { httpsAgent: { maxSockets: 200 }, httpAgent: { maxSockets: 200 } },
      }),
      { log, now },
    ).close,
    log,
    now,
  }),
  members: new MemberTable(table),
  roomItems: new RoomItems(table),
  timing: { now, sleep: (milliseconds) => sleep(milliseconds), random: Math.random },
  log,
  presenceLimit: requiredNumber("PRESENCE_LIMIT"),
  lanes: {
    largeRoomMembers: requiredNumber("LARGE_ROOM_MEMBERS"),
    count: laneCount,
    queue: sqsLanesQueue(sqs, lanesQueueUrl),
  },
};

/** Reads the rooms queue and the lanes queue, and is the only one who posts to connections. */
export const handler = log.handler((event: SQSEvent, context) => {
  // All records of an event are from one queue.
  const isOfLanes = event.Records[0]?.eventSourceARN === lanesQueueArn;
  return fanOut(
    event.Records,
    {
      ...options,
      pacer: (isOfLanes ? pacers.lane : pacers.room).begin(),
      deliverBatch: isOfLanes ? deliverLaneBatch : deliverRoomBatch,
      postpone: (records, seconds) =>
        postpone(sqs, isOfLanes ? lanesQueueUrl : queueUrl, records, seconds),
      metrics: metrics.of(context.awsRequestId),
    },
    context.getRemainingTimeInMillis(),
  );
});

function now(): number {
  return Date.now();
}

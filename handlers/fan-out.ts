import { setTimeout as sleep } from "node:timers/promises";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ChangeMessageVisibilityBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import { clientOptions } from "./lib/client-options.ts";
import { requiredEnvironment, requiredNumber } from "./lib/environment.ts";
import { type FanOutOptions, fanOut } from "./lib/fan-out/fan-out.ts";
import { sdkConnections } from "./lib/fan-out/sdk-connections.ts";
import { log } from "./lib/log.ts";
import { MemberTable } from "./lib/members/member-table.ts";

const queue = new SQSClient(clientOptions);
const queueUrl = requiredEnvironment("QUEUE_URL");
const now = () => Date.now();

const options: FanOutOptions = {
  connections: sdkConnections(
    new ApiGatewayManagementApiClient({
      // From the program, never from an event: behind a custom domain the event's name is another.
      endpoint: requiredEnvironment("MANAGEMENT_ENDPOINT"),
      maxAttempts: 1,
      requestHandler: { httpsAgent: { maxSockets: 200 }, httpAgent: { maxSockets: 200 } },
    }),
    { log, now },
  ),
  members: new MemberTable({
    client: new DynamoDBClient(clientOptions),
    tableName: requiredEnvironment("TABLE_NAME"),
    now,
  }),
  timing: { now, sleep: (milliseconds) => sleep(milliseconds), random: Math.random },
  log,
  presenceLimit: requiredNumber("PRESENCE_LIMIT"),
  postpone,
};

/** Reads the rooms queue, and is the only one who posts to connections. */
export function handler(event: SQSEvent, context: Context): Promise<SQSBatchResponse> {
  return fanOut(event.Records, options, context.getRemainingTimeInMillis());
}

async function postpone(records: readonly SQSRecord[], seconds: number): Promise<void> {
  const { Failed = [] } = await queue.send(
    new ChangeMessageVisibilityBatchCommand({
      QueueUrl: queueUrl,
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

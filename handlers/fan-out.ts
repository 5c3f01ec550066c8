import { setTimeout as sleep } from "node:timers/promises";
import { ApiGatewayManagementApiClient } from "@aws-sdk/client-apigatewaymanagementapi";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { ChangeMessageVisibilityBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { SQSEvent, SQSRecord } from "aws-lambda";
import { clientOptions } from "./lib/client-options.ts";
import { requiredEnvironment, requiredNumber } from "./lib/environment.ts";
import { EmfMetrics } from "./lib/fan-out/emf-metrics.ts";
import { type FanOutOptions, fanOut } from "./lib/fan-out/fan-out.ts";
import { sdkConnections } from "./lib/fan-out/sdk-connections.ts";
import { FunctionLog } from "./lib/function-log.ts";
import { MemberTable } from "./lib/members/member-table.ts";

const service = requiredEnvironment("POWERTOOLS_SERVICE_NAME");
const log = new FunctionLog(service);
const queue = new SQSClient(clientOptions);
const queueUrl = requiredEnvironment("QUEUE_URL");
const now = () => Date.now();

const metrics = new EmfMetrics({
  namespace: requiredEnvironment("POWERTOOLS_METRICS_NAMESPACE"),
  service,
  now,
});
const options: Omit<FanOutOptions, "metrics"> = {
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
export const handler = log.handler((event: SQSEvent, context) =>
  fanOut(
    event.Records,
    { ...options, metrics: metrics.of(context.awsRequestId) },
    context.getRemainingTimeInMillis(),
  ),
);

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

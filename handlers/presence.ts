import { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBBatchResponse, DynamoDBStreamEvent } from "aws-lambda";
import { clientOptions } from "./lib/client-options.ts";
import { requiredEnvironment } from "./lib/environment.ts";
import { log } from "./lib/log.ts";
import { announce } from "./lib/presence/announce.ts";

const client = new SQSClient(clientOptions);
const queueUrl = requiredEnvironment("QUEUE_URL");

/** Reads the connections table's stream. */
export function handler(event: DynamoDBStreamEvent): Promise<DynamoDBBatchResponse> {
  return announce(event.Records, { client, queueUrl, log });
}

import { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { clientOptions } from "./lib/client-options.ts";
import { requiredEnvironment } from "./lib/environment.ts";
import { FunctionLog } from "./lib/function-log.ts";
import { announce } from "./lib/presence/announce.ts";

const log = new FunctionLog(requiredEnvironment("POWERTOOLS_SERVICE_NAME"));
const client = new SQSClient(clientOptions);
const queueUrl = requiredEnvironment("QUEUE_URL");

/** Reads the connections table's stream. */
export const handler = log.handler((event: DynamoDBStreamEvent) =>
  announce(event.Records, { client, queueUrl, log }),
);

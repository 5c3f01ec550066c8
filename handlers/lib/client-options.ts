import type { DynamoDBClientConfig } from "@aws-sdk/client-dynamodb";

/**
 * How long a call to DynamoDB or SQS may take, in milliseconds: by default the SDK waits for ever,
 * and one stuck call would take the whole invocation with it. The SDK tries SQS three times and
 * DynamoDB four times.
 */
export const clientOptions = {
  requestHandler: { connectionTimeout: 1000, requestTimeout: 2000, throwOnRequestTimeout: true },
  // For the `info` of its own, which does nothing, the SDK makes a copy of every answer: a fifth of the
  // CPU time of a broadcast to a thousand. For a logger without one it makes none.
  logger: {} as NonNullable<DynamoDBClientConfig["logger"]>,
};

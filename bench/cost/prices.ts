/**
 * List prices in US dollars, us-east-1, before any free tier, as of August 2026: AWS's pricing pages
 * of API Gateway, SQS, Lambda, DynamoDB, AppSync, IoT Core and EC2 (data transfer).
 */
export const prices = {
  /** API Gateway WebSocket: a message of at most 32 KB, either way; the first billion of a month. */
  webSocketMessage: 1.0 / 1e6,
  webSocketConnectionMinute: 0.25 / 1e6,
  /** A request of at most 64 KB. */
  sqsFifoRequest: 0.5 / 1e6,
  lambdaRequest: 0.2 / 1e6,
  /** arm64. */
  lambdaGigabyteSecond: 0.0000133334,
  readUnit: 0.125 / 1e6,
  writeUnit: 0.625 / 1e6,
  gigabyteOut: 0.09,
  /** AppSync Events: a publish, or a delivery, of at most 5 KB. */
  appSyncOperation: 1.0 / 1e6,
  appSyncConnectionMinute: 0.08 / 1e6,
  /** IoT Core: a message of at most 5 KB, either way; the figure for us-east-1 was seen in no source. */
  iotMessage: 1.0 / 1e6,
  iotConnectionMinute: 0.08 / 1e6,
} as const;

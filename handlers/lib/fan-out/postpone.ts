import { ChangeMessageVisibilityBatchCommand, type SQSClient } from "@aws-sdk/client-sqs";
import type { SQSRecord } from "aws-lambda";

/** Makes records of a queue, ten at most, invisible for that long, in one call. @throws Error unless it did so with all. */
export async function postpone(
  client: SQSClient,
  queueUrl: string,
  records: readonly SQSRecord[],
  seconds: number,
): Promise<void> {
  const { Failed = [] } = await client.send(
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

import type { StreamRecord } from "../dynamodb/stream-record.ts";
import type { InvocationResult } from "../lambda/function.ts";

/** From which record of the batch on it failed; undefined when all of it succeeded. */
export function firstFailure(
  result: InvocationResult,
  batch: readonly StreamRecord[],
  reportsItemFailures: boolean,
): number | undefined {
  if (!result.ok) return 0;
  return reportsItemFailures ? checkpoint(result.payload, batch) : undefined;
}

/**
 * The lowest failed record of a partial response. An empty response or an empty list is a success;
 * an identifier that is missing, empty or not of the batch fails the whole batch (Lambda Developer
 * Guide, reporting batch item failures for DynamoDB).
 */
function checkpoint(response: unknown, batch: readonly StreamRecord[]): number | undefined {
  const failures = (response as { batchItemFailures?: unknown } | null)?.batchItemFailures ?? [];
  if (!Array.isArray(failures)) return 0;
  const indexes = failures.map((failure: { itemIdentifier?: unknown } | null) =>
    batch.findIndex(({ dynamodb }) => dynamodb.SequenceNumber === failure?.itemIdentifier),
  );
  if (indexes.length === 0) return undefined;
  return Math.max(0, Math.min(...indexes));
}

/** Why records were given up. */
export type FailureCondition = "RetryAttemptsExhausted" | "RecordAgeExceeded";

/** What an on-failure destination is sent: where the records are, not the records. */
export interface FailureMetadata {
  requestContext: {
    requestId: string;
    functionArn: string;
    condition: FailureCondition;
    approximateInvokeCount: number;
  };
  responseContext: { statusCode: number; executedVersion: string; functionError?: string };
  version: "1.0";
  timestamp: string;
  DDBStreamBatchInfo: {
    shardId: string;
    startSequenceNumber: string;
    endSequenceNumber: string;
    approximateArrivalOfFirstRecord: string;
    approximateArrivalOfLastRecord: string;
    batchSize: number;
    streamArn: string;
  };
}

/** Lambda's metadata document for a batch that was given up. */
export function failureMetadata(failure: {
  requestId: string;
  functionArn: string;
  condition: FailureCondition;
  invocations: number;
  /** Of the last invocation; undefined when there was none. */
  result: InvocationResult | undefined;
  batch: readonly [StreamRecord, ...StreamRecord[]];
  /** Epoch milliseconds. */
  at: number;
}): FailureMetadata {
  const { batch, result } = failure;
  const [first] = batch;
  const last = batch.at(-1) ?? first;
  return {
    requestContext: {
      requestId: failure.requestId,
      functionArn: failure.functionArn,
      condition: failure.condition,
      approximateInvokeCount: failure.invocations,
    },
    responseContext: {
      statusCode: 200,
      executedVersion: "$LATEST",
      ...(result?.ok === false && { functionError: "Unhandled" }),
    },
    version: "1.0",
    timestamp: new Date(failure.at).toISOString(),
    DDBStreamBatchInfo: {
      // The runtime reads a stream as one shard, however many the engine has.
      shardId: "shardId-00000000000000000000-00000000",
      startSequenceNumber: first.dynamodb.SequenceNumber,
      endSequenceNumber: last.dynamodb.SequenceNumber,
      approximateArrivalOfFirstRecord: arrival(first),
      approximateArrivalOfLastRecord: arrival(last),
      batchSize: batch.length,
      streamArn: first.eventSourceARN,
    },
  };
}

function arrival({ dynamodb }: StreamRecord): string {
  return new Date(dynamodb.ApproximateCreationDateTime * 1000).toISOString().replace(".000", "");
}

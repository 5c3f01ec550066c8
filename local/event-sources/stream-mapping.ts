import type { RecordedResource } from "../recording/resource.ts";
import { compileFilter, type Filter } from "./filter.ts";

/** The settings of an event source mapping on a DynamoDB stream. */
export interface StreamMapping {
  /** The logical name, for messages to a person. */
  name: string;
  streamArn: string;
  /** The function's name or ARN, as the program gave it. */
  functionName: string;
  enabled: boolean;
  startingPosition: "TRIM_HORIZON" | "LATEST";
  /** Records in an invocation, 1 to 10 000. */
  batchSize: number;
  /** Seconds to wait for a batch to fill. */
  batchingWindow: number;
  /** A record is delivered when it passes one of them, or when there are none. */
  filters: Filter[];
  reportsItemFailures: boolean;
  bisectOnError: boolean;
  /** -1: until the records expire. */
  maximumRetryAttempts: number;
  /** Seconds; -1: until the records leave the stream. */
  maximumRecordAge: number;
  /** Where to report what was given up. */
  onFailureArn: string | undefined;
}

const DEFAULT_BATCH_SIZE = 100;
const MAXIMUM_BATCH_SIZE = 10_000;

/**
 * Reads a recorded `aws:lambda/eventSourceMapping:EventSourceMapping` whose source is a table's
 * stream, with Lambda's defaults (CreateEventSourceMapping). Throws for what Lambda refuses, and
 * for tumbling windows, which this runtime does not have. `parallelizationFactor` is read as 1.
 */
export function streamMapping(resource: RecordedResource): StreamMapping {
  const { inputs, name } = resource;
  const refuse = (reason: string) => new Error(`Event source mapping ${name}: ${reason}`);
  if (inputs["startingPosition"] === undefined) {
    throw refuse("a stream needs a startingPosition, TRIM_HORIZON or LATEST.");
  }
  if (!["TRIM_HORIZON", "LATEST"].includes(inputs["startingPosition"])) {
    throw refuse(`a table's stream cannot start at ${inputs["startingPosition"]}.`);
  }
  if (inputs["tumblingWindowInSeconds"]) throw refuse("tumbling windows are not supported.");
  const batchSize: number = inputs["batchSize"] ?? DEFAULT_BATCH_SIZE;
  if (batchSize < 1 || batchSize > MAXIMUM_BATCH_SIZE) {
    throw refuse(`batchSize is 1 to ${MAXIMUM_BATCH_SIZE}.`);
  }
  const filters: { pattern: string }[] = inputs["filterCriteria"]?.filters ?? [];
  return {
    name,
    streamArn: inputs["eventSourceArn"],
    functionName: inputs["functionName"],
    enabled: inputs["enabled"] ?? true,
    startingPosition: inputs["startingPosition"],
    batchSize,
    batchingWindow: inputs["maximumBatchingWindowInSeconds"] ?? 0,
    filters: filters.map(({ pattern }) => compileFilter(JSON.parse(pattern))),
    reportsItemFailures: (inputs["functionResponseTypes"] ?? []).includes(
      "ReportBatchItemFailures",
    ),
    bisectOnError: inputs["bisectBatchOnFunctionError"] ?? false,
    maximumRetryAttempts: inputs["maximumRetryAttempts"] ?? -1,
    maximumRecordAge: inputs["maximumRecordAgeInSeconds"] ?? -1,
    onFailureArn: inputs["destinationConfig"]?.onFailure?.destinationArn,
  };
}

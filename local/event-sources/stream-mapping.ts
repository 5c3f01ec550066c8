import type { RecordedResource } from "../recording/resource.ts";
import { Settings } from "../sqs/settings.ts";
import { compileFilter, type Filter } from "./filter.ts";
import { readFilters } from "./filters.ts";
import { reportsItemFailures } from "./response-types.ts";

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
  /** Batches in hand at the same time, 1 to 10; the records of one item are never in two of them. */
  parallelizationFactor: number;
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

/** Lambda Developer Guide, parameters for DynamoDB event source mappings; CreateEventSourceMapping. */
const BATCH_SIZE = { least: 1, most: 10_000 };
const BATCHING_WINDOW = { least: 0, most: 300 };
const PARALLELIZATION = { least: 1, most: 10 };
const RETRIES = { least: -1, most: 10_000 };
const RECORD_AGE = { least: -1, most: 604_800 };
const LEAST_RECORD_AGE = 60;
const DEFAULT_BATCH_SIZE = 100;
/** Read below, or without effect on a laptop. */
const KNOWN = new Set([
  "batchSize",
  "bisectBatchOnFunctionError",
  "destinationConfig",
  "enabled",
  "eventSourceArn",
  "filterCriteria",
  "functionName",
  "functionResponseTypes",
  "kmsKeyArn",
  "maximumBatchingWindowInSeconds",
  "maximumRecordAgeInSeconds",
  "maximumRetryAttempts",
  "metricsConfig",
  "parallelizationFactor",
  "region",
  "startingPosition",
  "tags",
  "tagsAll",
  "tumblingWindowInSeconds",
]);

/**
 * Reads a recorded `aws:lambda/eventSourceMapping:EventSourceMapping` whose source is a table's
 * stream, with Lambda's defaults. Throws an error that names the resource and the property for what
 * Lambda refuses, and for tumbling windows, which this runtime does not have.
 */
export function streamMapping(resource: RecordedResource): StreamMapping {
  const { inputs, name } = resource;
  const settings = new Settings(resource);
  settings.refuseUnknown(KNOWN);
  settings.integer("tumblingWindowInSeconds", { least: 0, most: 0 }, 0);
  return {
    name,
    streamArn: inputs["eventSourceArn"],
    functionName: inputs["functionName"],
    enabled: inputs["enabled"] ?? true,
    startingPosition: readStartingPosition(settings),
    batchSize: settings.integer("batchSize", BATCH_SIZE, DEFAULT_BATCH_SIZE),
    batchingWindow: settings.integer("maximumBatchingWindowInSeconds", BATCHING_WINDOW, 0),
    parallelizationFactor: settings.integer("parallelizationFactor", PARALLELIZATION, 1),
    filters: readFilters(settings, (pattern) => compileFilter(JSON.parse(pattern))),
    reportsItemFailures: reportsItemFailures(settings),
    bisectOnError: settings.boolean("bisectBatchOnFunctionError"),
    maximumRetryAttempts: settings.integer("maximumRetryAttempts", RETRIES, -1),
    maximumRecordAge: readRecordAge(settings),
    onFailureArn: inputs["destinationConfig"]?.onFailure?.destinationArn,
  };
}

/** It has no default; `AT_TIMESTAMP` is for Kinesis alone. */
function readStartingPosition(settings: Settings): StreamMapping["startingPosition"] {
  const positions = ["TRIM_HORIZON", "LATEST"] as const;
  const value = settings.value("startingPosition");
  return (
    positions.find((position) => position === value) ??
    settings.refuse("startingPosition", `a table's stream needs ${positions.join(" or ")}`)
  );
}

function readRecordAge(settings: Settings): number {
  const seconds = settings.integer("maximumRecordAgeInSeconds", RECORD_AGE, -1);
  if (seconds !== -1 && seconds < LEAST_RECORD_AGE) {
    settings.refuse(
      "maximumRecordAgeInSeconds",
      `must be -1, or ${LEAST_RECORD_AGE} to ${RECORD_AGE.most}`,
    );
  }
  return seconds;
}

import type { RecordedResource } from "../recording/resource.ts";
import { Settings } from "../sqs/settings.ts";
import { readFilters } from "./filters.ts";
import { compileQueueFilter, type QueueFilter } from "./queue-filter.ts";
import { reportsItemFailures } from "./response-types.ts";

/** An event source mapping from a queue to a function, defaults filled in. */
export interface QueueMappingDefinition {
  /** The logical name of the resource. */
  name: string;
  queueArn: string;
  /** As the resource has it: a name or an ARN. */
  functionName: string;
  enabled: boolean;
  /** 1 to 10, the latter by default. */
  batchSize: number;
  /** 2 to 1 000, the latter by default: about where Lambda's own scaling ends. */
  maximumConcurrency: number;
  reportBatchItemFailures: boolean;
  /** A message passes when one of them lets it; without any, all pass. */
  filters: QueueFilter[];
}

const MAX_BATCH_SIZE = 10;
const CONCURRENCY = { least: 2, most: 1_000 };
/** Read below, or without effect on a laptop. */
const KNOWN = new Set([
  "batchSize",
  "enabled",
  "eventSourceArn",
  "filterCriteria",
  "functionName",
  "functionResponseTypes",
  "kmsKeyArn",
  "maximumBatchingWindowInSeconds",
  "metricsConfig",
  "region",
  "scalingConfig",
  "tags",
  "tagsAll",
]);

/**
 * Reads a recorded `aws:lambda/eventSourceMapping:EventSourceMapping` on a queue. Throws an error
 * that names the resource and the property for what Lambda refuses, and for what the local runtime
 * does not play: larger batches and batching windows, which FIFO queues do not have.
 */
export function queueMappingDefinition(resource: RecordedResource): QueueMappingDefinition {
  const settings = new Settings(resource);
  settings.refuseUnknown(KNOWN);
  settings.integer("maximumBatchingWindowInSeconds", { least: 0, most: 0 }, 0);
  const { eventSourceArn, functionName, enabled } = resource.inputs;
  return {
    name: resource.name,
    queueArn: eventSourceArn,
    functionName,
    enabled: enabled ?? true,
    batchSize: settings.integer("batchSize", { least: 1, most: MAX_BATCH_SIZE }, MAX_BATCH_SIZE),
    maximumConcurrency: readConcurrency(settings),
    reportBatchItemFailures: reportsItemFailures(settings),
    filters: readFilters(settings, compileQueueFilter),
  };
}

function readConcurrency(settings: Settings): number {
  const value = settings.value("scalingConfig") as { maximumConcurrency?: unknown } | undefined;
  const maximum = value?.maximumConcurrency ?? CONCURRENCY.most;
  const { least, most } = CONCURRENCY;
  if (typeof maximum !== "number" || !(maximum >= least && maximum <= most)) {
    return settings.refuse("scalingConfig", `maximumConcurrency must be from ${least} to ${most}`);
  }
  return maximum;
}

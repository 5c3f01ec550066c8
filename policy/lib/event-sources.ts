import { anyOf } from "./each.ts";
import type { Graph } from "./graph.ts";
import { isSet, isTrue, numberOf } from "./inputs.ts";
import { mappingType } from "./lambda-types.ts";
import { known, type Observed } from "./observed.ts";
import { queuesIn } from "./queues.ts";

const streamTypes = [
  "aws:dynamodb/table:Table",
  "aws:kinesis/stream:Stream",
  "aws:kinesis/streamConsumer:StreamConsumer",
];
const streamServices = ["dynamodb", "kinesis"];

/** What only a mapping of a broker or of DocumentDB has. */
const otherSources = [
  "queues",
  "topics",
  "selfManagedEventSource",
  "amazonManagedKafkaEventSourceConfig",
  "selfManagedKafkaEventSourceConfig",
  "documentDbEventSourceConfig",
];

type SourceKind = "queue" | "stream" | "other";

/**
 * What a mapping reads: an SQS queue, a stream of DynamoDB or Kinesis, or something else.
 *
 * @throws Undecided when neither its links nor its settings say so, and its ARN is not known yet.
 */
export function sourceKind(mapping: Observed, graph: Graph): SourceKind {
  return graph.once(`source of ${mapping.urn}`, () => findKind(mapping, graph));
}

function findKind(mapping: Observed, graph: Graph): SourceKind {
  if (otherSources.some((property) => isSet(mapping, property))) {
    return "other";
  }
  // Streams demand it, and queues refuse it.
  if (
    isSet(mapping, "startingPosition") ||
    streamTypes.some((type) => reads(mapping, type, graph))
  ) {
    return "stream";
  }
  if (queuesIn(mapping, "eventSourceArn", graph).length > 0) {
    return "queue";
  }
  const service = String(mapping.props["eventSourceArn"]).split(":")[2] ?? "";
  if (streamServices.includes(service)) {
    return "stream";
  }
  return service === "sqs" ? "queue" : "other";
}

/** The queues of the stack that a mapping reads: one at most, unless its ARN is put together. */
export function queuesReadBy(mapping: Observed, graph: Graph): Observed[] {
  return sourceKind(mapping, graph) === "queue" ? queuesIn(mapping, "eventSourceArn", graph) : [];
}

/** Whether a mapping reads a FIFO queue, be it outside the stack. */
export function readsFifoQueue(mapping: Observed, graph: Graph): boolean {
  if (sourceKind(mapping, graph) !== "queue") {
    return false;
  }
  const queues = queuesIn(mapping, "eventSourceArn", graph);
  return queues.length > 0
    ? queues.some(({ props }) => isTrue(props["fifoQueue"]))
    : String(mapping.props["eventSourceArn"]).endsWith(".fifo");
}

/** Whether a function of the stack reads a queue. */
export function isEventSource(queue: Observed, graph: Graph): boolean {
  return anyOf(graph.ofType(mappingType), (mapping) =>
    queuesReadBy(mapping, graph).includes(queue),
  );
}

/** Then the failure of a record is that of its batch, so there is nothing to tell apart. */
export function takesOneAtATime(mapping: Observed): boolean {
  return numberOf(mapping.props["batchSize"]) === 1;
}

/** Whether the function may say which records of a batch failed. */
export function reportsItemFailures(mapping: Observed): boolean {
  const types: unknown = mapping.props["functionResponseTypes"];
  return Array.isArray(types) && types.includes("ReportBatchItemFailures");
}

function reads(mapping: Observed, type: string, graph: Graph): boolean {
  const sources = known(() => graph.targets(mapping, "eventSourceArn", type));
  return sources !== undefined && sources.length > 0;
}

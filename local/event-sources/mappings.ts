import { randomUUID } from "node:crypto";
import type { Clock } from "../clock.ts";
import type { DynamoDbService } from "../dynamodb/service.ts";
import type { Emit } from "../events.ts";
import type { RuntimeFaults } from "../faults.ts";
import type { Functions } from "../functions.ts";
import type { Access } from "../iam/access.ts";
import { destinationAsRole, queueAsRole, streamAsRole } from "../iam/polling.ts";
import type { RecordedResource } from "../recording/resource.ts";
import type { Queue } from "../sqs/queue.ts";
import type { SqsService } from "../sqs/service.ts";
import { losingDeletions } from "./losing-deletions.ts";
import { queueMappingDefinition } from "./queue-mapping.ts";
import { QueuePoller } from "./queue-poller.ts";
import { type StreamMapping, streamMapping } from "./stream-mapping.ts";
import { StreamPoller } from "./stream-poller.ts";

export interface MappingOptions {
  access: Access;
  functions: Functions;
  queues: SqsService;
  tables: DynamoDbService;
  clock: Clock;
  emit: Emit;
  region: string;
  faults?: RuntimeFaults | undefined;
}

export interface Poller {
  start(): Promise<void> | void;
  close(): Promise<void>;
}

/** The pollers of the program's event source mappings, not started. @throws Error that names the mapping. */
export function createPollers(
  resources: readonly RecordedResource[],
  options: MappingOptions,
): Poller[] {
  return resources
    .filter(({ type }) => type === "aws:lambda/eventSourceMapping:EventSourceMapping")
    .map((resource) => createPoller(resource, options));
}

function createPoller(resource: RecordedResource, options: MappingOptions): Poller {
  try {
    return poller(resource, options);
  } catch (error) {
    const { message } = error as Error;
    if (message.includes(resource.name)) throw error;
    throw new Error(`Event source mapping ${resource.name}: ${message}`);
  }
}

function poller(resource: RecordedResource, options: MappingOptions): Poller {
  const { functions, queues, tables, access, faults = {}, ...rest } = options;
  const sourceArn: string = resource.inputs["eventSourceArn"];
  const queue = queues.queueByArn(sourceArn);
  if (queue !== undefined) {
    const mapping = queueMappingDefinition(resource);
    const { lambda, timeoutSeconds } = functions.target(mapping.functionName);
    const session = access.functionSession(lambda.name);
    return new QueuePoller({
      ...rest,
      queue: losingDeletions(queueAsRole(queue, access, session), faults.loseDeletion),
      mapping,
      function: lambda,
      functionTimeoutSeconds: timeoutSeconds,
      ...(faults.delayQueueBatch && { delayBatch: faults.delayQueueBatch }),
    });
  }
  const stream = tables.tableByStreamArn(sourceArn)?.stream;
  if (stream === undefined) {
    throw new Error(
      `Event source mapping ${resource.name}: ${sourceArn} is no queue or stream of the program.`,
    );
  }
  const mapping = streamMapping(resource);
  const target = functions.target(mapping.functionName).lambda;
  const session = access.functionSession(target.name);
  const failures = failureQueue(mapping, queues);
  const report = failures ? destinationAsRole(failures, access, session) : () => {};
  return new StreamPoller({
    ...rest,
    newId: randomUUID,
    mapping,
    stream: streamAsRole(stream, access, session),
    target,
    onFailure: (metadata) => report(JSON.stringify(metadata)),
    ...(faults.onStreamBatch && { onStreamBatch: faults.onStreamBatch }),
  });
}

/** Lambda Developer Guide, parameters for DynamoDB event source mappings: no FIFO queue. */
function failureQueue(mapping: StreamMapping, queues: SqsService): Queue | undefined {
  const { name, onFailureArn } = mapping;
  if (onFailureArn === undefined) return undefined;
  const refuse = (reason: string) =>
    new Error(
      `Event source mapping ${name}: its on-failure destination ${onFailureArn} ${reason}.`,
    );
  const queue = queues.queueByArn(onFailureArn);
  if (queue === undefined) throw refuse("is no queue of the program, others are not played");
  if (queue.definition.fifo) throw refuse("is a FIFO queue, Lambda takes standard queues");
  return queue;
}

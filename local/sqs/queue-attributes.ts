import { invalidAttributeName } from "./errors.ts";
import type { Queue } from "./queue.ts";

/** What GetQueueAttributes answers for the names asked for; `All` stands for all of them. */
export function queueAttributes(queue: Queue, names: string[]): Record<string, string> {
  const all = everyAttribute(queue);
  for (const name of names) {
    if (name !== "All" && !Object.hasOwn(all, name)) throw invalidAttributeName(name);
  }
  return Object.fromEntries(
    Object.entries(all).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && (names.includes("All") || names.includes(entry[0])),
    ),
  );
}

function everyAttribute(queue: Queue): Record<string, string | undefined> {
  const { definition, counts } = queue;
  const { fifo, redrivePolicy, redriveAllowPolicy } = definition;
  const createdAt = String(Math.floor(queue.createdAt / 1000));
  const onFifo = (value: unknown) => (fifo ? String(value) : undefined);
  return {
    QueueArn: definition.arn,
    ApproximateNumberOfMessages: String(counts.visible),
    ApproximateNumberOfMessagesNotVisible: String(counts.inFlight),
    ApproximateNumberOfMessagesDelayed: String(counts.delayed),
    CreatedTimestamp: createdAt,
    LastModifiedTimestamp: createdAt,
    VisibilityTimeout: String(definition.visibilityTimeoutSeconds),
    MaximumMessageSize: String(definition.maxMessageSize),
    MessageRetentionPeriod: String(definition.messageRetentionSeconds),
    DelaySeconds: String(definition.delaySeconds),
    ReceiveMessageWaitTimeSeconds: String(definition.receiveWaitTimeSeconds),
    RedrivePolicy: redrivePolicy && JSON.stringify(redrivePolicy),
    RedriveAllowPolicy: redriveAllowPolicy && JSON.stringify(redriveAllowPolicy),
    FifoQueue: onFifo(true),
    ContentBasedDeduplication: onFifo(definition.contentBasedDeduplication),
    DeduplicationScope: onFifo(definition.deduplicationScope),
    FifoThroughputLimit: onFifo(definition.fifoThroughputLimit),
    // Settings of AWS's own keeping, without a value here.
    Policy: undefined,
    KmsMasterKeyId: undefined,
    KmsDataKeyReusePeriodSeconds: undefined,
    SqsManagedSseEnabled: undefined,
  };
}

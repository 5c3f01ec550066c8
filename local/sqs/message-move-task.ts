import { invalidParameterValue, resourceNotFound } from "./errors.ts";
import type { Queue } from "./queue.ts";
import type { QueueDirectory } from "./queue-directory.ts";

/**
 * StartMessageMoveTask: moves what is visible in a dead-letter queue to where it came from, or to
 * another queue. Here all of it moves at once; messages that were sent to the dead-letter queue
 * directly have no origin and stay.
 */
export function moveMessages(
  directory: QueueDirectory,
  sourceArn: string,
  destinationArn: string | undefined,
): number {
  const source = directory.byArn(sourceArn) ?? notFound();
  const isDeadLetterQueue = directory
    .all()
    .some((queue) => queue.definition.redrivePolicy?.deadLetterTargetArn === sourceArn);
  if (!isDeadLetterQueue) {
    throw invalidParameterValue("Source queue must be configured as a Dead Letter Queue.");
  }
  const destination =
    destinationArn === undefined ? undefined : (directory.byArn(destinationArn) ?? notFound());
  if (destination === source) {
    throw invalidParameterValue("Source queue arn and destination queue arn cannot be the same.");
  }
  if (destination !== undefined && destination.definition.fifo !== source.definition.fifo) {
    // SQS Developer Guide, "Configure a dead-letter queue redrive"; the words are unconfirmed on AWS.
    throw invalidParameterValue("Source and destination queues must be of the same type.");
  }
  return source.redrive(
    (message) => destination ?? directory.byArn(message.deadLetterSourceArn ?? ""),
  );
}

function notFound(): Queue {
  throw resourceNotFound();
}

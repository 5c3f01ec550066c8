import { contentDeduplicationId } from "./checksums.ts";
import type { QueueDefinition } from "./definition.ts";
import { invalidParameterValue, invalidValue, missingParameter } from "./errors.ts";
import { MAX_DELAY_SECONDS } from "./limits.ts";
import type { SendRequest } from "./message.ts";
import {
  checkAttributes,
  checkBody,
  checkFifoId,
  checkSize,
  checkSystemAttributes,
  messageBytes,
} from "./validation.ts";

const WRONG_QUEUE_TYPE = "The request include parameter that is not valid for this queue type.";

/** Refuses what the queue would not take. */
export function checkSendRequest(request: SendRequest, queue: QueueDefinition): void {
  checkBody(request.body);
  checkAttributes(request.attributes ?? {});
  checkSystemAttributes(request.systemAttributes ?? {});
  checkSize(messageBytes(request), queue.maxMessageSize);
  if (request.groupId !== undefined) checkFifoId("MessageGroupId", request.groupId);
  checkDeduplicationId(request.deduplicationId, queue);
  checkDelay(request.delaySeconds ?? 0, queue);
}

/** The two ids that every message of a FIFO queue has; refuses when one of them is missing. */
export function fifoIds(
  request: SendRequest,
  queue: QueueDefinition,
): { groupId: string; deduplicationId: string } {
  const { groupId, deduplicationId, body } = request;
  if (groupId === undefined) throw missingParameter("MessageGroupId");
  if (deduplicationId !== undefined) return { groupId, deduplicationId };
  if (queue.contentBasedDeduplication) {
    return { groupId, deduplicationId: contentDeduplicationId(body) };
  }
  throw invalidParameterValue(
    "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
  );
}

function checkDeduplicationId(id: string | undefined, queue: QueueDefinition): void {
  if (id === undefined) return;
  if (!queue.fifo) throw invalidValue(id, "MessageDeduplicationId", WRONG_QUEUE_TYPE);
  checkFifoId("MessageDeduplicationId", id);
}

function checkDelay(seconds: number, queue: QueueDefinition): void {
  if (seconds < 0 || seconds > MAX_DELAY_SECONDS) {
    throw invalidValue(
      seconds,
      "DelaySeconds",
      `DelaySeconds must be >= 0 and <= ${MAX_DELAY_SECONDS}.`,
    );
  }
  if (queue.fifo && seconds > 0) throw invalidValue(seconds, "DelaySeconds", WRONG_QUEUE_TYPE);
}

import type { StoredMessage } from "./message.ts";

export interface RedrivePolicy {
  deadLetterTargetArn: string;
  maxReceiveCount: number;
}

export interface RedriveAllowPolicy {
  redrivePermission: "allowAll" | "denyAll" | "byQueue";
  sourceQueueArns: string[];
}

/** Whether a message may not be received again, but goes to the dead-letter queue instead. */
export function isExhausted(message: StoredMessage, policy: RedrivePolicy | undefined): boolean {
  return policy !== undefined && message.receivesHere >= policy.maxReceiveCount;
}

/** Whether a queue may be the dead-letter queue of the source; without a policy it may. */
export function allowsSource(policy: RedriveAllowPolicy | undefined, sourceArn: string): boolean {
  if (policy === undefined || policy.redrivePermission === "allowAll") return true;
  return policy.redrivePermission === "byQueue" && policy.sourceQueueArns.includes(sourceArn);
}

/**
 * The message as its dead-letter queue holds it: the same id, group and receive count. In a
 * standard queue it still expires by its original time, in a FIFO queue its retention starts anew
 * (SQS Developer Guide, "message retention periods for dead-letter queues"), and its message id takes
 * the place of its deduplication id, so that no two letters are taken for one ("Configure a
 * dead-letter queue redrive").
 */
export function asDeadLetter(
  message: StoredMessage,
  sourceArn: string,
  into: { now: number; sequenceNumber: string | undefined },
): StoredMessage {
  const letter = { ...message, receivesHere: 0, deadLetterSourceArn: sourceArn };
  const { sequenceNumber, now } = into;
  if (sequenceNumber === undefined) return letter;
  return { ...letter, sequenceNumber, enqueuedAt: now, deduplicationId: message.messageId };
}

/**
 * The message as a redrive out of the dead-letter queue puts it back: a new message with a new id
 * (SQS Developer Guide, "Configure a dead-letter queue redrive"). It keeps the deduplication id of the
 * dead-letter queue, which its first queue does not know: so it is not dropped there, and a repeat
 * from its sender still is (unconfirmed on AWS).
 */
export function asRedriven(
  message: StoredMessage,
  into: { now: number; messageId: string; sequenceNumber: string | undefined },
): StoredMessage {
  return {
    ...message,
    messageId: into.messageId,
    sentAt: into.now,
    enqueuedAt: into.now,
    sequenceNumber: into.sequenceNumber,
    deadLetterSourceArn: undefined,
    receiveCount: 0,
    receivesHere: 0,
    firstReceivedAt: undefined,
  };
}

import { md5OfBody } from "./checksums.ts";

/** A value of a message attribute; exactly one of the two values is present. */
export interface MessageAttributeValue {
  dataType: string;
  stringValue?: string;
  /** Base64, as on the wire. */
  binaryValue?: string;
}

export type MessageAttributes = Record<string, MessageAttributeValue>;

/** What SendMessage is given. */
export interface SendRequest {
  body: string;
  attributes?: MessageAttributes;
  groupId?: string;
  deduplicationId?: string;
  delaySeconds?: number;
  /** `AWSTraceHeader`, the X-Ray header, is the one that exists. */
  systemAttributes?: MessageAttributes;
  /** The sender's principal id, which receivers see as `SenderId`; the queue's account by default. */
  senderId?: string;
}

/** What SendMessage answers. */
export interface SendResult {
  messageId: string;
  md5OfBody: string;
  md5OfAttributes?: string;
  md5OfSystemAttributes?: string;
  /** FIFO queues only. */
  sequenceNumber?: string;
}

/** A message as a queue holds it. */
export interface StoredMessage {
  readonly messageId: string;
  readonly body: string;
  readonly md5OfBody: string;
  readonly attributes: MessageAttributes;
  readonly senderId: string;
  readonly traceHeader: string | undefined;
  readonly groupId: string | undefined;
  readonly deduplicationId: string | undefined;
  readonly sequenceNumber: string | undefined;
  /** Epoch milliseconds. */
  readonly sentAt: number;
  /** Where retention counts from: differs from `sentAt` in FIFO dead-letter queues. */
  readonly enqueuedAt: number;
  /** The queue it was dead-lettered from. */
  readonly deadLetterSourceArn: string | undefined;
  /** Receives in all queues so far. */
  receiveCount: number;
  /** Receives in this queue, which the redrive policy counts. */
  receivesHere: number;
  firstReceivedAt: number | undefined;
}

/** Bytes of what the sender wrote, as a part of an event in JSON. */
export function bytesAsJson({ body, attributes }: StoredMessage): number {
  return Buffer.byteLength(JSON.stringify([body, attributes]));
}

/** A message as a receiver gets it. */
export interface ReceivedMessage {
  messageId: string;
  receiptHandle: string;
  body: string;
  md5OfBody: string;
  attributes: MessageAttributes;
  /** `SenderId`, `SentTimestamp` …, all of them, as strings. */
  systemAttributes: Record<string, string>;
}

/** The system attribute with the X-Ray header. */
export const TRACE_HEADER = "AWSTraceHeader";

/** A message that was just accepted. */
export function newMessage(
  request: SendRequest,
  accepted: {
    messageId: string;
    sequenceNumber: string | undefined;
    accountId: string;
    now: number;
  },
): StoredMessage {
  return {
    messageId: accepted.messageId,
    body: request.body,
    md5OfBody: md5OfBody(request.body),
    attributes: request.attributes ?? {},
    senderId: request.senderId ?? accepted.accountId,
    traceHeader: request.systemAttributes?.[TRACE_HEADER]?.stringValue,
    groupId: request.groupId,
    deduplicationId: request.deduplicationId,
    sequenceNumber: accepted.sequenceNumber,
    sentAt: accepted.now,
    enqueuedAt: accepted.now,
    deadLetterSourceArn: undefined,
    receiveCount: 0,
    receivesHere: 0,
    firstReceivedAt: undefined,
  };
}

/** The message as it looks to whoever receives it now. */
export function toReceived(message: StoredMessage, receiptHandle: string): ReceivedMessage {
  return {
    messageId: message.messageId,
    receiptHandle,
    body: message.body,
    md5OfBody: message.md5OfBody,
    attributes: message.attributes,
    systemAttributes: systemAttributes(message),
  };
}

function systemAttributes(message: StoredMessage): Record<string, string> {
  const all = {
    SenderId: message.senderId,
    SentTimestamp: String(message.sentAt),
    ApproximateReceiveCount: String(message.receiveCount),
    ApproximateFirstReceiveTimestamp: message.firstReceivedAt?.toString(),
    SequenceNumber: message.sequenceNumber,
    MessageGroupId: message.groupId,
    MessageDeduplicationId: message.deduplicationId,
    [TRACE_HEADER]: message.traceHeader,
    DeadLetterQueueSourceArn: message.deadLetterSourceArn,
  };
  return Object.fromEntries(
    Object.entries(all).filter((entry): entry is [string, string] => entry[1] !== undefined),
  );
}

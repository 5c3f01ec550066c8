import { md5OfAttributes } from "../sqs/checksums.ts";
import type { MessageAttributeValue, ReceivedMessage } from "../sqs/message.ts";

/** A message as Lambda puts it into a function's event. */
export interface QueueRecord {
  messageId: string;
  receiptHandle: string;
  body: string;
  /** `SentTimestamp`, `SequenceNumber` …, all strings. */
  attributes: Record<string, string>;
  messageAttributes: Record<string, QueueRecordAttribute>;
  md5OfBody: string;
  /** Only when there are message attributes. */
  md5OfMessageAttributes?: string;
  eventSource: "aws:sqs";
  eventSourceARN: string;
  awsRegion: string;
}

export interface QueueRecordAttribute {
  stringValue?: string;
  /** Base64. */
  binaryValue?: string;
  stringListValues: string[];
  binaryListValues: string[];
  dataType: string;
}

export function toRecord(
  message: ReceivedMessage,
  source: { queueArn: string; region: string },
): QueueRecord {
  const digest = md5OfAttributes(message.attributes);
  const attributes = Object.entries(message.attributes);
  return {
    messageId: message.messageId,
    receiptHandle: message.receiptHandle,
    body: message.body,
    attributes: message.systemAttributes,
    messageAttributes: Object.fromEntries(
      attributes.map(([name, value]) => [name, toRecordAttribute(value)]),
    ),
    md5OfBody: message.md5OfBody,
    ...(digest === undefined ? {} : { md5OfMessageAttributes: digest }),
    eventSource: "aws:sqs",
    eventSourceARN: source.queueArn,
    awsRegion: source.region,
  };
}

function toRecordAttribute(value: MessageAttributeValue): QueueRecordAttribute {
  const { dataType, ...content } = value;
  return { ...content, stringListValues: [], binaryListValues: [], dataType };
}

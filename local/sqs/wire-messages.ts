import { md5OfAttributes } from "./checksums.ts";
import { unsupported } from "./errors.ts";
import type { Input } from "./input.ts";
import type {
  MessageAttributes,
  MessageAttributeValue,
  ReceivedMessage,
  SendRequest,
  SendResult,
} from "./message.ts";

/** Reads a SendMessage request or a SendMessageBatch entry. */
export function readSendRequest(input: Input, senderId: string | undefined): SendRequest {
  const optional = {
    groupId: nonEmpty(input.optionalString("MessageGroupId")),
    deduplicationId: nonEmpty(input.optionalString("MessageDeduplicationId")),
    delaySeconds: input.optionalInteger("DelaySeconds"),
    senderId,
  };
  return {
    body: input.string("MessageBody"),
    attributes: readAttributes(input, "MessageAttributes"),
    systemAttributes: readAttributes(input, "MessageSystemAttributes"),
    ...defined(optional),
  };
}

export function writeSendResult(result: SendResult): object {
  return defined({
    MessageId: result.messageId,
    MD5OfMessageBody: result.md5OfBody,
    MD5OfMessageAttributes: result.md5OfAttributes,
    MD5OfMessageSystemAttributes: result.md5OfSystemAttributes,
    SequenceNumber: result.sequenceNumber,
  });
}

/** Which attributes a receiver asked for. */
export interface AttributeSelection {
  systemAttributes: string[];
  attributes: string[];
}

export function readAttributeSelection(input: Input): AttributeSelection {
  return {
    systemAttributes: [
      ...input.strings("AttributeNames"),
      ...input.strings("MessageSystemAttributeNames"),
    ],
    attributes: input.strings("MessageAttributeNames"),
  };
}

/** The digest of attributes is over those that are returned. */
export function writeMessage(message: ReceivedMessage, selection: AttributeSelection): object {
  const attributes = pick(message.attributes, (name) =>
    selection.attributes.some((pattern) => selects(pattern, name)),
  );
  const systemAttributes = pick(
    message.systemAttributes,
    (name) =>
      selection.systemAttributes.includes("All") || selection.systemAttributes.includes(name),
  );
  return defined({
    MessageId: message.messageId,
    ReceiptHandle: message.receiptHandle,
    MD5OfBody: message.md5OfBody,
    Body: message.body,
    Attributes: systemAttributes,
    MD5OfMessageAttributes: md5OfAttributes(attributes ?? {}),
    MessageAttributes: attributes && mapValues(attributes, writeAttribute),
  });
}

/** `All`, `.*`, a prefix followed by `.*`, or a name. */
function selects(pattern: string, name: string): boolean {
  if (pattern === "All" || pattern === ".*") return true;
  return pattern.endsWith(".*") ? name.startsWith(pattern.slice(0, -2)) : pattern === name;
}

function readAttributes(input: Input, member: string): MessageAttributes {
  return Object.fromEntries(input.map(member).map(([name, value]) => [name, readAttribute(value)]));
}

function readAttribute(value: Input): MessageAttributeValue {
  if (value.has("StringListValues") || value.has("BinaryListValues")) {
    throw unsupported("Message attribute list values in SendMessage operation are not supported.");
  }
  return {
    dataType: value.optionalString("DataType") ?? "",
    ...defined({
      stringValue: value.optionalString("StringValue"),
      binaryValue: value.optionalString("BinaryValue"),
    }),
  };
}

function writeAttribute(value: MessageAttributeValue): object {
  return defined({
    DataType: value.dataType,
    StringValue: value.stringValue,
    BinaryValue: value.binaryValue,
  });
}

function nonEmpty(text: string | undefined): string | undefined {
  return text === "" ? undefined : text;
}

/** Undefined when nothing is left. */
function pick<T>(all: Record<string, T>, wanted: (name: string) => boolean) {
  const entries = Object.entries(all).filter(([name]) => wanted(name));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function mapValues<T, U>(all: Record<string, T>, change: (value: T) => U): Record<string, U> {
  return Object.fromEntries(Object.entries(all).map(([name, value]) => [name, change(value)]));
}

type Defined<T> = { [K in keyof T]?: Exclude<T[K], undefined> };

/** Leaves out the members that are undefined. */
function defined<T extends object>(members: T): Defined<T> {
  const entries = Object.entries(members).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as Defined<T>;
}

import {
  invalidMessageContents,
  invalidParameterValue,
  invalidValue,
  missingParameter,
} from "./errors.ts";
import { MAX_MESSAGE_ATTRIBUTES, MAX_VISIBILITY_SECONDS } from "./limits.ts";
import {
  type MessageAttributes,
  type MessageAttributeValue,
  type SendRequest,
  TRACE_HEADER,
} from "./message.ts";

const ALLOWED_CHARACTERS = "#x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF]";
const FORBIDDEN_CHARACTER = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
/** Letters, digits and the punctuation of ASCII: no space, nothing beyond. */
const FIFO_ID = /^[!-~]{1,128}$/;
const ATTRIBUTE_NAME = /^(?!\.)(?!.*\.\.)(?!.*\.$)[A-Za-z0-9_.-]{1,256}$/;
const RESERVED_ATTRIBUTE_NAME = /^(aws|amazon)\./i;
const DATA_TYPE = /^(String|Number|Binary)(\..+)?$/;
const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const MAX_DATA_TYPE_LENGTH = 256;
/** Of a number (SQS Developer Guide, message attribute data types); zero is one too. */
const NUMBER_DIGITS = 38;
const NUMBER_RANGE = { least: 1e-128, most: 1e126 };

/**
 * The size that counts against the limits: the body and each attribute's name, type and value. System
 * attributes do not count (API reference, SendMessage).
 */
export function messageBytes(request: Pick<SendRequest, "body" | "attributes">): number {
  let bytes = Buffer.byteLength(request.body);
  for (const [name, value] of Object.entries(request.attributes ?? {})) {
    bytes += Buffer.byteLength(name) + Buffer.byteLength(value.dataType);
    bytes +=
      value.binaryValue === undefined
        ? Buffer.byteLength(value.stringValue ?? "")
        : Buffer.byteLength(value.binaryValue, "base64");
  }
  return bytes;
}

/** Refuses an empty body and characters outside of XML 1.0's set. */
export function checkBody(body: string): void {
  if (body === "") throw missingParameter("MessageBody");
  const found = forbiddenCharacter(body);
  if (found !== undefined) {
    throw invalidMessageContents(
      `Invalid binary character '${found}' was found in the message body, the set of allowed characters is ${ALLOWED_CHARACTERS}.`,
    );
  }
}

export function checkSize(bytes: number, maximum: number): void {
  if (bytes > maximum) {
    throw invalidParameterValue(
      `One or more parameters are invalid. Reason: Message must be shorter than ${maximum} bytes.`,
    );
  }
}

export function checkVisibilityTimeout(seconds: number): void {
  if (seconds < 0 || seconds > MAX_VISIBILITY_SECONDS) {
    const reason = `Must be between 0 and ${MAX_VISIBILITY_SECONDS}, if provided.`;
    throw invalidValue(seconds, "VisibilityTimeout", reason);
  }
}

/** Refuses a message group id or deduplication id that SQS would not take. */
export function checkFifoId(parameter: string, id: string): void {
  if (!FIFO_ID.test(id)) {
    throw invalidValue(
      id,
      parameter,
      `${parameter} can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
    );
  }
}

export function checkAttributes(attributes: MessageAttributes): void {
  const count = Object.keys(attributes).length;
  if (count > MAX_MESSAGE_ATTRIBUTES) {
    throw invalidParameterValue(
      `Number of message attributes [${count}] exceeds the allowed maximum [${MAX_MESSAGE_ATTRIBUTES}].`,
    );
  }
  for (const [name, value] of Object.entries(attributes)) {
    checkAttributeName(name);
    checkAttributeValue(name, value);
  }
}

/**
 * Refuses system attributes other than the X-Ray header, a text (API reference, SendMessage). The
 * words are those of other local counterparts, unconfirmed on AWS.
 */
export function checkSystemAttributes(attributes: MessageAttributes): void {
  for (const [name, { dataType, stringValue }] of Object.entries(attributes)) {
    if (name !== TRACE_HEADER) {
      throw invalidParameterValue(`Message system attribute name '${name}' is invalid.`);
    }
    if (dataType !== "String") {
      throw invalidParameterValue(
        `The message system attribute '${name}' is reserved for AWS X-Ray trace header. The type must be 'String'.`,
      );
    }
    if (!stringValue) {
      throw invalidParameterValue(
        `Message (system) attribute '${name}' must contain a non-empty value of type 'String'.`,
      );
    }
  }
}

function checkAttributeName(name: string): void {
  if (RESERVED_ATTRIBUTE_NAME.test(name)) {
    throw invalidParameterValue(
      `Message (user) attribute name '${name}' is invalid: it must not start with 'AWS.' or 'Amazon.'.`,
    );
  }
  if (!ATTRIBUTE_NAME.test(name)) {
    throw invalidParameterValue(
      `The message attribute name '${name}' is invalid. Attribute name can contain A-Z, a-z, 0-9, underscore (_), hyphen (-), and period (.) characters.`,
    );
  }
}

function checkAttributeValue(name: string, value: MessageAttributeValue): void {
  const { dataType } = value;
  if (dataType === "") {
    throw invalidParameterValue(
      `The message attribute '${name}' must contain a non-empty message attribute type.`,
    );
  }
  const base = DATA_TYPE.exec(dataType)?.[1];
  if (base === undefined || dataType.length > MAX_DATA_TYPE_LENGTH) {
    throw invalidParameterValue(
      `The message attribute '${name}' has an invalid message attribute type, the set of supported type prefixes is Binary, Number, and String.`,
    );
  }
  const content = base === "Binary" ? value.binaryValue : value.stringValue;
  if (content === undefined || content === "") {
    throw invalidParameterValue(
      `Message (user) attribute '${name}' must contain a non-empty value of type '${base === "Binary" ? "Binary" : "String"}'.`,
    );
  }
  if (base === "Number" && !isNumber(content)) {
    throw invalidParameterValue(`Can't cast the value of message attribute '${name}' to a number.`);
  }
  const found = base === "Binary" ? undefined : forbiddenCharacter(content);
  if (found !== undefined) {
    throw invalidParameterValue(
      `Invalid binary character '${found}' was found in the message attribute '${name}' value, the set of allowed characters is ${ALLOWED_CHARACTERS}.`,
    );
  }
}

/** What SQS says to a number that is one, but out of its range, is unconfirmed on AWS. */
function isNumber(text: string): boolean {
  if (!NUMBER.test(text)) return false;
  const size = Math.abs(Number(text));
  const [mantissa = ""] = text.replace(/[+-]?/, "").split(/e/i);
  const digits = mantissa.replace(".", "").replace(/^0+|0+$/g, "");
  if (digits === "") return true;
  return digits.length <= NUMBER_DIGITS && size >= NUMBER_RANGE.least && size <= NUMBER_RANGE.most;
}

function forbiddenCharacter(text: string): string | undefined {
  const found = FORBIDDEN_CHARACTER.exec(text)?.[0].codePointAt(0);
  return found === undefined ? undefined : `#x${found.toString(16).toUpperCase()}`;
}

import assert from "node:assert/strict";

/** What SQS would put on the queue. */
export interface QueuedMessage {
  group: string;
  deduplicationId: string;
  body: string;
  /** The values of the attributes, by name; all are strings. */
  attributes: Record<string, string>;
}

const attributeParameters = Array.from({ length: 10 }, (_, index) => {
  const prefix = `MessageAttribute.${index + 1}`;
  return {
    name: `${prefix}.Name`,
    type: `${prefix}.Value.DataType`,
    value: `${prefix}.Value.StringValue`,
  };
});

/**
 * Reads a rendered form as SQS would: the one message that it sends, or undefined for an action that
 * is none of SQS's, which it refuses. Neither the laptop's reader nor `URLSearchParams`, which
 * forgives what is malformed.
 *
 * @throws AssertionError for a parameter that is given twice or has no business here, and for text
 *   that is not a form at all
 */
export function readSendMessage(form: string): QueuedMessage | undefined {
  const fields = new Map<string, string>();
  for (const [name, value] of readFields(form)) {
    if (fields.has(name)) assert.fail(`${name} is given twice`);
    fields.set(name, value);
  }
  const take = (name: string) => {
    const value = fields.get(name) ?? assert.fail(`${name} is missing`);
    fields.delete(name);
    return value;
  };
  if (fields.get("Action") === "PublishNotAllowed" && fields.size === 1) return undefined;
  assert.equal(take("Action"), "SendMessage");
  const group = take("MessageGroupId");
  const deduplicationId = take("MessageDeduplicationId");
  const body = take("MessageBody");
  const attributes: Record<string, string> = {};
  for (const { name: nameOf, type, value } of attributeParameters) {
    if (!fields.has(nameOf)) break;
    const name = take(nameOf);
    if (Object.hasOwn(attributes, name)) assert.fail(`the attribute ${name} is given twice`);
    assert.equal(take(type), "String");
    attributes[name] = take(value);
  }
  if (fields.size > 0) assert.fail(`parameters that are not known: ${[...fields.keys()]}`);
  return { group, deduplicationId, body, attributes };
}

/** The names and values of a form in order, also those that come again. */
function readFields(form: string): [name: string, value: string][] {
  return form.split("&").map((pair) => {
    const equals = pair.indexOf("=");
    if (equals < 0) assert.fail("a parameter has no value");
    return [decode(pair.slice(0, equals)), decode(pair.slice(equals + 1))];
  });
}

const utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
const plus = 0x2b;
const percent = 0x25;
const space = 0x20;

/** `application/x-www-form-urlencoded`, byte by byte. @throws TypeError for what is not UTF-8. */
function decode(text: string): string {
  if (!/[+%\u0080-\uffff]/.test(text)) return text;
  const bytes = Buffer.from(text, "utf8");
  let length = 0;
  for (let at = 0; at < bytes.length; at++) {
    let byte = bytes[at] as number;
    if (byte === plus) byte = space;
    if (byte === percent) byte = hexDigit(bytes[++at]) * 16 + hexDigit(bytes[++at]);
    bytes[length++] = byte;
  }
  return utf8.decode(bytes.subarray(0, length));
}

function hexDigit(byte = 0): number {
  const value = "0123456789ABCDEF".indexOf(String.fromCharCode(byte).toUpperCase());
  return value < 0 ? assert.fail("a broken percent encoding") : value;
}

import { createHash } from "node:crypto";
import type { MessageAttributes, SendRequest, SendResult } from "./message.ts";

const STRING_TRANSPORT = 1;
const BINARY_TRANSPORT = 2;

/** MD5 of a message body, in hex; the SDKs verify it. */
export function md5OfBody(body: string): string {
  return createHash("md5").update(body, "utf8").digest("hex");
}

/**
 * MD5 of message attributes, in hex, undefined when there are none. The algorithm is in the SQS
 * Developer Guide, "Calculating the MD5 message digest for message attributes": by name, the
 * length-prefixed name and type, one byte for the transport type, the length-prefixed value.
 */
export function md5OfAttributes(attributes: MessageAttributes): string | undefined {
  const names = Object.keys(attributes).sort();
  if (names.length === 0) return undefined;
  const hash = createHash("md5");
  const add = (bytes: Buffer) => {
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    hash.update(length).update(bytes);
  };
  for (const name of names) {
    const value = attributes[name];
    if (value === undefined) continue;
    add(Buffer.from(name, "utf8"));
    add(Buffer.from(value.dataType, "utf8"));
    if (value.binaryValue === undefined) {
      hash.update(Buffer.of(STRING_TRANSPORT));
      add(Buffer.from(value.stringValue ?? "", "utf8"));
    } else {
      hash.update(Buffer.of(BINARY_TRANSPORT));
      add(Buffer.from(value.binaryValue, "base64"));
    }
  }
  return hash.digest("hex");
}

/** The deduplication id that content-based deduplication gives a message. */
export function contentDeduplicationId(body: string): string {
  return createHash("sha256").update(body, "utf8").digest("hex");
}

/** The digests of what was sent, as SendMessage answers them. */
export function checksums({
  body,
  attributes = {},
  systemAttributes = {},
}: SendRequest): Pick<SendResult, "md5OfBody" | "md5OfAttributes" | "md5OfSystemAttributes"> {
  const digest = md5OfAttributes(attributes);
  const ofSystem = md5OfAttributes(systemAttributes);
  return {
    md5OfBody: md5OfBody(body),
    ...(digest === undefined ? {} : { md5OfAttributes: digest }),
    ...(ofSystem === undefined ? {} : { md5OfSystemAttributes: ofSystem }),
  };
}

import { hash } from "node:crypto";

/**
 * What a frame is as the body of a post. All connections that hear it share one: the bytes, and their
 * hash, which every signature needs, are made once, when the first post asks for them.
 */
export class Payload {
  readonly text: string;
  #bytes: Buffer | undefined;
  #sha256: string | undefined;

  constructor(text: string) {
    this.text = text;
  }

  /** The text in UTF-8. */
  get bytes(): Buffer {
    this.#bytes ??= Buffer.from(this.text);
    return this.#bytes;
  }

  /** Of the bytes, in lower-case hexadecimal digits. */
  get sha256(): string {
    this.#sha256 ??= hash("sha256", this.bytes);
    return this.#sha256;
  }
}

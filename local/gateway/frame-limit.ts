import { MAX_FRAME_BYTES } from "./quotas.ts";

/** Control frames have opcodes from here on, and a limit of their own. */
const FIRST_CONTROL_OPCODE = 8;
const LENGTH_IN_16_BITS = 126;
const LENGTH_IN_64_BITS = 127;
const MASK_BYTES = 4;

/**
 * Follows the bytes that a client sends from frame header to frame header (RFC 6455, section 5.2), to
 * find a frame above the limit: the WebSocket library knows a limit for messages only.
 */
export class FrameLimit {
  readonly #header = Buffer.alloc(10);
  #collected = 0;
  /** Bytes of mask and payload until the next header. */
  #skip = 0;

  /** True as soon as a data frame announces more than {@link MAX_FRAME_BYTES}. */
  exceededBy(chunk: Buffer): boolean {
    let position = 0;
    while (position < chunk.length) {
      const skipped = Math.min(this.#skip, chunk.length - position);
      position += skipped;
      this.#skip -= skipped;
      if (position < chunk.length) {
        this.#header[this.#collected++] = chunk[position++] as number;
        if (this.#isComplete && this.#endHeader()) return true;
      }
    }
    return false;
  }

  get #isComplete(): boolean {
    const length = (this.#header[1] as number) & 0x7f;
    const extension = length === LENGTH_IN_16_BITS ? 2 : length === LENGTH_IN_64_BITS ? 8 : 0;
    return this.#collected >= 2 && this.#collected === 2 + extension;
  }

  /** Reads the header and begins to skip its frame; true when the frame is too large. */
  #endHeader(): boolean {
    const first = this.#header[0] as number;
    const second = this.#header[1] as number;
    const short = second & 0x7f;
    let length = short;
    if (short === LENGTH_IN_16_BITS) length = this.#header.readUInt16BE(2);
    if (short === LENGTH_IN_64_BITS) length = Number(this.#header.readBigUInt64BE(2));
    this.#collected = 0;
    this.#skip = length + (second & 0x80 ? MASK_BYTES : 0);
    return (first & 0x0f) < FIRST_CONTROL_OPCODE && length > MAX_FRAME_BYTES;
  }
}

/** Random numbers that are the same for the same seed. Not for secrets. */
export class SeededRandom {
  readonly #seed: string;
  #state: number;

  constructor(seed: number | string) {
    this.#seed = String(seed);
    this.#state = hash(this.#seed);
  }

  /** Another sequence, by a name: what one part of a world draws does not shift those of the others. */
  fork(name: string): SeededRandom {
    return new SeededRandom(`${this.#seed}/${name}`);
  }

  /** From 0 to 1, 1 excluded. */
  next(): number {
    // Mulberry32: small, fast, and good enough for choices.
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = this.#state;
    mixed = Math.imul(mixed ^ (mixed >>> 15), mixed | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** A whole number from 0 on, `end` excluded. */
  integer(end: number): number {
    return Math.floor(this.next() * end);
  }

  bytes(length: number): Buffer {
    const bytes = Buffer.alloc(length);
    for (let index = 0; index < length; index++) bytes[index] = this.integer(256);
    return bytes;
  }

  /** As API Gateway's ids are: 16 characters of base64 that end in `=`. */
  gatewayId(): string {
    return `${this.bytes(11).toString("base64url")}=`;
  }

  /** As SQS's and Lambda's ids are. */
  uuid(): string {
    const hex = this.bytes(16).toString("hex");
    const ends = [0, 8, 12, 16, 20, 32];
    return ends
      .slice(1)
      .map((end, index) => hex.slice(ends[index], end))
      .join("-");
  }
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) {
    value = Math.imul(value ^ byte, 0x01000193);
  }
  return value;
}

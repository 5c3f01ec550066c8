/** Remembers the last so many ids. */
export class Repeats {
  readonly #capacity: number;
  readonly #ids = new Set<string>();

  constructor(capacity = 1000) {
    this.#capacity = capacity;
  }

  /** False for an id that is remembered; any other is remembered from now on, in place of the oldest. */
  isNew(id: string): boolean {
    if (this.#ids.has(id)) {
      return false;
    }
    this.#ids.add(id);
    if (this.#ids.size > this.#capacity) {
      const [oldest = ""] = this.#ids;
      this.#ids.delete(oldest);
    }
    return true;
  }
}

/** Whether a `seq` is above another: decimal strings, too long for numbers. */
export function isAbove(seq: string, other: string): boolean {
  return seq.length === other.length ? seq > other : seq.length > other.length;
}

import type { Clock } from "../clock.ts";

/** Sequence numbers that one millisecond has room for. */
const PER_MILLISECOND = 100_000n;
const DIGITS = 18;

/**
 * The sequence numbers of one FIFO queue: twenty decimal digits, starting with 18 as AWS's do,
 * strictly growing and not consecutive (API reference, SendMessage). They follow the clock, so
 * they also grow from one run of the runtime to the next.
 */
export class SequenceNumbers {
  readonly #clock: Clock;
  #last = 0n;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  next(): string {
    const byClock = BigInt(this.#clock.now()) * PER_MILLISECOND;
    this.#last = byClock > this.#last ? byClock : this.#last + 1n;
    return `18${this.#last.toString().padStart(DIGITS, "0")}`;
  }
}

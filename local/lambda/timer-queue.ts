/** A longer delay counts as none, as in Node. */
const LONGEST_DELAY = 2 ** 31 - 1;

interface Entry {
  due: number;
  callback: () => void;
}

/**
 * The pending timers of a thread whose time is moved from outside. They fire in the order of their
 * due times, each in a turn of the event loop of its own.
 */
export class TimerQueue {
  readonly #now: () => number;
  readonly #defer: (callback: () => void) => unknown;
  readonly #entries = new Set<Entry>();

  /**
   * @param now Epoch milliseconds.
   * @param defer Calls back in the next turn of the event loop: `setImmediate`.
   */
  constructor(now: () => number, defer: (callback: () => void) => unknown) {
    this.#now = now;
    this.#defer = defer;
  }

  /** When the next timer is due, in epoch milliseconds. */
  get next(): number | undefined {
    return this.#first()?.due;
  }

  /**
   * Calls back after a delay in milliseconds. Without one, or with less than a millisecond, that is
   * in the next turn, at the same time: Node would make it a millisecond, for which nobody would
   * move the time.
   */
  add(delay: number, callback: () => void): Entry {
    const entry = { due: this.#now() + normal(delay), callback };
    this.#entries.add(entry);
    if (entry.due <= this.#now()) this.#defer(() => this.fireDue());
    return entry;
  }

  remove(entry: Entry): void {
    this.#entries.delete(entry);
  }

  /** Fires the first of those that are due, and the others in turns to come. */
  fireDue(): void {
    const entry = this.#first();
    if (entry === undefined || entry.due > this.#now()) return;
    this.#entries.delete(entry);
    // First, since the callback may throw.
    this.#defer(() => this.fireDue());
    entry.callback();
  }

  #first(): Entry | undefined {
    let first: Entry | undefined;
    for (const entry of this.#entries) {
      if (first === undefined || entry.due < first.due) first = entry;
    }
    return first;
  }
}

function normal(delay: number): number {
  const milliseconds = Math.trunc(Number(delay));
  return milliseconds >= 1 && milliseconds <= LONGEST_DELAY ? milliseconds : 0;
}

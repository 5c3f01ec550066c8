import type { Clock, Timer } from "../clock.ts";

interface Poll<T> {
  take: () => T[];
  finish: (taken: T[]) => void;
}

/** Receivers that wait for messages, served in the order in which they came. */
export class LongPolls<T> {
  readonly #clock: Clock;
  readonly #polls = new Set<Poll<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves with what `take` finds as soon as it finds something, with nothing after
   * `milliseconds`, when the signal aborts, or on `close`.
   */
  wait(milliseconds: number, take: () => T[], signal?: AbortSignal): Promise<T[]> {
    if (signal?.aborted) return Promise.resolve([]);
    return new Promise((resolve) => {
      let timer: Timer | undefined;
      const poll: Poll<T> = {
        take,
        finish: (taken) => {
          timer?.cancel();
          signal?.removeEventListener("abort", giveUp);
          this.#polls.delete(poll);
          resolve(taken);
        },
      };
      const giveUp = () => poll.finish([]);
      timer = this.#clock.after(milliseconds, giveUp);
      signal?.addEventListener("abort", giveUp);
      this.#polls.add(poll);
    });
  }

  /** Lets each waiting receiver try again, until one finds nothing. */
  serve(): void {
    for (const poll of this.#polls) {
      const taken = poll.take();
      if (taken.length === 0) return;
      poll.finish(taken);
    }
  }

  close(): void {
    for (const poll of this.#polls) poll.finish([]);
  }
}

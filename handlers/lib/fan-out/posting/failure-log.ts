import type { Log } from "../../log.ts";

/** Why a call to a connection failed. Never the contents of what was posted. */
export interface CallFailure {
  event: string;
  connectionId: string;
  /** Of the answer; undefined when there was none. */
  status: number | undefined;
  /** The error's name, where it has one. */
  error: string | undefined;
}

/** Writes at most one line a second: what fails, fails for many connections at once. */
export class FailureLog {
  readonly #log: Log;
  readonly #now: () => number;
  #silentUntil = Number.NEGATIVE_INFINITY;

  /** @param now Epoch milliseconds. */
  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#now = now;
  }

  write(failure: CallFailure): void {
    const now = this.#now();
    if (now >= this.#silentUntil) {
      this.#silentUntil = now + 1000;
      this.#log.warn({ ...failure });
    }
  }
}

/** A timer that can be cancelled; cancelling twice, or after it fired, does nothing. */
export interface Timer {
  cancel(): void;
}

/**
 * Where the runtime gets its time from. Every counterpart takes a clock, so that a test can live
 * through two hours in no time and never sleeps.
 */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Calls back once, `milliseconds` from now. A pending timer does not keep the process alive. */
  after(milliseconds: number, callback: () => void): Timer;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

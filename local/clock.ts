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
  /** On a clock that stands still until it is moved; absent on the machine's. */
  readonly virtual?: VirtualTime | undefined;
}

/**
 * What a clock that is moved by hand has for those whose work takes real time: threads, and calls
 * over sockets. Before time goes on, and after each timer, the clock waits until all of them have
 * settled. So whatever the handlers do takes no time at all, except where they wait for a timer.
 */
export interface VirtualTime {
  /**
   * The time, as one `Float64` of epoch milliseconds, for threads to read. It changes only while
   * everyone has settled.
   */
  readonly cell: SharedArrayBuffer;
  /** Takes part from now on; the result ends that. */
  join(participant: Participant): () => void;
  /**
   * For a server that lets a request hang on purpose: nobody waits for the request that comes from
   * this port (`request.socket.remotePort`), so that the time can go on to the caller's deadline. To
   * be called as long as the request hangs; the result, before it is answered after all.
   */
  hold(remotePort: number): () => void;
}

/** One of those that a clock which is moved by hand has to wait for. */
export interface Participant {
  /** For the person who wants to know what does not settle. */
  readonly name: string;
  /**
   * Resolves when nothing is left to do at this time. True when there was something: then others
   * may have got work from it, and everyone is asked once more.
   *
   * @param thoroughly False when nobody has done anything since the last time: who only has to do
   *   what others leave behind need not look for it.
   */
  settle(thoroughly: boolean): Promise<boolean>;
  /** When its next timer of its own is due, in epoch milliseconds; known once it has settled. */
  readonly nextTimer?: number | undefined;
  /** Fires those that are due. */
  fireTimers?(): void;
  /** No longer, or again, waits for its request from a local port. */
  hold?(localPort: number, held: boolean): void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  after(milliseconds, callback) {
    const handle = setTimeout(callback, milliseconds);
    handle.unref();
    return { cancel: () => clearTimeout(handle) };
  },
};

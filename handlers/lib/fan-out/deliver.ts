import type { Delivery } from "./audience.ts";
import type { Connections, PostOutcome } from "./connections.ts";

/** Waits between the attempts of a post that failed, in milliseconds. */
const retryDelaysMs = [100, 400];
/** Waits for a handshake to end, in milliseconds: it does so right after `connect` has answered. */
const joiningDelaysMs = [50, 100, 200, 400, 800];
/** Posts of one room in flight at once. */
export const concurrentPosts = 100;
/** The longest that one post may take. */
export const postDeadlineMs = 3000;

export interface Timing {
  /** Epoch milliseconds. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** From 0 to 1. */
  random(): number;
}

/** How a delivery ended. `posts` and `throttled` count all attempts. */
export interface DeliveryResult {
  outcome:
    | "done"
    /** The service knows no such connection. */
    | "gone"
    /** Not reached, although retried where that can help. */
    | "failed"
    /** There was no time left to try. */
    | "out-of-time";
  /** Where a retry of the batch would have to begin; meaningful unless done or gone. */
  failedIndex: number;
  posts: number;
  throttled: number;
}

/**
 * Posts a connection's frames, one after the other has been answered, so that they cannot overtake
 * each other. What fails is tried again, and never skipped.
 *
 * @param endsAt When the batch must be done, epoch milliseconds.
 */
export async function deliver(
  delivery: Delivery,
  connections: Connections,
  timing: Timing,
  endsAt: number,
): Promise<DeliveryResult> {
  const result: DeliveryResult = { outcome: "done", failedIndex: 0, posts: 0, throttled: 0 };
  for (const frame of delivery.frames) {
    result.failedIndex = frame.firstIndex;
    const waits = new Waits(delivery.isJoining, timing);
    let outcome: PostOutcome | undefined;
    while (outcome !== "delivered") {
      const delay = outcome === undefined ? 0 : waits.after(outcome);
      if (delay === undefined) {
        return { ...result, outcome: outcome === "gone" ? "gone" : "failed" };
      }
      const remaining = endsAt - timing.now() - delay;
      if (remaining <= 0) {
        return { ...result, outcome: "out-of-time" };
      }
      if (delay > 0) {
        await timing.sleep(delay);
      }
      const deadline = Math.min(postDeadlineMs, remaining);
      outcome = await connections.post(delivery.connectionId, frame.payload, deadline);
      result.posts += 1;
      result.throttled += outcome === "throttled" ? 1 : 0;
    }
  }
  return result;
}

/** How long to wait before the next attempts of one post. A handshake that is not over is no failure. */
class Waits {
  readonly #joining: Iterator<number>;
  readonly #retries: Iterator<number>;
  readonly #timing: Timing;

  constructor(isJoining: boolean, timing: Timing) {
    this.#joining = (isJoining ? joiningDelaysMs : []).values();
    this.#retries = retryDelaysMs.values();
    this.#timing = timing;
  }

  /** Undefined when there is to be no further attempt. */
  after(outcome: PostOutcome): number | undefined {
    if (outcome === "gone") {
      return this.#joining.next().value;
    }
    if (outcome === "too-large") {
      return undefined;
    }
    const delay: number | undefined = this.#retries.next().value;
    // Whole, since a deadline is made from what remains, and `AbortSignal.timeout` takes no fractions.
    return delay === undefined ? undefined : Math.trunc(delay * (0.5 + this.#timing.random()));
  }
}

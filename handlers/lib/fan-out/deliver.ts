import type { Delivery } from "./audience.ts";
import type { Connections, PostOutcome } from "./connections.ts";

/** Waits between the attempts of a post that failed, in milliseconds. */
const retryDelaysMs = [100, 400];
/** Waits for a handshake to end, in milliseconds: it does so right after `connect` has answered. */
const joiningDelaysMs = [50, 100, 200, 400, 800];
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
    /** Not reached, although retried. */
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
    let outcome: PostOutcome | undefined;
    for (let attempt = 0; outcome !== "delivered"; attempt++) {
      const delay = attempt === 0 ? 0 : delayAfter(outcome, attempt, delivery.isJoining, timing);
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
      outcome = await connections.post(delivery.connectionId, frame.text, deadline);
      result.posts += 1;
      result.throttled += outcome === "throttled" ? 1 : 0;
    }
  }
  return result;
}

/** How long to wait before the next attempt; undefined when there is to be none. */
function delayAfter(
  outcome: PostOutcome | undefined,
  attempt: number,
  isJoining: boolean,
  timing: Timing,
): number | undefined {
  if (outcome === "gone") {
    return isJoining ? joiningDelaysMs[attempt - 1] : undefined;
  }
  const delay = retryDelaysMs[attempt - 1];
  return delay === undefined ? undefined : delay * (0.5 + timing.random());
}

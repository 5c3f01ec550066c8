import type { Delivery } from "./audience.ts";
import type { Connections, PostOutcome } from "./connections.ts";
import type { Pacer } from "./pacer.ts";

/** Waits between the attempts of a post that failed, in milliseconds. */
const retryDelaysMs = [100, 400];
/** The wait of a post that was throttled with the whole account, in milliseconds; then it has to wait for its turn. */
const throttledDelayMs = 200;
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

/** How a delivery ended. `posts` counts all attempts, `throttled` and `failed` those that ended so. */
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
  failed: number;
}

/** What posting needs. */
export interface Posting {
  connections: Connections;
  pacer: Pick<Pacer, "take" | "delivered" | "throttled" | "isThrottled">;
  timing: Timing;
}

/**
 * Posts a connection's frames, one after the other has been answered, so that they cannot overtake
 * each other. What fails is tried again, and never skipped.
 *
 * @param endsAt When the batch must be done, epoch milliseconds.
 */
export async function deliver(
  { connectionId, frames, isJoining }: Delivery,
  posting: Posting,
  endsAt: number,
): Promise<DeliveryResult> {
  const { connections, pacer, timing } = posting;
  const result: DeliveryResult = {
    outcome: "done",
    failedIndex: 0,
    posts: 0,
    throttled: 0,
    failed: 0,
  };
  for (const frame of frames) {
    result.failedIndex = frame.firstIndex;
    let waits: Waits | undefined;
    for (;;) {
      // Most posts need not wait, and are not made to.
      const turn = pacer.take();
      if (!isInTime(turn, timing, endsAt)) return { ...result, outcome: "out-of-time" };
      if (turn > 0) await timing.sleep(turn);
      const deadline = Math.min(postDeadlineMs, endsAt - timing.now());
      const outcome = await connections.post(connectionId, frame.payload, deadline);
      result.posts += 1;
      if (outcome === "throttled") {
        result.throttled += 1;
        pacer.throttled(connectionId);
      } else if (outcome === "failed") {
        result.failed += 1;
      } else {
        pacer.delivered(connectionId);
      }
      if (outcome === "delivered") break;
      waits ??= new Waits(isJoining, posting);
      const delay = waits.after(outcome);
      if (delay === undefined) {
        return { ...result, outcome: outcome === "gone" ? "gone" : "failed" };
      }
      if (!isInTime(delay, timing, endsAt)) return { ...result, outcome: "out-of-time" };
      await timing.sleep(delay);
    }
  }
  return result;
}

/** Whether there is time left behind a wait. */
function isInTime(milliseconds: number, timing: Timing, endsAt: number): boolean {
  return timing.now() + milliseconds < endsAt;
}

/** How long to wait before the next attempts of one post. A handshake that is not over is no failure. */
class Waits {
  readonly #joining: Iterator<number>;
  readonly #retries: Iterator<number>;
  readonly #posting: Posting;

  constructor(isJoining: boolean, posting: Posting) {
    this.#joining = (isJoining ? joiningDelaysMs : []).values();
    this.#retries = retryDelaysMs.values();
    this.#posting = posting;
  }

  /** Undefined when there is to be no further attempt. */
  after(outcome: PostOutcome): number | undefined {
    if (outcome === "gone") {
      return this.#joining.next().value;
    }
    if (outcome === "too-large") {
      return undefined;
    }
    const { pacer, timing } = this.#posting;
    // While it is the account that is throttled, this connection has not failed: its turn will come.
    const delay: number | undefined =
      outcome === "throttled" && pacer.isThrottled ? throttledDelayMs : this.#retries.next().value;
    return delay === undefined ? undefined : Math.trunc(delay * (0.5 + timing.random()));
  }
}

import type { Clock } from "../../../local/clock.ts";

const real = AbortSignal.timeout;

/** One for all: making it costs more than the rest. */
const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");

/**
 * Lets `AbortSignal.timeout` follow a clock, for everybody in this process, until the result is
 * called. As Node's it refuses what is not a whole number.
 *
 * @throws Error when it follows another clock already
 */
export function followAbortTimeouts(clock: Clock): () => void {
  if (AbortSignal.timeout !== real) {
    throw new Error("There is another world in this process that has not been closed.");
  }
  AbortSignal.timeout = (milliseconds) => {
    if (!Number.isInteger(milliseconds) || milliseconds < 0) {
      throw new RangeError(`The value of "delay" is out of range. Received ${milliseconds}`);
    }
    const controller = new AbortController();
    clock.after(milliseconds, () => controller.abort(reason));
    return controller.signal;
  };
  return () => {
    AbortSignal.timeout = real;
  };
}

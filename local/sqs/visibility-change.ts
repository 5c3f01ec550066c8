import * as errors from "./errors.ts";
import { MAX_VISIBILITY_SECONDS } from "./limits.ts";
import type { Entry } from "./message-store.ts";
import { checkVisibilityTimeout } from "./validation.ts";

export interface VisibilityChange {
  receiptHandle: string;
  seconds: number;
  /** Epoch milliseconds. */
  now: number;
  fifo: boolean;
}

/**
 * Refuses a change of the visibility timeout that SQS does not make: of a message that is gone or not
 * in flight, by an old handle, to more than twelve hours after it was received (API reference,
 * ChangeMessageVisibility).
 */
export function checkVisibilityChange(
  entry: Entry | undefined,
  { receiptHandle, seconds, now, fifo }: VisibilityChange,
): asserts entry is Entry {
  checkVisibilityTimeout(seconds);
  if (entry === undefined) throw errors.messageNotAvailable(receiptHandle);
  if (entry.state !== "in-flight" || entry.receiptHandle !== receiptHandle) {
    throw fifo
      ? errors.receiptHandleExpired(receiptHandle)
      : errors.messageNotInFlight(receiptHandle);
  }
  if (now + seconds * 1000 > entry.receivedAt + MAX_VISIBILITY_SECONDS * 1000) {
    throw errors.invalidValue(
      seconds,
      "VisibilityTimeout",
      `Total VisibilityTimeout for the message is beyond the limit [${MAX_VISIBILITY_SECONDS} seconds]`,
    );
  }
}

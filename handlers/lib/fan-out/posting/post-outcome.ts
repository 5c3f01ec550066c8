import type { PostOutcome } from "../connections.ts";

/** What a post's HTTP status means; undefined: there was no answer. */
export function outcomeOf(status: number | undefined): PostOutcome {
  switch (status) {
    case 200:
      return "delivered";
    case 410:
      return "gone";
    case 413:
      return "too-large";
    case 429:
      return "throttled";
    default:
      return "failed";
  }
}

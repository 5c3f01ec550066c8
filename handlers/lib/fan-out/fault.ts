import type { Delivery } from "./audience.ts";
import type { DeliveryResult } from "./deliver.ts";

/** A delivery, and how it went. */
export interface Served {
  delivery: Delivery;
  result: DeliveryResult;
  /** Epoch milliseconds. */
  startedAt: number;
  endedAt: number;
}

/** From this share of throttled posts on, it is the account that is throttled, not a connection. */
const accountThrottledShare = 0.01;
/** So many others have to fail before they can say anything of the service. */
const leastWitnesses = 3;

interface Tally {
  posts: number;
  throttled: number;
}

/**
 * Tells, of those who were not reached, whether it is the connection that failed, or the account or the
 * service, for which nobody is let go. See docs/adr/0011 and 0028.
 */
export class FaultFinder {
  /** All attempts of a broadcast: of everybody, and of those who were reached in the end. */
  readonly #all: Tally;
  readonly #reached: Tally;
  /** When deliveries ended, in order: those in which posts failed, and those in which none did. */
  readonly #troubled: number[];
  readonly #untroubled: number[];

  /** @param served Everybody in a broadcast. */
  constructor(served: readonly Served[]) {
    this.#all = tally(served);
    this.#reached = tally(served.filter(isReached));
    const ends = Map.groupBy(served, isTroubled);
    this.#troubled = endsOf(ends.get(true));
    this.#untroubled = endsOf(ends.get(false));
  }

  isOfConnection(one: Served): boolean {
    return !this.#isAccountThrottled(one) && !this.#isServiceFailing(one);
  }

  /**
   * Judged by the posts to connections that were reached in the end: one whose buffer stays full is
   * throttled, too, and two of those must not protect each other.
   */
  #isAccountThrottled({ result: own }: Served): boolean {
    const { posts, throttled } =
      this.#reached.posts > 0
        ? this.#reached
        : { posts: this.#all.posts - own.posts, throttled: this.#all.throttled - own.throttled };
    return throttled > 0 && throttled >= posts * accountThrottledShare;
  }

  /** Judged by the others who were under way since its first post: most of them failed, too. */
  #isServiceFailing(one: Served): boolean {
    if (!isTroubled(one)) {
      return false;
    }
    const troubled = countSince(this.#troubled, one.startedAt) - 1;
    return troubled >= leastWitnesses && troubled > countSince(this.#untroubled, one.startedAt);
  }
}

function tally(served: readonly Served[]): Tally {
  let [posts, throttled] = [0, 0];
  for (const { result } of served) {
    posts += result.posts;
    throttled += result.throttled;
  }
  return { posts, throttled };
}

function isReached({ result }: Served): boolean {
  return result.outcome === "done";
}

function isTroubled({ result }: Served): boolean {
  return result.failed > 0;
}

function endsOf(served: readonly Served[] = []): number[] {
  return served.map(({ endedAt }) => endedAt).sort((one, other) => one - other);
}

/** How many of the moments, which are in order, are not before this one. */
function countSince(moments: readonly number[], moment: number): number {
  let [from, to] = [0, moments.length];
  while (from < to) {
    const middle = (from + to) >> 1;
    if ((moments[middle] as number) < moment) from = middle + 1;
    else to = middle;
  }
  return moments.length - from;
}

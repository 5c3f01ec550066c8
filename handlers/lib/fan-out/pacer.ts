import { ThrottleWatch } from "./throttle-watch.ts";

export interface PacerOptions {
  /** Posts per second to start with. */
  ratePerSecond: number;
  /** Posts that go at once at the start, and after a pause. */
  burst: number;
  /** Posts per second that it never falls below. Default 20. */
  floor?: number;
  /** Posts per second that it never rises above. Default 10 000, the quota of an account. */
  ceiling?: number;
  /**
   * Posts that have to wait go together, so often: in milliseconds, default 1. A process that wakes for
   * each of them spends as much on waking as on posting.
   */
  tickMs?: number;
  /** In milliseconds. */
  now: () => number;
}

const defaultFloor = 20;
const defaultCeiling = 10_000;
/** What throttling leaves of the rate. */
const decrease = 0.5;
/** The share of the rate at which the account was throttled that is soon reached again. */
const knownShare = 0.9;
/** Up to there the rate doubles in this time, in seconds. */
const doublingSeconds = 1;
/** Beyond, it rises by this share of the start rate each second: two parts in a hundred. */
const risePerSecond = 0.02;
/** For so long after a decrease posts that were under way may still be throttled, in milliseconds. */
const holdMs = 250;
/** For so long the account counts as throttled, in milliseconds. */
const throttledMs = 2000;
/** What was learnt of the account holds for this long without a post, in milliseconds. */
const memoryMs = 10_000;

/**
 * Paces the posts of one room or lane: a token bucket whose rate is halved when the account is
 * throttled, soon returns to nearly what it was, and then rises slowly. The account's 10 000
 * requests a second are shared by everything in it (API Gateway quotas, "Throttle quota per account").
 *
 * The rate rises with what is delivered, not with time: who sends nothing learns nothing of the
 * account. Connections whose own buffers are full slow nobody down (see {@link ThrottleWatch}).
 */
export class Pacer {
  readonly #startRate: number;
  readonly #burst: number;
  readonly #floor: number;
  readonly #ceiling: number;
  readonly #risePerSecond: number;
  readonly #tickMs: number;
  readonly #now: () => number;
  readonly #watch: ThrottleWatch;
  #rate: number;
  /** The rate that is soon to be reached again; 0 while the account was never throttled. */
  #known = 0;
  /** May be negative: posts that were promised a time to come. */
  #tokens: number;
  #countedAt: number;
  #heldUntil = Number.NEGATIVE_INFINITY;
  #throttledUntil = Number.NEGATIVE_INFINITY;

  constructor(options: PacerOptions) {
    const { ratePerSecond, burst, now, tickMs = 1 } = options;
    const { floor = defaultFloor, ceiling = defaultCeiling } = options;
    this.#floor = Math.min(floor, ratePerSecond);
    this.#ceiling = Math.max(ceiling, ratePerSecond);
    this.#risePerSecond = ratePerSecond * risePerSecond;
    this.#startRate = ratePerSecond;
    this.#rate = ratePerSecond;
    this.#burst = burst;
    this.#tickMs = tickMs;
    this.#tokens = burst;
    this.#now = now;
    this.#countedAt = now();
    this.#watch = new ThrottleWatch(now);
  }

  /** Posts per second at the moment. */
  get ratePerSecond(): number {
    return this.#rate;
  }

  /** Whether the account was throttled a moment ago. */
  get isThrottled(): boolean {
    return this.#now() < this.#throttledUntil;
  }

  /** Begins an invocation: after a pause it begins as the first one did. */
  begin(): this {
    const now = this.#now();
    if (now - this.#countedAt > memoryMs) {
      this.#rate = this.#startRate;
      this.#known = 0;
    }
    this.#watch.reset();
    // Who was promised a time to come is no longer there.
    this.#tokens = Math.max(0, this.#tokens);
    return this;
  }

  /**
   * Reserves the next post; every attempt needs one of its own.
   *
   * @returns How long to wait before it, in whole milliseconds; 0 for at once. Those who wait go in the
   * order in which they have asked, so a post that waits is not put off by later ones.
   */
  take(): number {
    this.#refill();
    this.#tokens -= 1;
    if (this.#tokens >= 0) {
      return 0;
    }
    const now = this.#now();
    const due = now + (-this.#tokens / this.#rate) * 1000;
    return Math.ceil(Math.ceil(due / this.#tickMs) * this.#tickMs - now);
  }

  /** A post was answered otherwise than by 429: also "gone" says that the account has room. */
  delivered(connectionId: string): void {
    if (this.#watch.delivered(connectionId)) {
      this.#decrease();
      return;
    }
    this.#refill();
    const rise =
      this.#rate < this.#known ? Math.LN2 / doublingSeconds : this.#risePerSecond / this.#rate;
    this.#rate = Math.min(this.#ceiling, this.#rate + rise);
  }

  /** A post was answered by 429. */
  throttled(connectionId: string): void {
    const isHeld = this.#now() < this.#heldUntil;
    if (!isHeld && this.#watch.throttled(connectionId)) {
      this.#decrease();
    }
  }

  #decrease(): void {
    this.#refill();
    this.#known = this.#rate * knownShare;
    this.#rate = Math.max(this.#floor, this.#rate * decrease);
    // The account has nothing left to give at once.
    this.#tokens = Math.min(0, this.#tokens);
    this.#heldUntil = this.#now() + holdMs;
    this.#throttledUntil = this.#now() + throttledMs;
    this.#watch.reset();
  }

  #refill(): void {
    const now = this.#now();
    // A clock that was set back brings nothing.
    const arrived = (Math.max(0, now - this.#countedAt) * this.#rate) / 1000;
    this.#tokens = Math.min(this.#burst, this.#tokens + arrived);
    this.#countedAt = now;
  }
}

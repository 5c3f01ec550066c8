import type { Clock } from "../clock.ts";

/** What a throttle lets through. */
export interface Limits {
  /** Tokens a second that flow into the bucket. */
  rate: number;
  /** How many tokens the bucket holds. */
  burst: number;
}

/**
 * A token bucket: full at first, each request takes one token (API Gateway Developer Guide,
 * "Protecting your WebSocket API"). A rate or a burst of zero lets nothing through.
 */
export class TokenBucket {
  readonly limits: Limits;
  readonly #clock: Clock;
  #tokens: number;
  #countedAt: number;
  #refusing = false;

  constructor(clock: Clock, limits: Limits) {
    this.limits = limits;
    this.#clock = clock;
    this.#tokens = limits.rate > 0 ? limits.burst : 0;
    this.#countedAt = clock.now();
  }

  /** True after a refusal, until a token is there again. */
  get refusing(): boolean {
    return this.#refusing;
  }

  /** Takes a token; false when there is none. */
  take(): boolean {
    const { rate, burst } = this.limits;
    const now = this.#clock.now();
    // A clock that was set back brings nothing.
    const arrived = (Math.max(0, now - this.#countedAt) * rate) / 1000;
    this.#tokens = Math.min(burst, this.#tokens + arrived);
    this.#countedAt = now;
    this.#refusing = this.#tokens < 1;
    if (this.#refusing) return false;
    this.#tokens -= 1;
    return true;
  }
}

/** Outcomes are judged together for this long, in milliseconds. */
const windowMs = 1000;
/** So many connections have to tell the same before it can be the account. */
const leastConnections = 3;
/** The share of all posts from which on it is the account, when those were reached after all. */
const recoveredShare = 0.01;
/** The share of all posts that cannot be full buffers. */
const throttledShare = 0.1;

/**
 * Tells an account that is throttled from connections whose buffers are full: both are answered by
 * 429 (API Gateway, "@connections commands", LimitExceededException). What tells them apart is the
 * next attempt: a full buffer stays full, while the account lets most posts through. So it is the
 * account when several connections were throttled and then reached, or when too many are throttled
 * for anything else. See docs/adr/0011.
 */
export class ThrottleWatch {
  readonly #now: () => number;
  /** Connections that were throttled and not yet reached. */
  readonly #suspects = new Set<string>();
  #posts = 0;
  #throttled = 0;
  #recovered = 0;
  #endsAt = 0;

  /** @param now In milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Whether it is the account, as this connection was throttled before. */
  delivered(connectionId: string): boolean {
    this.#count();
    this.#recovered += this.#suspects.delete(connectionId) ? 1 : 0;
    return this.#isMany(this.#recovered, recoveredShare);
  }

  /** Whether it is the account, as so many are throttled. */
  throttled(connectionId: string): boolean {
    this.#count();
    this.#throttled += this.#suspects.has(connectionId) ? 0 : 1;
    this.#suspects.add(connectionId);
    return this.#isMany(this.#throttled, throttledShare);
  }

  /** Begins anew: nothing of the past counts. */
  reset(): void {
    this.#suspects.clear();
    this.#begin();
  }

  #isMany(connections: number, share: number): boolean {
    return connections >= leastConnections && connections >= this.#posts * share;
  }

  #count(): void {
    if (this.#now() >= this.#endsAt) {
      this.#begin();
    }
    this.#posts += 1;
  }

  #begin(): void {
    this.#posts = 0;
    this.#throttled = 0;
    this.#recovered = 0;
    this.#endsAt = this.#now() + windowMs;
  }
}

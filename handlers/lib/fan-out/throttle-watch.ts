/** Outcomes are judged together for this long, in milliseconds. */
const windowMs = 1000;
/** So many connections have to be throttled before it can be the account. */
const leastConnections = 3;
/** And this share of all posts. */
const leastShare = 0.02;

/**
 * Tells an account that is throttled from connections whose buffers are full: both are answered by
 * 429 (API Gateway, "@connections commands", LimitExceededException). A full buffer throttles one
 * connection again and again; a throttled account throttles whoever comes, so several. See
 * docs/adr/0011.
 */
export class ThrottleWatch {
  readonly #now: () => number;
  readonly #connections = new Set<string>();
  #posts = 0;
  #endsAt = 0;

  /** @param now In milliseconds. */
  constructor(now: () => number) {
    this.#now = now;
  }

  delivered(): void {
    this.#count();
  }

  /** Whether it is the account. If so, everything is counted anew from here. */
  throttled(connectionId: string): boolean {
    this.#count();
    this.#connections.add(connectionId);
    const connections = this.#connections.size;
    const isAccount = connections >= leastConnections && connections >= this.#posts * leastShare;
    if (isAccount) {
      this.reset();
    }
    return isAccount;
  }

  reset(): void {
    this.#posts = 0;
    this.#connections.clear();
    this.#endsAt = this.#now() + windowMs;
  }

  #count(): void {
    if (this.#now() >= this.#endsAt) {
      this.reset();
    }
    this.#posts += 1;
  }
}

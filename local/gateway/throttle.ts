import type { Clock } from "../clock.ts";
import type { StageDefinition } from "./definition.ts";
import { ACCOUNT_CONNECTIONS, ACCOUNT_REQUESTS } from "./quotas.ts";
import { type Limits, TokenBucket } from "./token-bucket.ts";

/** What all APIs of an account and region share; give one to several gateways to have them share it. */
export interface AccountBuckets {
  requests: TokenBucket;
  connections: TokenBucket;
}

/** Requests, `@connections` included, and new connections, of an account. */
export interface AccountQuotas {
  requests?: Limits;
  connections?: Limits;
}

/** The account's buckets. Default: the quotas that a new account has. */
export function accountBuckets(
  clock: Clock,
  { requests = ACCOUNT_REQUESTS, connections = ACCOUNT_CONNECTIONS }: AccountQuotas = {},
): AccountBuckets {
  return {
    requests: new TokenBucket(clock, requests),
    connections: new TokenBucket(clock, connections),
  };
}

/** Why a request was not let through. */
export interface Throttled {
  /** For a person. */
  reason: string;
  /** The first refusal of a row. */
  first: boolean;
}

/**
 * Throttling as API Gateway does it: the limits of the stage, for each of its routes by itself, then
 * those of the account, which bound them (API Gateway Developer Guide, "Protecting your WebSocket
 * API"). The settings of a route replace those of the stage.
 */
export class Throttle {
  readonly #clock: Clock;
  readonly #account: AccountBuckets;
  readonly #routes = new WeakMap<StageDefinition, Map<string, TokenBucket>>();

  constructor(clock: Clock, account: AccountBuckets) {
    this.#clock = clock;
    this.#account = account;
  }

  /** A handshake; undefined lets it through. */
  connection(stage: StageDefinition): Throttled | undefined {
    return (
      this.message(stage, "$connect") ?? refusalOf(this.#account.connections, "new connections")
    );
  }

  /** A message for a route; undefined lets it through. */
  message(stage: StageDefinition, routeKey: string): Throttled | undefined {
    const bucket = this.#bucketOf(stage, routeKey);
    return (
      (bucket && refusalOf(bucket, `route ${routeKey} of stage ${stage.name}`)) ?? this.callback()
    );
  }

  /** A request to `@connections`; undefined lets it through. */
  callback(): Throttled | undefined {
    return refusalOf(this.#account.requests, "the account");
  }

  #bucketOf(stage: StageDefinition, routeKey: string): TokenBucket | undefined {
    const limits = stage.routeLimits.get(routeKey) ?? stage.limits;
    if (limits === undefined) return undefined;
    let buckets = this.#routes.get(stage);
    if (buckets === undefined) {
      buckets = new Map();
      this.#routes.set(stage, buckets);
    }
    let bucket = buckets.get(routeKey);
    if (bucket === undefined) {
      bucket = new TokenBucket(this.#clock, limits);
      buckets.set(routeKey, bucket);
    }
    return bucket;
  }
}

function refusalOf(bucket: TokenBucket, whose: string): Throttled | undefined {
  const first = !bucket.refusing;
  if (bucket.take()) return undefined;
  const { rate, burst } = bucket.limits;
  const reason = `throttled: ${whose} allows ${rate} requests a second, in bursts of ${burst}`;
  return { reason, first };
}

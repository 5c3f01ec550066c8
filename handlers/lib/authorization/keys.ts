import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey } from "jose";
import type { Log } from "../log.ts";

/** How long a fetch of the key set may take: the handshake's answer is due within 5 s. */
const fetchTimeoutMs = 4000;
/** Keys older than this are fetched again before they are used. */
const cacheMaxAgeMs = 10 * 60_000;
/** An unknown `kid` fetches the set again, at most this often: rotation without a stampede. */
const cooldownMs = 30_000;

export interface RemoteKeysOptions {
  log: Log;
  now: () => number;
  fetchTimeoutMs?: number;
}

/** Keys that stand in the configuration. */
export function inlineKeys(jwks: string): JWTVerifyGetKey {
  return createLocalJWKSet(JSON.parse(jwks));
}

/**
 * Keys by `kid` from a JWKS URI, cached, fetched again by age and for an unknown `kid`. While the
 * URI is out of reach the last keys serve on; without any, the error is thrown after 4 s at most.
 */
export function remoteKeys(uri: string, options: RemoteKeysOptions): JWTVerifyGetKey {
  const remote = createRemoteJWKSet(new URL(uri), {
    timeoutDuration: options.fetchTimeoutMs ?? fetchTimeoutMs,
    cacheMaxAge: cacheMaxAgeMs,
    cooldownDuration: cooldownMs,
  });
  let unreachableUntil = 0;
  return async (header, token) => {
    const cached = remote.jwks();
    if (cached !== undefined && options.now() < unreachableUntil) {
      return createLocalJWKSet(cached)(header, token);
    }
    try {
      return await remote(header, token);
    } catch (error) {
      if (isAboutTheToken(error)) {
        throw error;
      }
      unreachableUntil = options.now() + cooldownMs;
      options.log.error({ event: "key set out of reach", cached: cached !== undefined });
      if (cached === undefined) {
        throw new KeySetUnreachable();
      }
      return createLocalJWKSet(cached)(header, token);
    }
  };
}

/** No key set is at hand, so no token can be judged: the handshake fails with 500, not 401. */
export class KeySetUnreachable extends Error {
  override readonly name = "KeySetUnreachable";

  constructor() {
    super("The JWKS URI is out of reach and no keys are cached.");
  }
}

/** The set was there, and has no one key that fits this token. */
function isAboutTheToken(error: unknown): boolean {
  return (
    error instanceof errors.JWKSNoMatchingKey ||
    error instanceof errors.JWKSMultipleMatchingKeys ||
    error instanceof errors.JOSENotSupported
  );
}

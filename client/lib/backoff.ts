/**
 * A pause before the next attempt, by "full jitter": anything from nothing to a bound that doubles
 * with each failure, so that those who lost their connections together do not come back together.
 *
 * @param failures attempts in a row that have failed; 0 right after a connection was lost
 * @param random from 0 up to, not including, 1
 */
export function backoffMs(
  failures: number,
  { backoffBaseMs, backoffCapMs }: { backoffBaseMs: number; backoffCapMs: number },
  random: number,
): number {
  return Math.floor(random * Math.min(backoffCapMs, backoffBaseMs * 2 ** failures));
}

/** API Gateway closes every connection after two hours. */
const maxConnectionMs = 2 * 60 * 60 * 1000;
const leastRenewalMs = 10_000;

/**
 * When to replace a connection, counted from its opening: after three quarters to nine tenths of
 * the time that it has, whichever of the two-hour limit and the token's expiry comes first. So a thousand that
 * opened at once are replaced over eighteen minutes.
 *
 * @param tokenMs what is left of its token's life
 * @param random from 0 up to, not including, 1
 */
export function renewalMs(tokenMs: number, random: number): number {
  const share = 0.75 + 0.15 * random;
  return Math.max(leastRenewalMs, Math.floor(Math.min(maxConnectionMs, tokenMs) * share));
}

/** The wait before the first retry; doubled each time, up to a minute. Lambda does not document its own. */
export const FIRST_RETRY_MILLISECONDS = 1000;
export const LONGEST_RETRY_MILLISECONDS = 60_000;

/** Milliseconds to wait after so many attempts in vain, 1 or more. */
export function backoff(attempts: number): number {
  return Math.min(FIRST_RETRY_MILLISECONDS * 2 ** (attempts - 1), LONGEST_RETRY_MILLISECONDS);
}

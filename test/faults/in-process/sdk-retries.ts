import type { Invocation } from "./invocation.ts";

/** How a client of the SDK tries again. */
export interface RetryPolicy {
  attempts: number;
  /** Milliseconds. */
  baseDelay: number;
}

/** `@smithy/core/retry` 2026: DynamoDB's client differs from all others. */
export const dynamoDbRetries: RetryPolicy = { attempts: 4, baseDelay: 25 };
export const standardRetries: RetryPolicy = { attempts: 3, baseDelay: 50 };
export const noRetries: RetryPolicy = { attempts: 1, baseDelay: 0 };

const THROTTLING_DELAY = 1000;
const LONGEST_DELAY = 20_000;

/** The types of the services in use, of those that the SDK takes for throttling. */
const THROTTLING = new Set([
  "LimitExceededException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "RequestThrottled",
  "RequestThrottledException",
  "ThrottledException",
  "Throttling",
  "ThrottlingException",
  "TooManyRequestsException",
]);
const TRANSIENT_STATUSES = new Set([500, 502, 503, 504]);
const TRANSIENT = new Set(["TimeoutError", "RequestTimeout", "RequestTimeoutException"]);

/**
 * What the SDK's standard retry strategy does by itself: transient failures and throttling are tried
 * again after a random part of a delay that doubles. Its budget of retries for a client (500, of which
 * each costs 5 or 14) is not played: no schedule comes near it.
 *
 * @param random From 0 to 1.
 */
export async function withRetries<Result>(
  attempt: () => Promise<Result>,
  { attempts, baseDelay }: RetryPolicy,
  invocation: Invocation,
  random: () => number,
): Promise<Result> {
  for (let failed = 0; ; failed++) {
    try {
      return await attempt();
    } catch (error) {
      const base = delayAfter(error as SdkError, baseDelay);
      if (base === undefined || failed + 1 >= attempts) throw error;
      await invocation.sleep(Math.floor(random() * Math.min(base * 2 ** failed, LONGEST_DELAY)));
    }
  }
}

type SdkError = Error & { code?: string; $metadata?: { httpStatusCode?: number } };

function delayAfter({ name, code, $metadata }: SdkError, baseDelay: number): number | undefined {
  const status = $metadata?.httpStatusCode ?? 0;
  if (status === 429 || THROTTLING.has(name)) return THROTTLING_DELAY;
  const isTransient =
    code === "ECONNRESET" || TRANSIENT.has(name) || TRANSIENT_STATUSES.has(status);
  return isTransient ? baseDelay : undefined;
}

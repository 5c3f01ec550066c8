import type { Clock } from "../clock.ts";
import type { StreamRecord } from "../dynamodb/stream-record.ts";
import type { InvocationResult, LambdaFunction } from "../lambda/function.ts";
import type { StreamMapping } from "./stream-mapping.ts";
import {
  type FailureCondition,
  type FailureMetadata,
  failureMetadata,
  firstFailure,
} from "./stream-outcome.ts";

/** The wait before a retry: doubled each time, up to a minute. Lambda does not document its own. */
export const FIRST_RETRY_MILLISECONDS = 1000;
export const LONGEST_RETRY_MILLISECONDS = 60_000;
/** Records live in a stream for a day, whatever the mapping says. */
const RETENTION_SECONDS = 24 * 60 * 60;

type Batch = [StreamRecord, ...StreamRecord[]];

interface Attempt {
  records: StreamRecord[];
  /** Invocations with exactly these records. */
  invocations: number;
  last: InvocationResult | undefined;
}

export interface DeliveryOptions {
  mapping: StreamMapping;
  target: LambdaFunction;
  clock: Clock;
  newId: () => string;
  /** Told of records that were given up, before the stream goes on behind them. */
  onFailure: (metadata: FailureMetadata) => Promise<void> | void;
  /** Waits on the runtime's clock; false when the poller was closed meanwhile. */
  wait: (milliseconds: number) => Promise<boolean>;
}

/**
 * Delivers a batch until every record of it has succeeded or was given up, in order: retries from
 * the lowest reported failure, halves failing batches where the mapping says so (at once, and not
 * counted as a retry), gives up records over their age or retries.
 */
export async function deliver(records: StreamRecord[], options: DeliveryOptions): Promise<void> {
  const { mapping, target } = options;
  const rest: Attempt[] = [fresh(records)];
  for (let attempt = rest.shift(); attempt; attempt = rest.shift()) {
    const { young, old } = byAge(attempt.records, options);
    if (isBatch(old)) await giveUp(old, attempt, "RecordAgeExceeded", options);
    if (!isBatch(young)) continue;
    const result = await target.invoke({ Records: young });
    const failed = firstFailure(result, young, mapping.reportsItemFailures);
    if (failed === undefined) continue;
    const invocations = attempt.invocations + 1;
    const remaining = { records: young.slice(failed), invocations, last: result };
    if (failed > 0) {
      // The first part is done: what is left counts as a batch of its own.
      rest.unshift(fresh(remaining.records));
    } else if (mapping.bisectOnError && young.length > 1) {
      rest.unshift(...halves(young));
      continue;
    } else if (mapping.maximumRetryAttempts >= 0 && invocations > mapping.maximumRetryAttempts) {
      await giveUp(young, remaining, "RetryAttemptsExhausted", options);
      continue;
    } else {
      rest.unshift(remaining);
    }
    if (!(await options.wait(backoff(invocations)))) return;
  }
}

function fresh(records: StreamRecord[]): Attempt {
  return { records, invocations: 0, last: undefined };
}

function halves(records: StreamRecord[]): Attempt[] {
  const middle = Math.ceil(records.length / 2);
  return [fresh(records.slice(0, middle)), fresh(records.slice(middle))];
}

function backoff(invocations: number): number {
  return Math.min(FIRST_RETRY_MILLISECONDS * 2 ** (invocations - 1), LONGEST_RETRY_MILLISECONDS);
}

function byAge(records: StreamRecord[], { mapping, clock }: DeliveryOptions) {
  const limit = mapping.maximumRecordAge === -1 ? RETENTION_SECONDS : mapping.maximumRecordAge;
  const oldest = clock.now() / 1000 - limit;
  const from = records.findIndex(({ dynamodb }) => dynamodb.ApproximateCreationDateTime >= oldest);
  const young = from === -1 ? [] : records.slice(from);
  return { young, old: records.slice(0, records.length - young.length) };
}

function isBatch(records: StreamRecord[]): records is Batch {
  return records.length > 0;
}

async function giveUp(
  batch: Batch,
  { invocations, last }: Attempt,
  condition: FailureCondition,
  { target, clock, newId, onFailure }: DeliveryOptions,
): Promise<void> {
  await onFailure(
    failureMetadata({
      requestId: newId(),
      functionArn: target.arn,
      condition,
      invocations,
      result: last,
      batch,
      at: clock.now(),
    }),
  );
}

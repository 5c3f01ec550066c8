import type { Clock } from "../clock.ts";
import type { StreamRecord } from "../dynamodb/stream-record.ts";
import { type InvocationResult, isThrottled, type LambdaFunction } from "../lambda/function.ts";
import { backoff } from "./backoff.ts";
import type { StreamMapping } from "./stream-mapping.ts";
import {
  type FailureCondition,
  type FailureMetadata,
  failureMetadata,
  firstFailure,
} from "./stream-outcome.ts";

/** Records live in a stream for a day, whatever the mapping says. */
const RETENTION_SECONDS = 24 * 60 * 60;

type Batch = [StreamRecord, ...StreamRecord[]];

interface Attempt {
  records: StreamRecord[];
  /** Invocations with exactly these records. */
  invocations: number;
  /** Attempts to invoke since then that were throttled. */
  throttles: number;
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
 * counted as a retry), gives up records over their age or retries. What is throttled was not tried:
 * it counts as no retry and halves nothing, and ends only with the records' age (Lambda Developer
 * Guide, discarded records of a DynamoDB event source).
 */
export async function deliver(records: StreamRecord[], options: DeliveryOptions): Promise<void> {
  const { mapping, target } = options;
  const rest: Attempt[] = [fresh(records)];
  for (let attempt = rest.shift(); attempt; attempt = rest.shift()) {
    const { young, old } = byAge(attempt.records, options);
    if (isBatch(old)) await giveUp(old, attempt, "RecordAgeExceeded", options);
    if (!isBatch(young)) continue;
    const result = await target.invoke({ Records: young });
    if (isThrottled(result)) {
      const throttles = attempt.throttles + 1;
      rest.unshift({ ...attempt, records: young, throttles });
      if (!(await options.wait(backoff(throttles)))) return;
      continue;
    }
    const failed = firstFailure(result, young, mapping.reportsItemFailures);
    if (failed === undefined) continue;
    const invocations = attempt.invocations + 1;
    const remaining = { records: young.slice(failed), invocations, throttles: 0, last: result };
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
  return { records, invocations: 0, throttles: 0, last: undefined };
}

function halves(records: StreamRecord[]): Attempt[] {
  const middle = Math.ceil(records.length / 2);
  return [fresh(records.slice(0, middle)), fresh(records.slice(middle))];
}

function byAge(records: StreamRecord[], { mapping, clock }: DeliveryOptions) {
  const { maximumRecordAge } = mapping;
  const limit = maximumRecordAge === -1 ? RETENTION_SECONDS : maximumRecordAge;
  const oldest = clock.now() / 1000 - Math.min(limit, RETENTION_SECONDS);
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

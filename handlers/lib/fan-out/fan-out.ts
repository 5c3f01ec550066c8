import type { SQSBatchResponse, SQSRecord } from "aws-lambda";
import { errorName } from "../log.ts";
import { type FanOutMetrics, noFigures } from "./metrics.ts";
import type { RoomBatchOptions, RoomBatchResult } from "./room-batch.ts";
import { groupOf } from "./room-event.ts";

export interface FanOutOptions extends RoomBatchOptions {
  /** Delivers the records of one message group: of a room, or of a lane of one. */
  deliverBatch(
    records: readonly SQSRecord[],
    options: RoomBatchOptions,
    endsAt: number,
  ): Promise<RoomBatchResult>;
  metrics: FanOutMetrics;
  /** Makes records invisible for that long, in one call. May reject. */
  postpone(records: readonly SQSRecord[], seconds: number): Promise<void>;
}

/** Kept free at the end of an invocation: to let connections go (two calls of 3 s), to postpone, to answer. */
const reserveMs = 8000;
const maximumBackoffSeconds = 30;

/**
 * Delivers a batch of a queue: each message group's records in order, the groups in parallel, each
 * failing on its own. Records that have not succeeded are reported, and made visible again after
 * 1, 2, 4 … 30 s; those for which only time was wanting after 1 s.
 *
 * @param remainingMs How long the invocation may still take.
 */
export async function fanOut(
  records: readonly SQSRecord[],
  options: FanOutOptions,
  remainingMs: number,
): Promise<SQSBatchResponse> {
  const endsAt = options.timing.now() + remainingMs - reserveMs;
  const results = await Promise.all(
    [...Map.groupBy(records, groupOf)].map(async ([room, group]) => {
      const result = await deliverGroup(room, group, options, endsAt);
      if (result.unfinished.length > 0) {
        await backOff(room, result, options);
      }
      return result;
    }),
  );
  publishMetrics(results, options);
  const unfinished = results.flatMap((result) => result.unfinished);
  return {
    batchItemFailures: unfinished.map(({ messageId }) => ({ itemIdentifier: messageId })),
  };
}

async function deliverGroup(
  room: string,
  group: readonly SQSRecord[],
  options: FanOutOptions,
  endsAt: number,
): Promise<RoomBatchResult> {
  try {
    return await options.deliverBatch(group, options, endsAt);
  } catch (error) {
    options.log.error({ event: "room batch failed", room, error: errorName(error) });
    // Its members could not be read, so that nobody knows how many connections wait.
    return { unfinished: group, ranOutOfTime: false, figures: noFigures };
  }
}

function publishMetrics(results: RoomBatchResult[], { metrics, log }: FanOutOptions): void {
  try {
    metrics.publish(results.map(({ figures }) => figures));
  } catch (error) {
    // What is delivered must not be delivered again for want of a number.
    log.error({ event: "metrics not published", error: errorName(error) });
  }
}

async function backOff(
  room: string,
  { unfinished, ranOutOfTime }: RoomBatchResult,
  options: FanOutOptions,
): Promise<void> {
  const receiveCount = Number(unfinished[0]?.attributes.ApproximateReceiveCount);
  const seconds = ranOutOfTime ? 1 : Math.min(maximumBackoffSeconds, 2 ** (receiveCount - 1));
  try {
    await options.postpone(unfinished, seconds);
    const records = unfinished.length;
    options.log.warn({ event: "records postponed", room, records, seconds, receiveCount });
  } catch (error) {
    // They become visible again all the same, only later: when the visibility timeout ends.
    options.log.error({ event: "records not postponed", room, error: errorName(error) });
  }
}

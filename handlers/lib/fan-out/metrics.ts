/** What became of one room's batch, in numbers. */
export interface RoomBatchFigures {
  /** Connections that were posted everything that they were to hear. */
  deliveries: number;
  /** Connections that the service no longer knows (410). */
  gone: number;
  /** Connections that were closed: their token has expired, they could not be reached, or they flooded. */
  closed: number;
  /** Connections for which records have to be tried again. */
  failed: number;
  /**
   * From the moment at which the oldest message that is now finished was sent to the answer to the
   * batch's last post. Undefined when no message was finished, or nobody was there to be posted.
   */
  publishToLastPostMs: number | undefined;
}

/** For a batch of which nobody was posted anything. */
export const noFigures: RoomBatchFigures = {
  deliveries: 0,
  gone: 0,
  closed: 0,
  failed: 0,
  publishToLastPostMs: undefined,
};

/** Of two parts of a batch: its oldest message is in one of them, its last post in the other. */
export function sumOf(first: RoomBatchFigures, second: RoomBatchFigures): RoomBatchFigures {
  const times = [first, second].flatMap(({ publishToLastPostMs: time }) => time ?? []);
  return {
    deliveries: first.deliveries + second.deliveries,
    gone: first.gone + second.gone,
    closed: first.closed + second.closed,
    failed: first.failed + second.failed,
    publishToLastPostMs: times.length === 0 ? undefined : Math.max(...times),
  };
}

export interface FanOutMetrics {
  /** Called once at the end of each invocation, with all its batches. */
  publish(batches: readonly RoomBatchFigures[]): void;
}

import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";
import type { FanOutMetrics, RoomBatchFigures } from "./metrics.ts";

export interface EmfMetricsOptions {
  namespace: string;
  /** The only dimension. A room or a connection would be a metric of its own each, and tell who was where. */
  service: string;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Fan-out's metrics as one line of CloudWatch's embedded metric format (EMF) for each invocation.
 *
 * Counts are sums over the invocation and there even when they are zero: an alarm on `Failed` then
 * sees that all is well again, and the price is by metric, not by value. `PublishToLastPost` has a
 * value for each room's batch, and is left out without one: a zero would be a lie.
 */
export class EmfMetrics {
  readonly #metrics: Metrics;
  readonly #now: () => number;

  constructor({ namespace, service, now }: EmfMetricsOptions) {
    this.#metrics = new Metrics({ namespace, serviceName: service });
    this.#now = now;
  }

  /** The metrics of one invocation. The id stands in the line, to find the log by; it is no dimension. */
  of(requestId: string): FanOutMetrics {
    return { publish: (batches) => this.#publish(requestId, batches) };
  }

  #publish(requestId: string, batches: readonly RoomBatchFigures[]): void {
    const metrics = this.#metrics.setTimestamp(this.#now()).addMetadata("requestId", requestId);
    const count = (name: string, figure: "deliveries" | "gone" | "closed" | "failed") => {
      const sum = batches.reduce((total, batch) => total + batch[figure], 0);
      metrics.addMetric(name, MetricUnit.Count, sum);
    };
    count("Deliveries", "deliveries");
    count("Gone", "gone");
    count("Closed", "closed");
    count("Failed", "failed");
    for (const { publishToLastPostMs } of batches) {
      if (publishToLastPostMs !== undefined) {
        metrics.addMetric("PublishToLastPost", MetricUnit.Milliseconds, publishToLastPostMs);
      }
    }
    metrics.publishStoredMetrics();
  }
}

import type { Clock } from "../clock.ts";
import type { TableStream } from "../dynamodb/stream.ts";
import type { Emit } from "../events.ts";
import type { RuntimeFaults } from "../faults.ts";
import type { LambdaFunction } from "../lambda/function.ts";
import { laneOf } from "./lane-of.ts";
import { StreamLane } from "./stream-lane.ts";
import type { StreamMapping } from "./stream-mapping.ts";
import type { FailureMetadata } from "./stream-outcome.ts";

export interface StreamPollerOptions {
  mapping: StreamMapping;
  stream: Pick<TableStream, "open" | "read" | "closed" | "onArrival">;
  target: LambdaFunction;
  clock: Clock;
  newId: () => string;
  emit: Emit;
  /** Sends what was given up to the mapping's on-failure destination. */
  onFailure?: (metadata: FailureMetadata) => Promise<void> | void;
  /** Default: a batch is handed over at once, and once. */
  onStreamBatch?: RuntimeFaults["onStreamBatch"];
}

/**
 * An event source mapping on a table's stream: hands the stream's records to the function, in order,
 * one batch at a time. With a parallelization factor so many lanes do so side by side, each with the
 * items whose keys fall to it, so that the order of each item is kept (Lambda Developer Guide, using
 * Lambda with DynamoDB). What a person has to know of (records given up) is emitted.
 */
export class StreamPoller {
  readonly #options: StreamPollerOptions;
  #lanes: StreamLane[] | undefined;
  #closed = false;

  constructor(options: StreamPollerOptions) {
    this.#options = options;
  }

  /** Resolves when the starting position is fixed; records written from then on are delivered. */
  async start(): Promise<void> {
    const { mapping, stream } = this.#options;
    if (!mapping.enabled || this.#lanes !== undefined) return;
    this.#lanes = [];
    const position = await stream.open(mapping.startingPosition);
    if (this.#closed) return;
    const { parallelizationFactor: count } = mapping;
    this.#lanes = Array.from(
      { length: count },
      (_, index) =>
        new StreamLane(position, {
          ...this.#options,
          onFailure: (metadata) => this.#onFailure(metadata),
          takes: (record) => count === 1 || laneOf(record, count) === index,
        }),
    );
  }

  /** Ends after the invocations in hand; batches that wait for their retry are dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    await Promise.all((this.#lanes ?? []).map((lane) => lane.close()));
  }

  async #onFailure(metadata: FailureMetadata): Promise<void> {
    const { condition } = metadata.requestContext;
    this.#notice(`gave up ${metadata.DDBStreamBatchInfo.batchSize} record(s): ${condition}`);
    try {
      await this.#options.onFailure?.(metadata);
    } catch (error) {
      this.#notice(`could not tell its on-failure destination: ${(error as Error).message}`);
    }
  }

  #notice(message: string): void {
    const { emit, mapping } = this.#options;
    emit({ type: "notice", source: `event source mapping ${mapping.name}`, message });
  }
}

import type { Clock } from "../clock.ts";
import type { StreamPosition, TableStream } from "../dynamodb/stream.ts";
import type { StreamRecord } from "../dynamodb/stream-record.ts";
import type { Emit } from "../events.ts";
import type { LambdaFunction } from "../lambda/function.ts";
import { deliver } from "./stream-batch.ts";
import type { StreamMapping } from "./stream-mapping.ts";
import type { FailureMetadata } from "./stream-outcome.ts";

/** Of the records of a batch as JSON; under the invocation's 6 MB, with room for what is around. */
const BATCH_LIMIT_BYTES = 6_000_000;

export interface StreamPollerOptions {
  mapping: StreamMapping;
  stream: Pick<TableStream, "open" | "read" | "closed" | "onArrival">;
  target: LambdaFunction;
  clock: Clock;
  newId: () => string;
  emit: Emit;
  /** Sends what was given up to the mapping's on-failure destination. */
  onFailure?: (metadata: FailureMetadata) => Promise<void> | void;
}

/**
 * An event source mapping on a table's stream: hands the stream's records to the function, in
 * order, one batch at a time. What a person has to know of (records given up) is emitted.
 */
export class StreamPoller {
  readonly #options: StreamPollerOptions;
  #position: StreamPosition = 0;
  #running: Promise<void> | undefined;
  #wake = () => {};
  #closed = false;

  constructor(options: StreamPollerOptions) {
    this.#options = options;
  }

  /** Resolves when the starting position is fixed; records written from then on are delivered. */
  async start(): Promise<void> {
    const { mapping, stream } = this.#options;
    if (!mapping.enabled || this.#running !== undefined) return;
    this.#position = await stream.open(mapping.startingPosition);
    this.#running = this.#run();
  }

  /** Ends after the invocation in hand; a batch that waits for its retry is dropped. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    await this.#running;
  }

  get #ended(): boolean {
    return this.#closed || this.#options.stream.closed;
  }

  async #run(): Promise<void> {
    const { mapping, clock } = this.#options;
    let batch = emptyBatch();
    let due: number | undefined;
    while (!this.#ended) {
      const full = this.#fill(batch);
      if (batch.records.length === 0) {
        await this.#sleep({ untilArrival: true });
        continue;
      }
      due ??= clock.now() + mapping.batchingWindow * 1000;
      if (full || clock.now() >= due) {
        await this.#deliver(batch.records);
        batch = emptyBatch();
        due = undefined;
      } else {
        await this.#sleep({ untilArrival: true, milliseconds: due - clock.now() });
      }
    }
  }

  /** Adds the next records that pass the filters; true when no more fit. */
  #fill(batch: Batch): boolean {
    const { batchSize } = this.#options.mapping;
    while (batch.records.length < batchSize) {
      const { records, next } = this.#options.stream.read(this.#position, 1);
      const [record] = records;
      if (record === undefined) return false;
      if (this.#passes(record)) {
        const bytes = Buffer.byteLength(JSON.stringify(record));
        if (batch.bytes + bytes > BATCH_LIMIT_BYTES && batch.records.length > 0) return true;
        batch.bytes += bytes;
        batch.records.push(record);
      }
      this.#position = next;
    }
    return true;
  }

  #passes(record: StreamRecord): boolean {
    const { filters } = this.#options.mapping;
    return filters.length === 0 || filters.some((filter) => filter(record));
  }

  #deliver(records: StreamRecord[]): Promise<void> {
    const { mapping, target, clock, newId } = this.#options;
    return deliver(records, {
      mapping,
      target,
      clock,
      newId,
      onFailure: (metadata) => this.#onFailure(metadata),
      wait: async (milliseconds) => {
        await this.#sleep({ milliseconds });
        return !this.#ended;
      },
    });
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

  /** Until the time has passed, new records are there if so told, or the poller is closed. */
  async #sleep(until: { milliseconds?: number; untilArrival?: boolean }): Promise<void> {
    if (this.#ended) return;
    const { clock, stream } = this.#options;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#wake = resolve;
    const alarms = [
      until.milliseconds === undefined ? undefined : clock.after(until.milliseconds, resolve),
      until.untilArrival ? stream.onArrival(resolve) : undefined,
    ];
    await promise;
    for (const alarm of alarms) alarm?.cancel();
  }

  #notice(message: string): void {
    const { emit, mapping } = this.#options;
    emit({ type: "notice", source: `event source mapping ${mapping.name}`, message });
  }
}

interface Batch {
  records: StreamRecord[];
  bytes: number;
}

function emptyBatch(): Batch {
  return { records: [], bytes: 0 };
}

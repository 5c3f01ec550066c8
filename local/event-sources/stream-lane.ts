import type { Clock } from "../clock.ts";
import type { StreamPosition, TableStream } from "../dynamodb/stream.ts";
import type { StreamRecord } from "../dynamodb/stream-record.ts";
import type { RuntimeFaults } from "../faults.ts";
import type { LambdaFunction } from "../lambda/function.ts";
import { BATCH_LIMIT_BYTES } from "./batch-limit.ts";
import { type DeliveryOptions, deliver } from "./stream-batch.ts";
import type { StreamMapping } from "./stream-mapping.ts";

export interface StreamLaneOptions {
  mapping: StreamMapping;
  stream: Pick<TableStream, "read" | "closed" | "onArrival">;
  target: LambdaFunction;
  clock: Clock;
  newId: () => string;
  onFailure: DeliveryOptions["onFailure"];
  onStreamBatch?: RuntimeFaults["onStreamBatch"];
  /** Whether it is this lane that delivers a record. */
  takes: (record: StreamRecord) => boolean;
}

/** Hands its records of a stream to the function, in order, one batch at a time. */
export class StreamLane {
  readonly #options: StreamLaneOptions;
  #position: StreamPosition;
  readonly #running: Promise<void>;
  #wake = () => {};
  #closed = false;

  /** Starts at once, with the record at `position`. */
  constructor(position: StreamPosition, options: StreamLaneOptions) {
    this.#options = options;
    this.#position = position;
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
        await this.#handOver(batch.records);
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
    const { mapping, takes } = this.#options;
    const { filters } = mapping;
    return takes(record) && (filters.length === 0 || filters.some((filter) => filter(record)));
  }

  async #handOver(records: StreamRecord[]): Promise<void> {
    const fault = this.#options.onStreamBatch?.();
    for (let times = 0; times <= (fault?.repeats ?? 0) && !this.#ended; times++) {
      const wait = (times === 0 ? fault?.delay : fault?.pause) ?? 0;
      if (wait > 0) await this.#sleep({ milliseconds: wait });
      await this.#deliver(records);
    }
  }

  #deliver(records: StreamRecord[]): Promise<void> {
    const { mapping, target, clock, newId, onFailure } = this.#options;
    return deliver(records, {
      mapping,
      target,
      clock,
      newId,
      onFailure,
      wait: async (milliseconds) => {
        await this.#sleep({ milliseconds });
        return !this.#ended;
      },
    });
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
}

interface Batch {
  records: StreamRecord[];
  bytes: number;
}

function emptyBatch(): Batch {
  return { records: [], bytes: 0 };
}

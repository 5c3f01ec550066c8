import { type Clock, systemClock } from "../clock.ts";
import type { Emit } from "../events.ts";
import { type AttributeMap, type EngineRecord, StreamApi } from "./stream-api.ts";
import { changesNothing, type StreamRecord, toStreamRecord } from "./stream-record.ts";
import type { StreamViewType } from "./table.ts";

/** How long records stay readable (DynamoDB Streams). */
export const RETENTION_MILLISECONDS = 24 * 60 * 60 * 1000;

/**
 * The time between two looks at the engine, while the stream is quiet and shortly after a record or
 * a nudge. A look costs about a millisecond of processor time and the engine as much (measured), so
 * a quiet table costs two or three percent of a core. Lambda itself looks four times a second.
 */
export const QUIET_POLL_MILLISECONDS = 100;
export const BUSY_POLL_MILLISECONDS = 25;
const BUSY_FOR_MILLISECONDS = 2000;
const FAULT_POLL_MILLISECONDS = 1000;

export interface TableStreamOptions {
  endpoint: string;
  /** The ARN that the program knows. */
  arn: string;
  engineArn: string;
  viewType: StreamViewType;
  region: string;
  /** Dates the records and their retention. Looking at the engine goes by real time. */
  clock: Clock;
  emit: Emit;
  /** Whether the engine is looked at unasked. Default: true. */
  polls?: boolean;
  /** Whether a REMOVE is the work of the runtime's own expiry. */
  isExpiry?: (keys: AttributeMap, oldImage: AttributeMap | undefined) => Promise<boolean>;
}

/** A place in the stream; everything from it on is still to be read. */
export type StreamPosition = number;

/**
 * A table's stream: reads the engine's once, keeps the records for a day, and lets any number of
 * readers go through them at their own pace. It starts to read with its first reader.
 */
export class TableStream {
  readonly arn: string;
  readonly #options: TableStreamOptions;
  readonly #api: StreamApi;
  /** Per open shard, where to read on. */
  readonly #iterators = new Map<string, { next: string; last: string | undefined }>();
  readonly #known = new Set<string>();
  #records: StreamRecord[] = [];
  /** The position of the first kept record. */
  #start: StreamPosition = 0;
  readonly #listeners = new Set<() => void>();
  #wake = () => {};
  #nudged = false;
  #busyUntil = 0;
  #reading: Promise<void> | undefined;
  #looks: (() => void)[] = [];
  #closed = false;

  constructor(options: TableStreamOptions) {
    this.arn = options.arn;
    this.#options = options;
    this.#api = new StreamApi(options.endpoint);
  }

  /** Where a new reader starts: at the oldest record, or after the newest. */
  async open(startingPosition: "TRIM_HORIZON" | "LATEST"): Promise<StreamPosition> {
    if (this.#reading === undefined) {
      const caughtUp = this.#readAll();
      this.#reading = caughtUp.then(() => this.#keepReading());
      this.#reading.catch(() => {});
      await caughtUp;
    }
    return startingPosition === "LATEST" ? this.#end : this.#start;
  }

  /** The records from `position` on, at most `limit`, and the position after them. */
  read(position: StreamPosition, limit: number) {
    const from = Math.max(position - this.#start, 0);
    const records = this.#records.slice(from, from + limit);
    return { records, next: this.#start + from + records.length };
  }

  /** Calls back whenever there are new records, and when the stream is closed. */
  onArrival(callback: () => void): { cancel(): void } {
    this.#listeners.add(callback);
    return { cancel: () => this.#listeners.delete(callback) };
  }

  get closed(): boolean {
    return this.#closed;
  }

  /** Look at the engine now: something may have been written. */
  nudge(): void {
    this.#busyUntil = performance.now() + BUSY_FOR_MILLISECONDS;
    this.#nudged = true;
    this.#wake();
  }

  /** Looks at the engine at once; resolves when it has, to whether there were new records. */
  async look(): Promise<boolean> {
    if (this.#reading === undefined || this.#closed) return false;
    const before = this.#end;
    await new Promise<void>((resolve) => {
      this.#looks.push(resolve);
      this.#nudged = true;
      this.#wake();
    });
    return this.#end > before;
  }

  get #end(): StreamPosition {
    return this.#start + this.#records.length;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#wake();
    for (const listener of this.#listeners) listener();
    await this.#reading?.catch(() => {});
    this.#api.close();
  }

  async #keepReading(): Promise<void> {
    let faulty = false;
    while (!this.#closed) {
      await this.#pause(faulty ? FAULT_POLL_MILLISECONDS : undefined);
      if (this.#closed) break;
      const looks = this.#looks.splice(0);
      try {
        await this.#readAll();
        faulty = false;
      } catch (error) {
        if (!faulty && !this.#closed) this.#notice(error as Error);
        faulty = true;
      }
      for (const looked of looks) looked();
    }
    for (const looked of this.#looks.splice(0)) looked();
  }

  async #pause(milliseconds: number | undefined): Promise<void> {
    const busy = performance.now() < this.#busyUntil;
    const usual = busy ? BUSY_POLL_MILLISECONDS : QUIET_POLL_MILLISECONDS;
    const { promise, resolve } = Promise.withResolvers<void>();
    const { polls = true } = this.#options;
    const delay = milliseconds ?? (polls ? usual : undefined);
    const timer = delay === undefined ? undefined : systemClock.after(delay, resolve);
    this.#wake = resolve;
    // A nudge may have come while the engine was being read.
    if (this.#nudged) resolve();
    await promise;
    this.#nudged = false;
    timer?.cancel();
  }

  async #readAll(): Promise<void> {
    this.#trim();
    if (this.#iterators.size === 0) await this.#findShards();
    for (const shardId of this.#iterators.keys()) await this.#readShard(shardId);
  }

  /** Parents come before their children in the engine's list, so records stay in order. */
  async #findShards(): Promise<void> {
    const { engineArn } = this.#options;
    for (const { ShardId } of await this.#api.shards(engineArn)) {
      if (this.#known.has(ShardId)) continue;
      const next = await this.#api.iterator(engineArn, ShardId);
      this.#known.add(ShardId);
      this.#iterators.set(ShardId, { next, last: undefined });
    }
  }

  async #readShard(shardId: string): Promise<void> {
    for (let place = this.#iterators.get(shardId); place; place = this.#iterators.get(shardId)) {
      const page = await this.#page(shardId, place);
      const last = page.Records.at(-1)?.dynamodb.SequenceNumber ?? place.last;
      if (page.NextShardIterator === undefined) this.#iterators.delete(shardId);
      else this.#iterators.set(shardId, { next: page.NextShardIterator, last });
      if (page.Records.length === 0) return;
      await this.#keep(page.Records);
    }
  }

  async #page(shardId: string, { next, last }: { next: string; last: string | undefined }) {
    try {
      return await this.#api.records(next);
    } catch (error) {
      const { engineArn } = this.#options;
      switch ((error as Error).name) {
        // Iterators live for 15 minutes, and a laptop may sleep for longer.
        case "ExpiredIteratorException":
          return this.#api.records(await this.#api.iterator(engineArn, shardId, last));
        // What it points to is no longer there, so on at the oldest. DynamoDB Local says it as well of
        // a shard's first iterator when another table was created before the shard's first record.
        case "TrimmedDataAccessException":
          return this.#api.records(await this.#api.iterator(engineArn, shardId));
        default:
          throw error;
      }
    }
  }

  async #keep(records: EngineRecord[]): Promise<void> {
    const { arn, engineArn, viewType, region, clock, isExpiry } = this.#options;
    const at = clock.now();
    const origin = { streamArn: arn, engineStreamArn: engineArn, viewType, region, at };
    for (const record of records) {
      if (changesNothing(record)) continue;
      const { Keys, OldImage } = record.dynamodb;
      const expired = record.eventName === "REMOVE" && (await isExpiry?.(Keys, OldImage)) === true;
      this.#records.push(toStreamRecord(record, origin, expired));
    }
    this.#busyUntil = performance.now() + BUSY_FOR_MILLISECONDS;
    for (const listener of this.#listeners) listener();
  }

  #trim(): void {
    const oldest = (this.#options.clock.now() - RETENTION_MILLISECONDS) / 1000;
    const kept = this.#records.findIndex(
      ({ dynamodb }) => dynamodb.ApproximateCreationDateTime >= oldest,
    );
    const dropped = kept === -1 ? this.#records.length : kept;
    if (dropped > 0) this.#records = this.#records.slice(dropped);
    this.#start += dropped;
  }

  #notice({ message }: Error): void {
    this.#options.emit({
      type: "notice",
      source: "dynamodb",
      message: `The stream ${this.arn} cannot be read: ${message}`,
    });
  }
}

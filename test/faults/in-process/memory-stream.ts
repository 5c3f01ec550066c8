import type { StreamPosition } from "../../../local/dynamodb/stream.ts";
import {
  changesNothing,
  type RecordOrigin,
  type StreamRecord,
  toStreamRecord,
} from "../../../local/dynamodb/stream-record.ts";
import type { PolledStream } from "../../../local/iam/polling.ts";
import type { TableChange } from "./memory-table.ts";

/** A table's stream, kept from its first record to its last. */
export class MemoryStream implements PolledStream {
  readonly closed = false;
  readonly #origin: Omit<RecordOrigin, "at" | "engineStreamArn">;
  readonly #records: StreamRecord[] = [];
  readonly #listeners = new Set<() => void>();
  #written = 0;

  constructor(origin: Omit<RecordOrigin, "at" | "engineStreamArn">) {
    this.#origin = origin;
  }

  /** Writes the record of a change, unless it changes nothing. */
  write({ eventName, keys, before, after, at, expired }: TableChange): void {
    const record = {
      eventName,
      dynamodb: {
        Keys: keys,
        ...(after && { NewImage: after }),
        ...(before && { OldImage: before }),
        SequenceNumber: String(++this.#written),
      },
    };
    if (changesNothing(record)) return;
    const origin = { ...this.#origin, engineStreamArn: this.#origin.streamArn, at };
    this.#records.push(toStreamRecord(record, origin, expired));
    for (const listener of this.#listeners) listener();
  }

  async open(startingPosition: "TRIM_HORIZON" | "LATEST"): Promise<StreamPosition> {
    return startingPosition === "LATEST" ? this.#records.length : 0;
  }

  read(position: StreamPosition, limit: number) {
    const records = this.#records.slice(position, position + limit);
    return { records, next: position + records.length };
  }

  onArrival(callback: () => void): { cancel(): void } {
    this.#listeners.add(callback);
    return { cancel: () => this.#listeners.delete(callback) };
  }
}

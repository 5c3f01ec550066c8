import {
  type AttributeValue,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  type DynamoDBClient,
  ScanCommand,
  type ScanCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Clock, Timer } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { AttributeMap } from "./stream-api.ts";
import type { TableDefinition } from "./table.ts";

/** DynamoDB leaves items alone that expired longer ago (DynamoDB Developer Guide, TTL). */
const OLDEST_EXPIRY_SECONDS = 5 * 365 * 24 * 60 * 60;

/** AWS deletes expired items "within a few days"; on a laptop somebody waits for it. */
export const DEFAULT_SWEEP_MILLISECONDS = 10_000;

/** Later than all that can expire, in epoch seconds. */
const NO_END = 1e15;

type Item = Record<string, AttributeValue>;

export interface ExpiryOptions {
  client: DynamoDBClient;
  /** Has to have an `expiryAttribute`. */
  table: TableDefinition;
  clock: Clock;
  emit: Emit;
  /** Milliseconds between two sweeps; default 10 seconds. */
  interval?: number | undefined;
}

/**
 * A table's time to live, on the runtime's clock: deletes the items whose expiry attribute, a
 * number of epoch *seconds*, has passed. The deletes are the service's own in the table's stream.
 */
export class Expiry {
  readonly #options: ExpiryOptions;
  readonly #attribute: string;
  readonly #keys: string[];
  /** The deletes whose stream records are still to come, by key. */
  readonly #deletes = new Map<string, { expiry: string; deleted: Promise<boolean> }>();
  #timer: Timer | undefined;
  #sweeping: Promise<number> | undefined;
  /** There is somebody who calls `noteWrites`. */
  #writesAreNoted = false;
  #mayHaveChanged = true;
  /** Of the items that the last sweep has left, in epoch seconds. */
  #nextExpiry = 0;
  #closed = false;

  constructor(options: ExpiryOptions) {
    const { expiryAttribute, hashKey, rangeKey } = options.table;
    if (expiryAttribute === undefined) throw new Error("The table has no time to live.");
    this.#options = options;
    this.#attribute = expiryAttribute;
    this.#keys = rangeKey === undefined ? [hashKey] : [hashKey, rangeKey];
    this.#schedule();
  }

  /** Deletes what has expired now; resolves with the number of deleted items. */
  sweep(): Promise<number> {
    this.#sweeping ??= this.#sweep().finally(() => {
      this.#sweeping = undefined;
    });
    return this.#sweeping;
  }

  /** Waits for a sweep that is under way; true when it deletes something. */
  async settle(): Promise<boolean> {
    const deleted = (await this.#sweeping?.catch(() => 0)) ?? 0;
    return deleted > 0;
  }

  /**
   * Something may have been written. Once this was called, a sweep that cannot find anything is left
   * out: so on a clock that is moved by hand, hours in which nothing expires take no time.
   */
  noteWrites(): void {
    this.#writesAreNoted = true;
    this.#mayHaveChanged = true;
  }

  /** Whether a removed item was removed by a sweep: for the stream, once per record. */
  async isExpiry(keys: AttributeMap, oldImage: AttributeMap | undefined): Promise<boolean> {
    const key = this.#keyText(keys);
    const expected = this.#deletes.get(key);
    // The record may be read before the delete is answered.
    if (expected === undefined || !(await expected.deleted)) return false;
    if (oldImage?.[this.#attribute]?.["N"] !== expected.expiry) return false;
    this.#deletes.delete(key);
    return true;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    await this.#sweeping?.catch(() => {});
  }

  #schedule(): void {
    const { clock, emit, table, interval = DEFAULT_SWEEP_MILLISECONDS } = this.#options;
    this.#timer = clock.after(interval, () => {
      if (this.#writesAreNoted && !this.#mayHaveChanged && clock.now() / 1000 < this.#nextExpiry) {
        this.#schedule();
        return;
      }
      this.sweep()
        .catch((error: Error) => {
          this.#mayHaveChanged = true;
          const message = `Expired items of ${table.name} cannot be deleted: ${error.message}`;
          if (!this.#closed) emit({ type: "notice", source: "dynamodb", message });
        })
        .finally(() => {
          if (!this.#closed) this.#schedule();
        });
    });
  }

  async #sweep(): Promise<number> {
    const now = Math.floor(this.#options.clock.now() / 1000);
    this.#mayHaveChanged = false;
    let deleted = 0;
    let next = Number.POSITIVE_INFINITY;
    for await (const item of this.#expiring(now, this.#writesAreNoted ? NO_END : now)) {
      const expiry = Number(item[this.#attribute]?.N);
      if (expiry > now) next = Math.min(next, expiry);
      else if (await this.#delete(item)) deleted += 1;
    }
    this.#nextExpiry = next;
    return deleted;
  }

  /** The items that expire until a time, without those that are too old at `now`. */
  async *#expiring(now: number, until: number): AsyncGenerator<Item> {
    const names = [...this.#keys, this.#attribute];
    let start: Item | undefined;
    do {
      const page: ScanCommandOutput = await this.#options.client.send(
        new ScanCommand({
          TableName: this.#options.table.name,
          ConsistentRead: true,
          ProjectionExpression: names.map((_, index) => `#${index}`).join(", "),
          FilterExpression: "attribute_type(#ttl, :number) AND #ttl BETWEEN :oldest AND :until",
          ExpressionAttributeNames: {
            ...Object.fromEntries(names.map((name, index) => [`#${index}`, name])),
            "#ttl": this.#attribute,
          },
          ExpressionAttributeValues: {
            ":number": { S: "N" },
            ":oldest": { N: String(now - OLDEST_EXPIRY_SECONDS) },
            ":until": { N: String(until) },
          },
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      yield* page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start);
  }

  /** Unless its expiry was changed since it was read. */
  async #delete(item: Item): Promise<boolean> {
    const { client, table } = this.#options;
    const expiry = item[this.#attribute];
    if (expiry?.N === undefined) return false;
    const keys = Object.fromEntries(this.#keys.map((name) => [name, item[name]])) as Item;
    const deleted = client
      .send(
        new DeleteItemCommand({
          TableName: table.name,
          Key: keys,
          ConditionExpression: "#ttl = :seen",
          ExpressionAttributeNames: { "#ttl": this.#attribute },
          ExpressionAttributeValues: { ":seen": expiry },
        }),
      )
      .then(
        () => true,
        (error) => {
          if (error instanceof ConditionalCheckFailedException) return false;
          throw error;
        },
      );
    const key = this.#keyText(keys);
    if (table.stream) {
      this.#deletes.set(key, { expiry: expiry.N, deleted: deleted.catch(() => false) });
    }
    const done = await deleted.catch((error) => {
      this.#deletes.delete(key);
      throw error;
    });
    if (!done) this.#deletes.delete(key);
    return done;
  }

  /** Binary keys come as bytes from the client, and as Base64 from the stream. */
  #keyText(keys: Record<string, { S?: unknown; N?: unknown; B?: unknown }>): string {
    return JSON.stringify(
      this.#keys.map((name) => {
        const { S, N, B } = keys[name] ?? {};
        return B === undefined
          ? { S, N }
          : { B: Buffer.from(B as never, "base64").toString("hex") };
      }),
    );
  }
}

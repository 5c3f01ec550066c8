import type {
  AttributeValue,
  DeleteItemCommandInput,
  GetItemCommandInput,
  PutItemCommandInput,
  QueryCommandInput,
  QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { Clock, Timer } from "../../../local/clock.ts";
import type { AttributeMap } from "../../../local/dynamodb/stream-api.ts";
import type { TableDefinition } from "../../../local/dynamodb/table.ts";
import { type Item, readFilter, readKeyCondition } from "./table-expressions.ts";

/** A write that the table's stream is told of. */
export interface TableChange {
  eventName: "INSERT" | "MODIFY" | "REMOVE";
  keys: AttributeMap;
  before: AttributeMap | undefined;
  after: AttributeMap | undefined;
  /** Epoch milliseconds. */
  at: number;
  /** The service itself removed it, since its time to live was over. */
  expired: boolean;
}

export interface MemoryTableOptions {
  definition: Pick<TableDefinition, "name" | "hashKey" | "rangeKey" | "expiryAttribute">;
  clock: Clock;
  onChange: (change: TableChange) => void;
  /** How many items the next page of a query looks at. Default: all of them. */
  pageSize?: () => number;
  /**
   * How long after its time an expired item is removed, in milliseconds. DynamoDB does so "within a
   * few days" (DynamoDB Developer Guide, TTL). Default: at once.
   */
  expiryLag?: () => number;
}

interface Row {
  sort: string;
  /** From the oldest to the newest; undefined: it was not there. */
  versions: { at: number; item: Item | undefined }[];
  expiry: Timer | undefined;
}

/**
 * A DynamoDB table in memory, as far as Roomcast uses one: PutItem, GetItem, DeleteItem and Query,
 * without conditions. It remembers each state, so that a read can show an older one. Inputs and
 * expressions that it does not know are errors: so a handler cannot come to rely on what it overlooks.
 */
export class MemoryTable {
  readonly #options: MemoryTableOptions;
  readonly #keys: { partition: string; sort: string };
  /** By partition key; rows in the order of their sort keys. */
  readonly #partitions = new Map<string, Row[]>();

  constructor(options: MemoryTableOptions) {
    const { hashKey, rangeKey } = options.definition;
    if (rangeKey === undefined) throw new Error("The table of the fault tests needs a sort key.");
    this.#options = options;
    this.#keys = { partition: hashKey, sort: rangeKey };
  }

  /** Every item that is there now. */
  items(): Item[] {
    return [...this.#partitions.values()].flat().map(current).filter(isThere);
  }

  put(input: PutItemCommandInput): object {
    this.#check(input, ["Item"]);
    const item = copyOf(input.Item ?? {});
    const row = this.#row(item);
    this.#write(row, item);
    const expiry = Number(item[this.#options.definition.expiryAttribute ?? ""]?.N);
    if (expiry > 0) this.#expireAt(row, item, expiry * 1000);
    return {};
  }

  /** @param staleBy How many milliseconds old the shown state is, unless the read is consistent. */
  get(input: GetItemCommandInput, staleBy = 0): { Item?: Item } {
    this.#check(input, ["Key", "ConsistentRead"]);
    const at = this.#options.clock.now() - (input.ConsistentRead === true ? 0 : staleBy);
    const item = shownAt(this.#row(input.Key ?? {}), at);
    return item === undefined ? {} : { Item: copyOf(item) };
  }

  /** Deleting what is not there succeeds. */
  delete(input: DeleteItemCommandInput): object {
    this.#check(input, ["Key"]);
    this.#write(this.#row(input.Key ?? {}), undefined);
    return {};
  }

  /**
   * One page.
   *
   * @param staleBy How many milliseconds old the shown state is, unless the read is consistent.
   */
  query(
    input: QueryCommandInput,
    staleBy = 0,
  ): Pick<QueryCommandOutput, "Items" | "Count" | "ScannedCount" | "LastEvaluatedKey"> {
    this.#check(input, [
      "ConsistentRead",
      "KeyConditionExpression",
      "FilterExpression",
      "ExpressionAttributeNames",
      "ExpressionAttributeValues",
      "ExclusiveStartKey",
      "Limit",
    ]);
    const condition = readKeyCondition(input.KeyConditionExpression ?? "", input, this.#keys);
    const passes = readFilter(input.FilterExpression, input);
    const at = this.#options.clock.now() - (input.ConsistentRead === true ? 0 : staleBy);
    const start = input.ExclusiveStartKey?.[this.#keys.sort]?.S;
    const found = (this.#partitions.get(condition.partition) ?? [])
      .filter(({ sort }) => sort.startsWith(condition.prefix))
      .filter(({ sort }) => compare(sort, condition.from) >= 0)
      .filter(({ sort }) => condition.to === undefined || compare(sort, condition.to) <= 0)
      .filter(({ sort }) => start === undefined || compare(sort, start) > 0)
      .map((row) => shownAt(row, at))
      .filter(isThere);
    const { Limit = Number.POSITIVE_INFINITY } = input;
    const size = Math.min(Limit, this.#options.pageSize?.() ?? Number.POSITIVE_INFINITY);
    const page = found.slice(0, size);
    const last = page.at(-1);
    const Items = page.filter(passes).map(copyOf);
    return {
      Items,
      Count: Items.length,
      ScannedCount: page.length,
      ...(found.length > page.length && last && { LastEvaluatedKey: this.#keyOf(last) }),
    };
  }

  #expireAt(row: Row, item: Item, end: number): void {
    const { clock, expiryLag } = this.#options;
    const wait = Math.max(0, end - clock.now()) + (expiryLag?.() ?? 0);
    row.expiry = clock.after(wait, () => {
      if (current(row) === item) this.#write(row, undefined, { expired: true });
    });
  }

  #write(row: Row, after: Item | undefined, { expired = false } = {}): void {
    const at = this.#options.clock.now();
    const before = current(row);
    row.expiry?.cancel();
    row.expiry = undefined;
    if (before === undefined && after === undefined) return;
    row.versions.push({ at, item: after });
    const eventName = after === undefined ? "REMOVE" : before === undefined ? "INSERT" : "MODIFY";
    const keys = this.#keyOf((after ?? before) as Item) as unknown as AttributeMap;
    const images = { before, after } as unknown as Pick<TableChange, "before" | "after">;
    this.#options.onChange({ eventName, keys, ...images, at, expired });
  }

  /** The row of an item or a key, new if need be. */
  #row(item: Item): Row {
    const partition = keyValue(item, this.#keys.partition);
    const sort = keyValue(item, this.#keys.sort);
    const rows = this.#partitions.get(partition) ?? [];
    this.#partitions.set(partition, rows);
    const index = rows.findIndex((row) => compare(row.sort, sort) >= 0);
    const found = rows[index];
    if (found?.sort === sort) return found;
    const row: Row = { sort, versions: [], expiry: undefined };
    rows.splice(index < 0 ? rows.length : index, 0, row);
    return row;
  }

  #keyOf(item: Item): Item {
    const { partition, sort } = this.#keys;
    return {
      [partition]: item[partition] as AttributeValue,
      [sort]: item[sort] as AttributeValue,
    };
  }

  #check(input: { TableName?: string | undefined }, known: string[]): void {
    if (input.TableName !== this.#options.definition.name) {
      throw new Error(`The fault tests have no table ${input.TableName}.`);
    }
    const odd = Object.keys(input).filter((name) => name !== "TableName" && !known.includes(name));
    if (odd.length > 0) throw new Error(`The table of the fault tests does not know ${odd}.`);
  }
}

function current({ versions }: Row): Item | undefined {
  return versions.at(-1)?.item;
}

function shownAt({ versions }: Row, at: number): Item | undefined {
  return versions.findLast((version) => version.at <= at)?.item;
}

function isThere(item: Item | undefined): item is Item {
  return item !== undefined;
}

/** So that whoever changes what it was given changes nothing here. Its values are strings and flags. */
function copyOf(item: Item): Item {
  return Object.fromEntries(
    Object.entries(item).map(([name, value]) => [name, { ...value } as AttributeValue]),
  );
}

function keyValue(item: Item, name: string): string {
  const value = item[name]?.S;
  if (!value) throw new Error(`The table of the fault tests misses the key ${name}.`);
  return value;
}

/** Sort keys are in the order of their bytes (DynamoDB Developer Guide, Query). */
function compare(a: string, b: string): number {
  return a === b ? 0 : Buffer.compare(Buffer.from(a), Buffer.from(b));
}

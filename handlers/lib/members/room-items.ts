import {
  DeleteItemCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
} from "@aws-sdk/client-dynamodb";
import { laneTaskSeconds } from "../../protocol/index.ts";
import { laneGroup } from "./lane.ts";
import { attributes, type Item } from "./table-items.ts";

/** Says that a room is large; sorts before its members, so that whoever lists these reads it, too. */
export interface LargeMark {
  lanes: number;
  /** Epoch seconds. */
  expiresAt: number;
}

/** How far the run of a batch came that could not end. */
export interface Cursor {
  /** Everything up to this number … */
  seq: string;
  /** … was delivered to every member up to this sort key. */
  member: string;
}

/**
 * What a room was told last: that it has presence, or none; `unsure` where some may have heard it, and
 * others not, or otherwise.
 */
export type PresenceTold = "on" | "off" | "unsure";

/** Items of a room that are no members: their sort keys begin with `#`, before every hash. */
const markKey = "#large";
const cursorKey = "#cursor";
const presenceKey = "#presence";

/**
 * How long a mark holds, in seconds. While a lane may hold a task, its room must be served in lanes,
 * or a connection could see messages out of order: so whenever tasks are queued the mark has to hold
 * for longer than the queue keeps them.
 */
const markSeconds = 2 * laneTaskSeconds;
const renewBelowSeconds = laneTaskSeconds + 300;
/** A batch is tried for minutes; whoever comes later has no use for it. */
const cursorSeconds = 3600;
/** Past it a room is told once more that it has no presence; then the mark stands again. */
const presenceSeconds = 24 * 3600;

export interface RoomItemsOptions {
  client: DynamoDBClient;
  tableName: string;
  /** Epoch milliseconds. */
  now: () => number;
}

/** What fan-out remembers of a room from one batch to the next, in the connections table. */
export class RoomItems {
  readonly #options: RoomItemsOptions;

  constructor(options: RoomItemsOptions) {
    this.#options = options;
  }

  /** Marks a room as large, unless the mark that was read of it holds long enough. */
  async keepLarge(room: string, lanes: number, mark: LargeMark | undefined): Promise<void> {
    const now = this.#seconds();
    if (mark === undefined || mark.expiresAt - now < renewBelowSeconds) {
      await this.#put(room, markKey, { lanes: { N: String(lanes) } }, now + markSeconds);
    }
  }

  /** Remembers what a room was told last; of one that knows of nothing else it is that it has presence. */
  async keepPresence(room: string, told: PresenceTold): Promise<void> {
    if (told === "on") {
      const Key = keyOf(room, presenceKey);
      await this.#options.client.send(
        new DeleteItemCommand({ TableName: this.#options.tableName, Key }),
      );
    } else {
      await this.#put(room, presenceKey, { told: { S: told } }, this.#seconds() + presenceSeconds);
    }
  }

  /** @param lane Undefined for a room that is served as a whole. */
  async writeCursor(
    room: string,
    lane: number | undefined,
    { seq, member }: Cursor,
  ): Promise<void> {
    const item = { seq: { S: seq }, upTo: { S: member } };
    await this.#put(room, cursorKeyOf(lane), item, this.#seconds() + cursorSeconds);
  }

  /** By a consistent read; undefined where none was written in the last hour. */
  async readCursor(room: string, lane: number | undefined): Promise<Cursor | undefined> {
    const { Item: item } = await this.#options.client.send(
      new GetItemCommand({
        TableName: this.#options.tableName,
        ConsistentRead: true,
        Key: keyOf(room, cursorKeyOf(lane)),
      }),
    );
    const [seq, member] = [item?.["seq"]?.S, item?.["upTo"]?.S];
    const isAlive = Number(item?.[attributes.timeToLive]?.N) > this.#seconds();
    return isAlive && seq !== undefined && member !== undefined ? { seq, member } : undefined;
  }

  async #put(room: string, sort: string, item: Item, expiresAt: number): Promise<void> {
    await this.#options.client.send(
      new PutItemCommand({
        TableName: this.#options.tableName,
        Item: {
          ...keyOf(room, sort),
          ...item,
          [attributes.timeToLive]: { N: String(expiresAt) },
        },
      }),
    );
  }

  #seconds(): number {
    return Math.floor(this.#options.now() / 1000);
  }
}

/** Undefined for another item. */
export function readPresenceTold(item: Item): PresenceTold | undefined {
  if (item[attributes.sort]?.S !== presenceKey) {
    return undefined;
  }
  return item["told"]?.S === "off" ? "off" : "unsure";
}

/** Undefined for another item. */
export function readLargeMark(item: Item): LargeMark | undefined {
  if (item[attributes.sort]?.S !== markKey) {
    return undefined;
  }
  return {
    lanes: Number(item["lanes"]?.N),
    expiresAt: Number(item[attributes.timeToLive]?.N),
  };
}

function cursorKeyOf(lane: number | undefined): string {
  return lane === undefined ? cursorKey : laneGroup(cursorKey, lane);
}

function keyOf(room: string, sort: string): Item {
  return { [attributes.partition]: { S: room }, [attributes.sort]: { S: sort } };
}

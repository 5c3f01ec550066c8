import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
} from "@aws-sdk/client-dynamodb";
import { type Lane, sortKeysOf } from "./lane.ts";
import {
  type Member,
  type MemberKey,
  parseSortKey,
  rowLifetimeSeconds,
  sortKeyOf,
  userPrefix,
} from "./member.ts";
import {
  type LargeMark,
  type PresenceTold,
  readLargeMark,
  readPresenceTold,
} from "./room-items.ts";
import { attributes, type Item } from "./table-items.ts";

export interface MemberTableOptions {
  client: DynamoDBClient;
  tableName: string;
  /** Epoch milliseconds. */
  now: () => number;
}

/** Who is in a room, as far as it was read. */
export interface RoomList {
  /** In the order of their sort keys. */
  members: Member[];
  /** There are more. */
  isCut: boolean;
  /** The room is, or was not long ago, a large one. */
  mark: LargeMark | undefined;
  presenceTold: PresenceTold;
}

/** Members of a lane that are read at once: the first ones are posted while the next are read. */
const lanePage = 1000;

/** The connections table. All reads are consistent: an eventual one could miss who has just joined. */
export class MemberTable {
  readonly #options: MemberTableOptions;

  constructor(options: MemberTableOptions) {
    this.#options = options;
  }

  /** The key holds who it is; the other attributes are what the key does not say. */
  async add(member: Member): Promise<void> {
    await this.#options.client.send(
      new PutItemCommand({
        TableName: this.#options.tableName,
        Item: {
          ...this.#key(member),
          subscribe: { BOOL: member.subscribe },
          connectedAt: { N: String(member.connectedAt) },
          tokenExpiresAt: { N: String(member.tokenExpiresAt) },
          // DynamoDB's time to live is in seconds.
          [attributes.timeToLive]: {
            N: String(Math.ceil(member.connectedAt / 1000) + rowLifetimeSeconds),
          },
        },
      }),
    );
  }

  /** Removing what is not there succeeds. */
  async remove(key: MemberKey): Promise<void> {
    await this.#options.client.send(
      new DeleteItemCommand({ TableName: this.#options.tableName, Key: this.#key(key) }),
    );
  }

  /**
   * The live connections of a room.
   *
   * @param limit With more than so many, reading ends and the list is cut.
   */
  async list(room: string, limit: number): Promise<RoomList> {
    const members: Member[] = [];
    let mark: LargeMark | undefined;
    let presenceTold: PresenceTold = "on";
    // One more than the limit tells that there is more, and marks may be in front.
    for await (const items of this.#pages(room, this.#all(), limit + 4)) {
      mark ??= items.map(readLargeMark).find((found) => found !== undefined);
      presenceTold = items.map(readPresenceTold).find((told) => told !== undefined) ?? presenceTold;
      members.push(...items.flatMap((item) => toMember(room, item)));
      if (members.length > limit) {
        return { members: members.slice(0, limit), isCut: true, mark, presenceTold };
      }
    }
    return { members, isCut: false, mark, presenceTold };
  }

  /**
   * The live connections of a lane, page by page; the next page is on its way while one is in hand.
   *
   * @param after Only those behind this sort key.
   */
  async *slice(room: string, lane: Lane, after?: string): AsyncGenerator<Member[]> {
    const { from, to } = sortKeysOf(lane);
    const between = this.#sortKey("#member BETWEEN :from AND :to", {
      ":from": { S: from },
      ":to": { S: to },
    });
    for await (const items of ahead(this.#pages(room, between, lanePage, after))) {
      yield items.flatMap((item) => toMember(room, item));
    }
  }

  /** How many live connections a user has in a room, those with an expired token left out. */
  async countOf(room: string, user: Pick<MemberKey, "user" | "userHash">): Promise<number> {
    const now = this.#options.now();
    const members = await this.ofUser(room, user);
    return members.filter(({ tokenExpiresAt }) => tokenExpiresAt * 1000 > now).length;
  }

  /** The live connections of a user in a room. */
  async ofUser(room: string, user: Pick<MemberKey, "user" | "userHash">): Promise<Member[]> {
    const own = this.#sortKey("begins_with(#member, :prefix)", {
      ":prefix": { S: userPrefix(user) },
    });
    const members: Member[] = [];
    for await (const items of this.#pages(room, own)) {
      members.push(...items.flatMap((item) => toMember(room, item)));
    }
    return members;
  }

  #all(): KeyCondition {
    return { expression: "", names: {}, values: {} };
  }

  #sortKey(expression: string, values: Item): KeyCondition {
    return { expression: ` AND ${expression}`, names: { "#member": attributes.sort }, values };
  }

  async *#pages(
    room: string,
    { expression, names, values }: KeyCondition,
    limit?: number,
    after?: string,
  ): AsyncGenerator<Item[]> {
    let start: Item | undefined =
      after === undefined
        ? undefined
        : { [attributes.partition]: { S: room }, [attributes.sort]: { S: after } };
    do {
      const input: QueryCommandInput = {
        TableName: this.#options.tableName,
        ConsistentRead: true,
        KeyConditionExpression: `#room = :room${expression}`,
        // Rows outlive their time to live by hours.
        FilterExpression: "#expiresAt > :now",
        ExpressionAttributeNames: {
          "#room": attributes.partition,
          ...names,
          "#expiresAt": attributes.timeToLive,
        },
        ExpressionAttributeValues: {
          ":room": { S: room },
          ...values,
          ":now": { N: String(Math.floor(this.#options.now() / 1000)) },
        },
        ...(limit === undefined ? {} : { Limit: limit }),
        ...(start ? { ExclusiveStartKey: start } : {}),
      };
      const page = await this.#options.client.send(new QueryCommand(input));
      yield page.Items ?? [];
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
  }

  #key(key: MemberKey): Item {
    return { [attributes.partition]: { S: key.room }, [attributes.sort]: { S: sortKeyOf(key) } };
  }
}

/** What a query asks of the sort key, beside the room. */
interface KeyCondition {
  expression: string;
  names: Record<string, string>;
  values: Record<string, AttributeValue>;
}

/** Asks for the next one before it hands out the present one. */
async function* ahead<Thing>(things: AsyncGenerator<Thing>): AsyncGenerator<Thing> {
  const fetch = () => {
    const next = things.next();
    // A failure is met where it is awaited; nobody may be there to do so when reading ends early.
    next.catch(() => {});
    return next;
  };
  let next = fetch();
  for (;;) {
    const { done, value } = await next;
    if (done) {
      return;
    }
    next = fetch();
    yield value;
  }
}

/** None for an item that is no member. */
function toMember(room: string, item: Item): Member[] {
  const key = parseSortKey(item[attributes.sort]?.S ?? "");
  if (key === undefined) {
    return [];
  }
  return [
    {
      room,
      ...key,
      subscribe: item["subscribe"]?.BOOL ?? false,
      connectedAt: Number(item["connectedAt"]?.N),
      tokenExpiresAt: Number(item["tokenExpiresAt"]?.N),
    },
  ];
}

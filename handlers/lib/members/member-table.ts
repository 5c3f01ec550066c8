import {
  type AttributeValue,
  DeleteItemCommand,
  type DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import {
  type Member,
  type MemberKey,
  rowLifetimeSeconds,
  sortKeyOf,
  userPrefix,
} from "./member.ts";

/** Names of the table's attributes; the program declares the first three (components/connections-table.ts). */
const attributes = { partition: "room", sort: "member", timeToLive: "expiresAt" } as const;

export interface MemberTableOptions {
  client: DynamoDBClient;
  tableName: string;
  /** Epoch milliseconds. */
  now: () => number;
}

/** The connections table. All reads are consistent: an eventual one could miss who has just joined. */
export class MemberTable {
  readonly #options: MemberTableOptions;

  constructor(options: MemberTableOptions) {
    this.#options = options;
  }

  async add(member: Member): Promise<void> {
    await this.#options.client.send(
      new PutItemCommand({
        TableName: this.#options.tableName,
        Item: {
          ...this.#key(member),
          connectionId: { S: member.connectionId },
          user: { S: member.user },
          userHash: { S: member.userHash },
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

  /** Every live connection of a room. */
  async list(room: string): Promise<Member[]> {
    return (await this.#query(room)).map((item) => toMember(room, item));
  }

  /** How many live connections a user has in a room, those with an expired token left out. */
  async countOf(room: string, user: { userHash: string; user: string }): Promise<number> {
    const items = await this.#query(room, userPrefix(user));
    const members = items.map((item) => toMember(room, item));
    return members.filter(({ tokenExpiresAt }) => tokenExpiresAt * 1000 > this.#options.now())
      .length;
  }

  async #query(room: string, prefix?: string): Promise<Record<string, AttributeValue>[]> {
    const items: Record<string, AttributeValue>[] = [];
    let start: Record<string, AttributeValue> | undefined;
    do {
      const page = await this.#options.client.send(
        new QueryCommand({
          TableName: this.#options.tableName,
          ConsistentRead: true,
          KeyConditionExpression: prefix
            ? "#room = :room AND begins_with(#member, :prefix)"
            : "#room = :room",
          // Rows outlive their time to live by hours, and items that are no members have no connection.
          FilterExpression: "#expiresAt > :now AND attribute_exists(connectionId)",
          ExpressionAttributeNames: {
            "#room": attributes.partition,
            ...(prefix ? { "#member": attributes.sort } : {}),
            "#expiresAt": attributes.timeToLive,
          },
          ExpressionAttributeValues: {
            ":room": { S: room },
            ...(prefix ? { ":prefix": { S: prefix } } : {}),
            ":now": { N: String(Math.floor(this.#options.now() / 1000)) },
          },
          ...(start ? { ExclusiveStartKey: start } : {}),
        }),
      );
      items.push(...(page.Items ?? []));
      start = page.LastEvaluatedKey;
    } while (start !== undefined);
    return items;
  }

  #key(key: MemberKey): Record<string, AttributeValue> {
    return { [attributes.partition]: { S: key.room }, [attributes.sort]: { S: sortKeyOf(key) } };
  }
}

function toMember(room: string, item: Record<string, AttributeValue>): Member {
  return {
    room,
    connectionId: item["connectionId"]?.S ?? "",
    user: item["user"]?.S ?? "",
    userHash: item["userHash"]?.S ?? "",
    subscribe: item["subscribe"]?.BOOL ?? false,
    connectedAt: Number(item["connectedAt"]?.N),
    tokenExpiresAt: Number(item["tokenExpiresAt"]?.N),
  };
}

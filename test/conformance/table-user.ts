import {
  type AttributeValue,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  type QueryCommandInput,
  type QueryCommandOutput,
} from "@aws-sdk/client-dynamodb";
import type { FixtureTarget } from "./target.ts";

export type Item = Record<string, AttributeValue>;

/** A case's partition of the table, which nothing else writes to. All reads are consistent. */
export class TableUser {
  /** The partition key, by which the stream's consumer reports. */
  readonly name: string;
  readonly TableName: string;
  readonly #target: FixtureTarget;

  constructor(target: FixtureTarget) {
    this.#target = target;
    this.name = target.unique();
    this.TableName = target.outputs.tableName;
  }

  key = (sk: string): Item => ({ pk: { S: this.name }, sk: { S: sk } });

  /** An item that the stream's consumer does not see until it is removed. */
  item = (sk: string, attributes: Item = {}): Item => ({
    ...this.key(sk),
    hidden: { BOOL: true },
    ...attributes,
  });

  async put(Item: Item): Promise<void> {
    await this.#target.dynamodb.send(new PutItemCommand({ TableName: this.TableName, Item }));
  }

  async get(sk: string): Promise<Item | undefined> {
    const { TableName } = this;
    const { Item } = await this.#target.dynamodb.send(
      new GetItemCommand({ TableName, Key: this.key(sk), ConsistentRead: true }),
    );
    return Item;
  }

  /** The sort keys of the first page, with more conditions for the keys if given. */
  async query(
    options: Partial<QueryCommandInput> = {},
    condition?: string,
    values: Item = {},
  ): Promise<(string | undefined)[]> {
    const { Items = [] } = await this.page({
      ...options,
      KeyConditionExpression: ["pk = :pk", ...(condition === undefined ? [] : [condition])].join(
        " AND ",
      ),
      ExpressionAttributeValues: { ":pk": { S: this.name }, ...values },
    });
    return Items.map(({ sk }) => sk?.S);
  }

  async page(options: Partial<QueryCommandInput>): Promise<QueryCommandOutput> {
    return await this.#target.dynamodb.send(
      new QueryCommand({
        TableName: this.TableName,
        ConsistentRead: true,
        KeyConditionExpression: "pk = :pk",
        ExpressionAttributeValues: { ":pk": { S: this.name } },
        ...options,
      }),
    );
  }
}

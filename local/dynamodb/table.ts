import { setTimeout as delay } from "node:timers/promises";
import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DeleteTableCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  type KeySchemaElement,
  type Projection,
  type ProjectionType,
  type ProvisionedThroughput,
  ResourceInUseException,
  ResourceNotFoundException,
  type ScalarAttributeType,
  type TableDescription,
} from "@aws-sdk/client-dynamodb";
import { firstGiven, type RecordedResource } from "../recording/resource.ts";

export type StreamViewType = "KEYS_ONLY" | "NEW_IMAGE" | "OLD_IMAGE" | "NEW_AND_OLD_IMAGES";

export interface TableDefinition {
  name: string;
  arn: string;
  hashKey: string;
  rangeKey: string | undefined;
  /** What CreateTable is to be called with, without the stream. */
  schema: CreateTableCommandInput;
  stream: { arn: string; viewType: StreamViewType } | undefined;
  /** The attribute with the time of expiry, in epoch seconds. */
  expiryAttribute: string | undefined;
}

interface RecordedIndex {
  name: string;
  hashKey: string;
  rangeKey?: string;
  projectionType: ProjectionType;
  nonKeyAttributes?: string[];
  readCapacity?: number;
  writeCapacity?: number;
}

/** What a table would be filled from, or copied to. */
const NOT_PLAYED = [
  "importTable",
  "replicas",
  "restoreBackupArn",
  "restoreSourceName",
  "restoreSourceTableArn",
];
const VIEW_TYPES: readonly unknown[] = [
  "KEYS_ONLY",
  "NEW_IMAGE",
  "OLD_IMAGE",
  "NEW_AND_OLD_IMAGES",
] satisfies StreamViewType[];

/**
 * Reads a recorded `aws:dynamodb/table:Table`. Throws an error that names it for copies of other
 * tables and replicas, which are not played, and for a stream without a view type. What has no effect
 * on a laptop is passed over: backups, encryption, throughput that is only a limit.
 */
export function tableDefinition(resource: RecordedResource): TableDefinition {
  const { inputs, state } = resource;
  const refuse = (reason: string) => new Error(`Table ${resource.name}: ${reason}`);
  const foreign = firstGiven(inputs, NOT_PLAYED);
  if (foreign !== undefined) throw refuse(`its ${foreign} is not played on this machine.`);
  if (inputs["streamEnabled"] && !VIEW_TYPES.includes(inputs["streamViewType"])) {
    throw refuse(
      `its streamViewType is ${inputs["streamViewType"]}; a stream needs one of ${VIEW_TYPES.join(", ")}.`,
    );
  }
  const name: string = state["name"] ?? inputs["name"] ?? resource.name;
  const onDemand = inputs["billingMode"] === "PAY_PER_REQUEST";
  const throughput = (source: { readCapacity?: number; writeCapacity?: number }) =>
    onDemand ? {} : { ProvisionedThroughput: provisioned(source) };
  const global: RecordedIndex[] = inputs["globalSecondaryIndexes"] ?? [];
  const local: Omit<RecordedIndex, "hashKey">[] = inputs["localSecondaryIndexes"] ?? [];
  const attributes: { name: string; type: ScalarAttributeType }[] = inputs["attributes"] ?? [];
  const hashKey: string = inputs["hashKey"];
  const rangeKey: string | undefined = inputs["rangeKey"];
  return {
    name,
    arn: state["arn"],
    hashKey,
    rangeKey,
    schema: {
      TableName: name,
      BillingMode: onDemand ? "PAY_PER_REQUEST" : "PROVISIONED",
      ...throughput(inputs),
      KeySchema: keySchema(hashKey, rangeKey),
      AttributeDefinitions: attributes.map(({ name, type }) => ({
        AttributeName: name,
        AttributeType: type,
      })),
      ...(global.length > 0 && {
        GlobalSecondaryIndexes: global.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(index.hashKey, index.rangeKey),
          Projection: projection(index),
          ...throughput(index),
        })),
      }),
      ...(local.length > 0 && {
        LocalSecondaryIndexes: local.map((index) => ({
          IndexName: index.name,
          KeySchema: keySchema(hashKey, index.rangeKey),
          Projection: projection(index),
        })),
      }),
    },
    stream: inputs["streamEnabled"]
      ? { arn: state["streamArn"], viewType: inputs["streamViewType"] }
      : undefined,
    expiryAttribute: inputs["ttl"]?.enabled ? inputs["ttl"].attributeName : undefined,
  };
}

function keySchema(hashKey: string, rangeKey: string | undefined): KeySchemaElement[] {
  const hash: KeySchemaElement = { AttributeName: hashKey, KeyType: "HASH" };
  return rangeKey === undefined ? [hash] : [hash, { AttributeName: rangeKey, KeyType: "RANGE" }];
}

function projection(index: Pick<RecordedIndex, "projectionType" | "nonKeyAttributes">): Projection {
  const { projectionType, nonKeyAttributes } = index;
  return {
    ProjectionType: projectionType,
    ...(nonKeyAttributes?.length ? { NonKeyAttributes: nonKeyAttributes } : {}),
  };
}

function provisioned(source: {
  readCapacity?: number;
  writeCapacity?: number;
}): ProvisionedThroughput {
  return {
    ReadCapacityUnits: source.readCapacity ?? 1,
    WriteCapacityUnits: source.writeCapacity ?? 1,
  };
}

const ACTIVE_RETRY_MILLISECONDS = 50;

/**
 * Creates the table in the engine and resolves when it is active. A table of that name that is
 * there already is kept with its items, or replaced when told so. The engine's stream always has
 * both images (what the program asked for is cut out of them later), and the engine is not told of
 * the expiry attribute: expiry is the runtime's own, on its clock.
 */
export async function createTable(
  client: DynamoDBClient,
  definition: TableDefinition,
  { replace = false } = {},
): Promise<TableDescription> {
  const { name, schema, stream } = definition;
  if (replace) await deleteTable(client, name);
  const streamed = { StreamEnabled: true, StreamViewType: "NEW_AND_OLD_IMAGES" } as const;
  try {
    await client.send(
      new CreateTableCommand(stream ? { ...schema, StreamSpecification: streamed } : schema),
    );
  } catch (error) {
    if (!(error instanceof ResourceInUseException)) throw error;
  }
  for (;;) {
    const { Table } = await client.send(new DescribeTableCommand({ TableName: name }));
    if (Table?.TableStatus === "ACTIVE") return Table;
    await delay(ACTIVE_RETRY_MILLISECONDS);
  }
}

async function deleteTable(client: DynamoDBClient, name: string): Promise<void> {
  try {
    await client.send(new DeleteTableCommand({ TableName: name }));
    for (;;) {
      await client.send(new DescribeTableCommand({ TableName: name }));
      await delay(ACTIVE_RETRY_MILLISECONDS);
    }
  } catch (error) {
    if (!(error instanceof ResourceNotFoundException)) throw error;
  }
}

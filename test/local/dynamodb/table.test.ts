import assert from "node:assert/strict";
import { DynamoDBClient, GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDbEngine } from "../../../local/dynamodb/engine.ts";
import { createTable, tableDefinition } from "../../../local/dynamodb/table.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { REGION, recordedTable, streamArnOf } from "./tables.ts";

describe("DynamoDB table", () => {
  let engine: DynamoDbEngine;
  let client: DynamoDBClient;

  before(async () => {
    engine = await startTestEngine();
    client = new DynamoDBClient({
      endpoint: engine.endpoint,
      region: REGION,
      credentials: { accessKeyId: "a", secretAccessKey: "b" },
    });
  });

  after(async () => {
    client.destroy();
    await engine.close();
  });

  it("reads a recorded table", () => {
    const { schema, ...rest } = tableDefinition(recordedTable("rooms"));
    assert.deepEqual(rest, {
      name: "rooms",
      arn: `arn:aws:dynamodb:${REGION}:123456789012:table/rooms`,
      hashKey: "room",
      rangeKey: "member",
      stream: { arn: streamArnOf("rooms"), viewType: "NEW_AND_OLD_IMAGES" },
      expiryAttribute: "expiresAt",
    });
    assert.equal(schema.BillingMode, "PAY_PER_REQUEST");
  });

  it("reads that there is no stream and no expiry", () => {
    const resource = recordedTable("rooms", {
      streamEnabled: false,
      ttl: { attributeName: "expiresAt", enabled: false },
    });
    const { stream, expiryAttribute } = tableDefinition(resource);
    assert.deepEqual([stream, expiryAttribute], [undefined, undefined]);
  });

  it("is refused as a copy, with replicas, and with a stream without a view type", () => {
    const refused: [object, RegExp][] = [
      [{ replicas: [{ regionName: "eu-central-1" }] }, /^Error: Table rooms: its replicas is not/],
      [{ importTable: { inputFormat: "CSV" } }, /its importTable is not played on this machine/],
      [{ restoreSourceName: "old" }, /its restoreSourceName is not played/],
      [
        { streamViewType: undefined },
        /its streamViewType is undefined; a stream needs one of KEYS/,
      ],
      [{ streamViewType: "ALL" }, /its streamViewType is ALL; a stream needs one of KEYS_ONLY, /],
    ];
    for (const [inputs, message] of refused) {
      assert.throws(() => tableDefinition(recordedTable("rooms", inputs)), message);
    }
    assert.equal(tableDefinition(recordedTable("rooms", { replicas: [] })).name, "rooms");
  });

  it("creates keys, indexes, capacity and a stream with both images", async () => {
    const definition = tableDefinition(
      recordedTable("full", {
        billingMode: undefined,
        readCapacity: 2,
        writeCapacity: 3,
        attributes: ["room", "member", "user", "since"].map((name) => ({ name, type: "S" })),
        streamViewType: "KEYS_ONLY",
        globalSecondaryIndexes: [
          {
            name: "by-user",
            hashKey: "user",
            rangeKey: "since",
            projectionType: "INCLUDE",
            nonKeyAttributes: ["state"],
            readCapacity: 4,
            writeCapacity: 5,
          },
        ],
        localSecondaryIndexes: [{ name: "by-age", rangeKey: "since", projectionType: "ALL" }],
      }),
    );
    const table = await createTable(client, definition);
    const throughput = (index = table.ProvisionedThroughput) => [
      index?.ReadCapacityUnits,
      index?.WriteCapacityUnits,
    ];
    const [global] = table.GlobalSecondaryIndexes ?? [];
    const [local] = table.LocalSecondaryIndexes ?? [];
    assert.equal(table.TableStatus, "ACTIVE");
    assert.deepEqual(table.KeySchema, [
      { AttributeName: "room", KeyType: "HASH" },
      { AttributeName: "member", KeyType: "RANGE" },
    ]);
    assert.deepEqual(throughput(), [2, 3]);
    assert.deepEqual(table.StreamSpecification, {
      StreamEnabled: true,
      StreamViewType: "NEW_AND_OLD_IMAGES",
    });
    assert.deepEqual(
      [
        global?.IndexName,
        global?.KeySchema,
        global?.Projection,
        throughput(global?.ProvisionedThroughput),
      ],
      [
        "by-user",
        [
          { AttributeName: "user", KeyType: "HASH" },
          { AttributeName: "since", KeyType: "RANGE" },
        ],
        { ProjectionType: "INCLUDE", NonKeyAttributes: ["state"] },
        [4, 5],
      ],
    );
    assert.deepEqual(
      [local?.IndexName, local?.KeySchema?.[1]?.AttributeName, local?.Projection?.ProjectionType],
      ["by-age", "since", "ALL"],
    );
  });

  it("keeps a table that is there already, unless told to replace it", async () => {
    const definition = tableDefinition(recordedTable("kept"));
    const Key = { room: { S: "lobby" }, member: { S: "ann" } };
    const get = new GetItemCommand({ TableName: "kept", Key });
    await createTable(client, definition, { replace: true });
    await client.send(new PutItemCommand({ TableName: "kept", Item: Key }));
    await createTable(client, definition);
    assert.deepEqual((await client.send(get)).Item, Key);
    await createTable(client, definition, { replace: true });
    assert.equal((await client.send(get)).Item, undefined);
  });
});

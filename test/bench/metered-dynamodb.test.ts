import assert from "node:assert/strict";
import {
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  QueryCommand,
} from "@aws-sdk/client-dynamodb";
import { MeteredDynamoDb } from "../../bench/measure/metered-dynamodb.ts";
import type { DynamoDbEngine } from "../../local/dynamodb/engine.ts";
import { startTestEngine } from "../support/test-engine.ts";

describe("MeteredDynamoDb", () => {
  let engine: DynamoDbEngine;
  let metered: MeteredDynamoDb;
  let client: DynamoDBClient;

  before(async () => {
    engine = await startTestEngine();
    metered = new MeteredDynamoDb(engine.endpoint);
    client = new DynamoDBClient({
      endpoint: await metered.listen(),
      region: "eu-west-1",
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    await client.send(
      new CreateTableCommand({
        TableName: "metered",
        BillingMode: "PAY_PER_REQUEST",
        KeySchema: [
          { AttributeName: "room", KeyType: "HASH" },
          { AttributeName: "member", KeyType: "RANGE" },
        ],
        AttributeDefinitions: [
          { AttributeName: "room", AttributeType: "S" },
          { AttributeName: "member", AttributeType: "S" },
        ],
      }),
    );
    for (let member = 0; member < 10; member++) {
      const text = "x".repeat(1000);
      const Item = { room: { S: "r" }, member: { S: String(member) }, text: { S: text } };
      await client.send(new PutItemCommand({ TableName: "metered", Item }));
    }
    metered.takeFigures();
  });

  after(async () => {
    client.destroy();
    await metered.close();
    await engine.close();
  });

  function query(ConsistentRead: boolean) {
    return client.send(
      new QueryCommand({
        TableName: "metered",
        ConsistentRead,
        KeyConditionExpression: "room = :room",
        ExpressionAttributeValues: { ":room": { S: "r" } },
      }),
    );
  }

  it("adds up what reads consume, who do not ask for it", async () => {
    const { Items } = await query(true);
    assert.equal(Items?.length, 10);
    // Ten items of 1 016 bytes: three times 4 KB, or half of it where that may be late.
    assert.deepEqual(metered.takeFigures(), { readUnits: 3, calls: { Query: 1 } });
    await query(false);
    await query(false);
    assert.deepEqual(metered.takeFigures(), { readUnits: 3, calls: { Query: 2 } });
  });
});

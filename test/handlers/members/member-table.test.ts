import assert from "node:assert/strict";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { hashOf } from "../../../handlers/lib/connection-context.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { MemberTable } from "../../../handlers/lib/members/member-table.ts";
import { FakeClient, member, noon, noonSeconds } from "../support.ts";

const alice = member("c1", { user: "alice" });
const aliceKey = { room: { S: "lobby" }, member: { S: `${hashOf("alice")}#alice#c1` } };

function rowOf(row: Member) {
  return {
    room: { S: row.room },
    member: { S: `${row.userHash}#${row.user}#${row.connectionId}` },
    connectionId: { S: row.connectionId },
    user: { S: row.user },
    userHash: { S: row.userHash },
    subscribe: { BOOL: row.subscribe },
    connectedAt: { N: String(row.connectedAt) },
    tokenExpiresAt: { N: String(row.tokenExpiresAt) },
    expiresAt: { N: "1" },
  };
}

function tableOf(client: FakeClient, now = noon): MemberTable {
  return new MemberTable({
    client: client.as<DynamoDBClient>(),
    tableName: "connections",
    now: () => now,
  });
}

const roomQuery = {
  TableName: "connections",
  ConsistentRead: true,
  KeyConditionExpression: "#room = :room",
  FilterExpression: "#expiresAt > :now AND attribute_exists(connectionId)",
  ExpressionAttributeNames: { "#room": "room", "#expiresAt": "expiresAt" },
  ExpressionAttributeValues: { ":room": { S: "lobby" }, ":now": { N: String(noonSeconds) } },
};

describe("MemberTable", () => {
  it("adds a row that expires after the connection must have ended, in seconds", async () => {
    const client = new FakeClient();
    await tableOf(client).add({ ...alice, connectedAt: noon + 1, tokenExpiresAt: 123 });
    assert.deepEqual(client.sent, [
      [
        "PutItemCommand",
        {
          TableName: "connections",
          Item: {
            ...aliceKey,
            connectionId: { S: "c1" },
            user: { S: "alice" },
            userHash: { S: hashOf("alice") },
            subscribe: { BOOL: true },
            connectedAt: { N: String(noon + 1) },
            tokenExpiresAt: { N: "123" },
            expiresAt: { N: String(noonSeconds + 1 + 7800) },
          },
        },
      ],
    ]);
  });

  it("removes by the whole key, and nothing on condition", async () => {
    const client = new FakeClient();
    await tableOf(client).remove(alice);
    assert.deepEqual(client.sent, [
      ["DeleteItemCommand", { TableName: "connections", Key: aliceKey }],
    ]);
  });

  it("lists a room by one consistent query, without rows past their time", async () => {
    const bob = member("c2", { user: "bob#", subscribe: false });
    const client = new FakeClient({ Items: [rowOf(alice), rowOf(bob)] });
    assert.deepEqual(await tableOf(client, noon + 999).list("lobby"), [alice, bob]);
    assert.deepEqual(client.sent, [["QueryCommand", roomQuery]]);
  });

  it("counts a user's connections by a consistent query for their prefix", async () => {
    const client = new FakeClient({ Items: [rowOf(alice), rowOf(alice)] });
    assert.equal(await tableOf(client).countOf("lobby", alice), 2);
    assert.deepEqual(client.sent, [
      [
        "QueryCommand",
        {
          ...roomQuery,
          KeyConditionExpression: "#room = :room AND begins_with(#member, :prefix)",
          ExpressionAttributeNames: { ...roomQuery.ExpressionAttributeNames, "#member": "member" },
          ExpressionAttributeValues: {
            ...roomQuery.ExpressionAttributeValues,
            ":prefix": { S: `${hashOf("alice")}#alice#` },
          },
        },
      ],
    ]);
  });

  it("reads on until the last page, empty ones included", async () => {
    const rows = ["c1", "c2", "c3"].map((id) => member(id));
    const [first, second, third] = rows.map(rowOf);
    const starts = [{ room: { S: "lobby" }, member: { S: "1" } }, { room: { S: "lobby" } }];
    const client = new FakeClient(
      { Items: [first, second], LastEvaluatedKey: starts[0] },
      { Items: [], LastEvaluatedKey: starts[1] },
      { Items: [third] },
    );
    assert.deepEqual(await tableOf(client).list("lobby"), rows);
    assert.deepEqual(client.sent, [
      ["QueryCommand", roomQuery],
      ["QueryCommand", { ...roomQuery, ExclusiveStartKey: starts[0] }],
      ["QueryCommand", { ...roomQuery, ExclusiveStartKey: starts[1] }],
    ]);
  });

  it("counts over all pages", async () => {
    const start = { room: { S: "lobby" } };
    const client = new FakeClient(
      { Items: [rowOf(alice)], LastEvaluatedKey: start },
      { Items: [rowOf(alice)] },
    );
    assert.equal(await tableOf(client).countOf("lobby", alice), 2);
  });

  it("finds nobody in an empty room", async () => {
    assert.deepEqual(await tableOf(new FakeClient({ Items: [] })).list("lobby"), []);
  });

  it("passes on what DynamoDB refuses", async () => {
    const refusal = new Error("ProvisionedThroughputExceededException");
    await assert.rejects(tableOf(new FakeClient(refusal)).list("lobby"), refusal);
    await assert.rejects(tableOf(new FakeClient(refusal)).add(alice), refusal);
    await assert.rejects(tableOf(new FakeClient(refusal)).remove(alice), refusal);
  });
});

import assert from "node:assert/strict";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { hashOf } from "../../../handlers/lib/connection-context.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { MemberTable } from "../../../handlers/lib/members/member-table.ts";
import type { PresenceTold } from "../../../handlers/lib/members/room-items.ts";
import { FakeClient, member, noon, noonSeconds } from "../support.ts";

const alice = member("c1", { user: "alice" });
const aliceKey = { room: { S: "lobby" }, member: { S: `${hashOf("alice")}#alice#c1` } };

function rowOf(row: Member) {
  return {
    room: { S: row.room },
    member: { S: `${row.userHash}#${row.user}#${row.connectionId}` },
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
  FilterExpression: "#expiresAt > :now",
  ExpressionAttributeNames: { "#room": "room", "#expiresAt": "expiresAt" },
  ExpressionAttributeValues: { ":room": { S: "lobby" }, ":now": { N: String(noonSeconds) } },
};

const whole = (...members: Member[]) => ({
  ...{ members, isCut: false, mark: undefined, presenceTold: "on" as PresenceTold },
});

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
    assert.deepEqual(await tableOf(client, noon + 999).list("lobby", 10), whole(alice, bob));
    // One more than the limit shows that there are more, and marks may stand in front.
    assert.deepEqual(client.sent, [["QueryCommand", { ...roomQuery, Limit: 14 }]]);
  });

  it("lists no more than the limit, says that there is more, and reads no further", async () => {
    const rows = ["c1", "c2", "c3"].map((id) => member(id));
    const LastEvaluatedKey = { room: { S: "lobby" }, member: { S: "1" } };
    const client = new FakeClient({ Items: rows.map(rowOf), LastEvaluatedKey });
    assert.deepEqual(await tableOf(client).list("lobby", 2), {
      ...whole(...rows.slice(0, 2)),
      isCut: true,
    });
    assert.equal(client.sent.length, 1);
  });

  it("is not cut at the limit, even if the last page is empty", async () => {
    const rows = ["c1", "c2"].map((id) => member(id));
    const LastEvaluatedKey = { room: { S: "lobby" }, member: { S: "1" } };
    const client = new FakeClient({ Items: rows.map(rowOf), LastEvaluatedKey }, { Items: [] });
    assert.deepEqual(await tableOf(client).list("lobby", 2), whole(...rows));
  });

  it("tells of the marks of a room, and takes no item but members for one", async () => {
    const item = (key: string) => ({ room: { S: "lobby" }, member: { S: key } });
    const mark = { ...item("#large"), lanes: { N: "8" }, expiresAt: { N: "1767270000" } };
    const off = { ...item("#presence"), told: { S: "off" } };
    const Items = [item("#cursor"), mark, off, rowOf(alice), item("odd")];
    assert.deepEqual(await tableOf(new FakeClient({ Items })).list("lobby", 10), {
      ...whole(alice),
      mark: { lanes: 8, expiresAt: 1_767_270_000 },
      presenceTold: "off",
    });
  });

  describe("a slice", () => {
    const query = {
      ...roomQuery,
      KeyConditionExpression: "#room = :room AND #member BETWEEN :from AND :to",
      ExpressionAttributeNames: { ...roomQuery.ExpressionAttributeNames, "#member": "member" },
      ExpressionAttributeValues: {
        ...roomQuery.ExpressionAttributeValues,
        ":from": { S: "V" },
        ":to": { S: "j~" },
      },
      Limit: 1000,
    };
    const start = { room: { S: "lobby" }, member: { S: "b" } };
    const rows = ["c1", "c2"].map((id) => member(id));
    const [first, second] = rows.map(rowOf);

    it("is read page by page, the next one while the present one is in hand", async () => {
      const client = new FakeClient(
        { Items: [first], LastEvaluatedKey: start },
        { Items: [second] },
      );
      const pages = tableOf(client).slice("lobby", { lane: 2, lanes: 4 });
      assert.deepEqual(client.sent, []);
      assert.deepEqual(await pages.next(), { done: false, value: [rows[0]] });
      assert.deepEqual(client.sent, [
        ["QueryCommand", query],
        ["QueryCommand", { ...query, ExclusiveStartKey: start }],
      ]);
      assert.deepEqual(await pages.next(), { done: false, value: [rows[1]] });
      assert.deepEqual(await pages.next(), { done: true, value: undefined });
    });

    it("begins behind a sort key", async () => {
      const client = new FakeClient({ Items: [second] });
      const pages = tableOf(client).slice("lobby", { lane: 2, lanes: 4 }, "b");
      assert.deepEqual((await pages.next()).value, [rows[1]]);
      assert.deepEqual(client.sent, [["QueryCommand", { ...query, ExclusiveStartKey: start }]]);
    });

    it("fails where it is read, and not before", async () => {
      const refusal = new Error("ProvisionedThroughputExceededException");
      const client = new FakeClient({ Items: [first], LastEvaluatedKey: start }, refusal);
      const pages = tableOf(client).slice("lobby", { lane: 2, lanes: 4 });
      assert.deepEqual((await pages.next()).value, [rows[0]]);
      await assert.rejects(pages.next(), refusal);
    });
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
    assert.deepEqual(await tableOf(client).list("lobby", 10), whole(...rows));
    const query = { ...roomQuery, Limit: 14 };
    assert.deepEqual(client.sent, [
      ["QueryCommand", query],
      ["QueryCommand", { ...query, ExclusiveStartKey: starts[0] }],
      ["QueryCommand", { ...query, ExclusiveStartKey: starts[1] }],
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
    assert.deepEqual(await tableOf(new FakeClient({ Items: [] })).list("lobby", 10), whole());
  });

  it("passes on what DynamoDB refuses", async () => {
    const refusal = new Error("ProvisionedThroughputExceededException");
    await assert.rejects(tableOf(new FakeClient(refusal)).list("lobby", 10), refusal);
    await assert.rejects(tableOf(new FakeClient(refusal)).add(alice), refusal);
    await assert.rejects(tableOf(new FakeClient(refusal)).remove(alice), refusal);
  });
});

import assert from "node:assert/strict";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  RoomItems,
  readLargeMark,
  readPresenceTold,
} from "../../../handlers/lib/members/room-items.ts";
import { FakeClient, noon, noonSeconds } from "../support.ts";

/** Of the lanes' queue: no task is older than three hours. */
const taskSeconds = 3 * 3600;

function itemsOf(client: FakeClient, now = noon): RoomItems {
  return new RoomItems({
    client: client.as<DynamoDBClient>(),
    tableName: "connections",
    now: () => now,
  });
}

const key = (member: string) => ({ room: { S: "lobby" }, member: { S: member } });

const put = (member: string, attributes: object, expiresAt: number) => [
  "PutItemCommand",
  {
    TableName: "connections",
    Item: { ...key(member), ...attributes, expiresAt: { N: String(expiresAt) } },
  },
];

describe("the mark of a large room", () => {
  const mark = put("#large", { lanes: { N: "16" } }, noonSeconds + 2 * taskSeconds);

  it("is written where there is none, and holds for twice as long as a task can wait", async () => {
    const client = new FakeClient();
    await itemsOf(client, noon + 999).keepLarge("lobby", 16, undefined);
    assert.deepEqual(client.sent, [mark]);
  });

  for (const [title, left, isRenewed] of [
    ["is left as it is while it outlives the task by five minutes", 300, false],
    ["is left as it is while it is fresh", taskSeconds, false],
    ["is renewed when it would outlive the task by less", 299, true],
    ["is renewed before a task outlives it", 0, true],
    ["is renewed when it is as good as over", 1 - taskSeconds, true],
  ] as const) {
    it(title, async () => {
      const client = new FakeClient();
      const expiresAt = noonSeconds + taskSeconds + left;
      await itemsOf(client).keepLarge("lobby", 16, { lanes: 16, expiresAt });
      assert.deepEqual(client.sent, isRenewed ? [mark] : []);
    });
  }

  it("is read from its item, and from no other", () => {
    const attributes = { lanes: { N: "8" }, expiresAt: { N: "1767270000" } };
    assert.deepEqual(readLargeMark({ ...key("#large"), ...attributes }), {
      lanes: 8,
      expiresAt: 1_767_270_000,
    });
    for (const other of ["#larger", "#cursor", "#presence", "large", ""]) {
      assert.equal(readLargeMark({ ...key(other), ...attributes }), undefined);
    }
  });

  it("rejects when it was not written: a task without it could be overtaken", async () => {
    const refusal = new Error("ProvisionedThroughputExceededException");
    await assert.rejects(
      itemsOf(new FakeClient(refusal)).keepLarge("lobby", 16, undefined),
      refusal,
    );
  });
});

describe("what a room was told of presence", () => {
  for (const told of ["off", "unsure"] as const) {
    it(`is written for a day, in seconds: ${told}`, async () => {
      const client = new FakeClient();
      await itemsOf(client).keepPresence("lobby", told);
      const item = put("#presence", { told: { S: told } }, noonSeconds + 24 * 3600);
      assert.deepEqual(client.sent, [item]);
      const [, { Item }] = client.sent[0] as [
        string,
        { Item: Parameters<typeof readPresenceTold>[0] },
      ];
      assert.equal(readPresenceTold(Item), told);
    });
  }

  it("is removed when it is on again", async () => {
    const client = new FakeClient();
    await itemsOf(client).keepPresence("lobby", "on");
    assert.deepEqual(client.sent, [
      ["DeleteItemCommand", { TableName: "connections", Key: key("#presence") }],
    ]);
  });

  it("is read from its item, and from no other", () => {
    for (const other of ["#presences", "#large", "#cursor", ""]) {
      assert.equal(readPresenceTold({ ...key(other), told: { S: "off" } }), undefined);
    }
  });
});

describe("a cursor", () => {
  const cursor = { seq: "18446744073709551616", member: "hash#alice#c1" };
  const attributes = { seq: { S: cursor.seq }, upTo: { S: cursor.member } };

  for (const [title, lane, name] of [
    ["of a room that is served as a whole", undefined, "#cursor"],
    ["of the first lane", 0, "#cursor#0"],
    ["of another lane", 15, "#cursor#15"],
  ] as const) {
    it(`${title} is written for an hour, and read by a consistent read`, async () => {
      const client = new FakeClient();
      await itemsOf(client).writeCursor("lobby", lane, cursor);
      assert.deepEqual(client.sent, [put(name, attributes, noonSeconds + 3600)]);
      const [, { Item }] = client.sent[0] as [string, { Item: object }];
      const reader = new FakeClient({ Item });
      assert.deepEqual(await itemsOf(reader).readCursor("lobby", lane), cursor);
      assert.deepEqual(reader.sent, [
        ["GetItemCommand", { TableName: "connections", ConsistentRead: true, Key: key(name) }],
      ]);
    });
  }

  it("is none where none was written", async () => {
    assert.equal(await itemsOf(new FakeClient({})).readCursor("lobby", 3), undefined);
  });

  it("is none when its hour is over: its row outlives it by more", async () => {
    for (const [seconds, expected] of [
      [3599, cursor],
      [3600, undefined],
    ] as const) {
      const Item = { ...key("#cursor"), ...attributes, expiresAt: { N: `${noonSeconds + 3600}` } };
      const items = itemsOf(new FakeClient({ Item }), noon + seconds * 1000);
      assert.deepEqual(await items.readCursor("lobby", undefined), expected);
    }
  });

  it("is none without what it is to say", async () => {
    const expiresAt = { N: String(noonSeconds + 1) };
    const { seq, upTo } = attributes;
    for (const Item of [
      { seq, expiresAt },
      { upTo, expiresAt },
      { seq, upTo },
    ]) {
      const items = itemsOf(new FakeClient({ Item }));
      assert.equal(await items.readCursor("lobby", undefined), undefined);
    }
  });

  it("passes on what DynamoDB refuses", async () => {
    const refusal = new Error("ProvisionedThroughputExceededException");
    const items = () => itemsOf(new FakeClient(refusal));
    await assert.rejects(items().writeCursor("lobby", 1, cursor), refusal);
    await assert.rejects(items().readCursor("lobby", 1), refusal);
  });
});

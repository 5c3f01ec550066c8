import assert from "node:assert/strict";
import { type AttributeValue, BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import type { Case } from "../case.ts";
import { refusalOf } from "../refusal.ts";
import { serviceModel, tableGuide } from "../sources.ts";
import { TableUser } from "../table-user.ts";
import type { FixtureTarget } from "../target.ts";

const quotas = tableGuide("quotas", "ServiceQuotas");
const expiry = tableGuide("time to live", "TTL");
const invalid = ["ValidationException", 400];

/** What an item may be, and how long it lives. */
export const cases: Case[] = [
  {
    id: "items-that-are-refused",
    area: "table",
    title:
      "Refused are items over 400 KB, empty keys, keys of another type and numbers of more than 38 digits.",
    sources: [quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const { item } = user;
      const largest = 400 * 1024;
      for (const [what, odd] of [
        ["too large", item("a", { text: { S: "x".repeat(largest) } })],
        ["empty key", item("")],
        ["key of another type", { ...item("a"), sk: { N: "1" } }],
        ["no key", { pk: item("a")["pk"] as AttributeValue }],
        ["digits", item("a", { number: { N: "1".repeat(39) } })],
        ["no number", item("a", { number: { N: "seven" } })],
      ] as const) {
        assert.deepEqual(await refusalOf(user.put(odd)), invalid, what);
      }
      const number = `1.${"2".repeat(37)}`;
      await user.put(item("a", { number: { N: number }, empty: { S: "" } }));
      const kept = await user.get("a");
      assert.deepEqual([kept?.["number"], kept?.["empty"]], [{ N: number }, { S: "" }]);
    },
  },
  {
    id: "batch-of-writes",
    area: "table",
    title: "A batch takes 25 writes, and not two of one item.",
    sources: [serviceModel("dynamodb", "BatchWriteItem")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const write = (keys: string[]) =>
        target.dynamodb.send(
          new BatchWriteItemCommand({
            RequestItems: {
              [user.TableName]: keys.map((sk) => ({ PutRequest: { Item: user.item(sk) } })),
            },
          }),
        );
      const keys = Array.from({ length: 26 }, (_, index) => `${index}`);
      assert.deepEqual(await refusalOf(write(keys)), invalid);
      assert.deepEqual(await refusalOf(write(["a", "a"])), invalid);
      await write(keys.slice(1));
      assert.equal((await user.query()).length, 25);
    },
  },
  {
    id: "expired-item-is-there-until-deleted",
    area: "table",
    title: "An item that has expired can be read until it is deleted, which comes later.",
    sources: [expiry],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      await user.put(user.item("a", { expiresAt: { N: seconds(target, -60) } }));
      assert.deepEqual(await user.query(), ["a"]);
      await target.clock.advance(60_000);
      assert.deepEqual(await user.query(), []);
    },
  },
  {
    id: "what-expires",
    area: "table",
    title:
      "Items expire by a number of epoch seconds: not before, not by a text, by milliseconds, or by a time more than five years ago.",
    sources: [expiry],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const fiveYears = 5 * 365 * 24 * 3600;
      const soon = seconds(target, 60);
      for (const [sk, expiresAt] of Object.entries<AttributeValue>({
        soon: { N: soon },
        text: { S: soon },
        milliseconds: { N: `${soon}000` },
        "long-ago": { N: seconds(target, -fiveYears - 3600) },
        "years-ago": { N: seconds(target, -fiveYears + 3600) },
        later: { N: seconds(target, 3600) },
      })) {
        await user.put(user.item(sk, { expiresAt }));
      }
      await target.clock.advance(59_000);
      assert.ok((await user.query()).includes("soon"));
      await target.clock.advance(60_000);
      assert.deepEqual(await user.query(), ["later", "long-ago", "milliseconds", "text"]);
    },
  },
];

function seconds(target: FixtureTarget, fromNow: number): string {
  return `${Math.floor(target.now() / 1000) + fromNow}`;
}

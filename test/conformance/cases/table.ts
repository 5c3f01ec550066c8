import assert from "node:assert/strict";
import {
  type AttributeValue,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  type QueryCommandInput,
  type TransactionCanceledException,
  TransactWriteItemsCommand,
  UpdateItemCommand,
} from "@aws-sdk/client-dynamodb";
import type { Case } from "../case.ts";
import { refusalOf } from "../refusal.ts";
import { serviceModel, tableGuide } from "../sources.ts";
import { TableUser } from "../table-user.ts";

const conditions = tableGuide("condition expressions", "Expressions.ConditionExpressions");
const consistency = tableGuide("read consistency", "HowItWorks.ReadConsistency");
const querying = tableGuide("querying tables", "Query");
const paging = tableGuide("paginating table query results", "Query.Pagination");
const transactions = tableGuide("DynamoDB transactions", "transaction-apis");
const failed = ["ConditionalCheckFailedException", 400];

/** What a table promises to who writes and reads it. */
export const cases: Case[] = [
  {
    id: "put-if-there-is-none",
    area: "table",
    title:
      "A put with attribute_not_exists is refused where the item is there, and can be told what is there.",
    sources: [conditions, serviceModel("dynamodb", "ReturnValuesOnConditionCheckFailure")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { TableName, item } = new TableUser(target);
      const put = (text: string) =>
        target.dynamodb.send(
          new PutItemCommand({
            TableName,
            Item: item("a", { text: { S: text } }),
            ConditionExpression: "attribute_not_exists(pk)",
            ReturnValuesOnConditionCheckFailure: "ALL_OLD",
          }),
        );
      await put("first");
      assert.deepEqual(await refusalOf(put("second")), failed);
      await assert.rejects(put("second"), ({ Item }: { Item: Record<string, AttributeValue> }) => {
        return Item["text"]?.S === "first";
      });
    },
  },
  {
    id: "write-on-a-condition",
    area: "table",
    title: "An update or a delete whose condition does not hold changes nothing.",
    sources: [conditions],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const { TableName, key, item } = user;
      await user.put(item("a", { version: { N: "1" } }));
      const onVersion = (version: string) => ({
        TableName,
        Key: key("a"),
        ConditionExpression: "version = :version",
        ExpressionAttributeValues: { ":version": { N: version } },
      });
      const update = (version: string) =>
        target.dynamodb.send(
          new UpdateItemCommand({
            ...onVersion(version),
            UpdateExpression: "SET version = version + :version",
          }),
        );
      assert.deepEqual(await refusalOf(update("2")), failed);
      const deletion = target.dynamodb.send(new DeleteItemCommand(onVersion("2")));
      assert.deepEqual(await refusalOf(deletion), failed);
      await update("1");
      assert.deepEqual((await user.get("a"))?.["version"], { N: "2" });
      await target.dynamodb.send(new DeleteItemCommand(onVersion("2")));
      assert.equal(await user.get("a"), undefined);
    },
  },
  {
    id: "concurrent-counts",
    area: "table",
    title: "Updates of one item at the same time are all counted, and each is told its own result.",
    sources: [tableGuide("atomic counters", "WorkingWithItems")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { TableName, key } = new TableUser(target);
      const add = async () => {
        const { Attributes } = await target.dynamodb.send(
          new UpdateItemCommand({
            TableName,
            Key: key("counter"),
            UpdateExpression: "ADD #count :one SET #hidden = :true",
            ExpressionAttributeNames: { "#count": "count", "#hidden": "hidden" },
            ExpressionAttributeValues: { ":one": { N: "1" }, ":true": { BOOL: true } },
            ReturnValues: "UPDATED_NEW",
          }),
        );
        return Number(Attributes?.["count"]?.N);
      };
      const results = await Promise.all(Array.from({ length: 10 }, add));
      const sorted = results.toSorted((one, other) => one - other);
      assert.deepEqual(sorted, [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
    },
  },
  {
    id: "consistent-read",
    area: "table",
    title: "A consistent read sees every write that was answered before it.",
    sources: [consistency],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      for (let index = 0; index < 10; index++) {
        await user.put(user.item(`${index}`));
        assert.equal((await user.query()).length, index + 1);
      }
    },
  },
  {
    id: "query-by-sort-key",
    area: "table",
    title: "A query answers the items of a partition in the order of the sort key's UTF-8 bytes.",
    sources: [querying],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      for (const sk of ["b#2", "a#1", "Z", "b#10", "é", "🙂", "\u{FFFD}"]) {
        await user.put(user.item(sk));
      }
      const inOrder = ["Z", "a#1", "b#10", "b#2", "é", "\u{FFFD}", "🙂"];
      assert.deepEqual(await user.query(), inOrder);
      assert.deepEqual(await user.query({ ScanIndexForward: false }), inOrder.toReversed());
      assert.deepEqual(await user.query({}, "begins_with(sk, :a)", { ":a": { S: "b#" } }), [
        "b#10",
        "b#2",
      ]);
      const bounds = { ":a": { S: "a#1" }, ":b": { S: "b#2" } };
      assert.deepEqual(await user.query({}, "sk BETWEEN :a AND :b", bounds), inOrder.slice(1, 4));
    },
  },
  {
    id: "pages-of-a-query",
    area: "table",
    title: "Each page of a query begins behind the last; a filter is applied after the limit.",
    sources: [paging],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const keys = ["1", "2", "3", "4", "5"];
      for (const sk of keys) await user.put(user.item(sk));
      const found: (string | undefined)[] = [];
      let start: QueryCommandInput["ExclusiveStartKey"];
      do {
        const page = await user.page({
          Limit: 2,
          ...(start && { ExclusiveStartKey: start }),
        });
        assert.ok((page.Count ?? 0) <= 2);
        found.push(...(page.Items ?? []).map(({ sk }) => sk?.S));
        start = page.LastEvaluatedKey;
      } while (start !== undefined);
      assert.deepEqual(found, keys);
      const filtered = await user.page({ Limit: 2, FilterExpression: "attribute_exists(nothing)" });
      const { Count, ScannedCount, LastEvaluatedKey } = filtered;
      assert.deepEqual([Count, ScannedCount, LastEvaluatedKey], [0, 2, user.key("2")]);
    },
  },
  {
    id: "size-of-a-page",
    area: "table",
    title: "A page of a query ends at 1 MB, wherever that is.",
    sources: [paging],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const text = { S: "x".repeat(150_000) };
      const keys = ["1", "2", "3", "4", "5", "6", "7", "8"];
      await Promise.all(keys.map((sk) => user.put(user.item(sk, { text }))));
      const first = await user.page({ ProjectionExpression: "sk" });
      const last = first.LastEvaluatedKey;
      // Six are less than 1 MB, seven more; the last of a page may reach beyond.
      assert.ok([6, 7].includes(first.Count ?? 0), `${first.Count} items`);
      assert.ok(last);
      const second = await user.page({ ExclusiveStartKey: last });
      assert.equal((first.Count ?? 0) + (second.Count ?? 0), keys.length);
      assert.equal(second.LastEvaluatedKey, undefined);
    },
  },
  {
    id: "transaction-is-all-or-nothing",
    area: "table",
    title:
      "A transaction of which one condition does not hold writes nothing, and tells for each part why.",
    sources: [transactions],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      const { TableName, key, item } = user;
      const transact = (checked: string) =>
        target.dynamodb.send(
          new TransactWriteItemsCommand({
            TransactItems: [
              { Put: { TableName, Item: item("new") } },
              {
                ConditionCheck: {
                  TableName,
                  Key: key(checked),
                  ConditionExpression: "attribute_exists(pk)",
                },
              },
            ],
          }),
        );
      await assert.rejects(transact("missing"), (error: TransactionCanceledException) => {
        assert.equal(error.name, "TransactionCanceledException");
        const codes = error.CancellationReasons?.map(({ Code }) => Code);
        assert.deepEqual(codes, ["None", "ConditionalCheckFailed"]);
        return true;
      });
      assert.equal(await user.get("new"), undefined);
      await user.put(item("there"));
      await transact("there");
      assert.deepEqual(await user.query(), ["new", "there"]);
    },
  },
  {
    id: "table-that-is-not-there",
    area: "table",
    title: "A table that does not exist is refused with ResourceNotFoundException.",
    sources: [serviceModel("dynamodb", "ResourceNotFoundException")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { key } = new TableUser(target);
      const get = new GetItemCommand({ TableName: target.unique(), Key: key("a") });
      const refusal = await refusalOf(target.dynamodb.send(get));
      assert.deepEqual(refusal, ["ResourceNotFoundException", 400]);
    },
  },
];

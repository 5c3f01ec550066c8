import assert from "node:assert/strict";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import { functionAccessKeyId, operatorAccessKeyId } from "../../../local/access-key-id.ts";
import { needsOf } from "../../../local/dynamodb/authorization.ts";
import { DynamoDbProxy } from "../../../local/dynamodb/proxy.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { ACCOUNT, accessWith, SESSION } from "./support.ts";

const region = "eu-central-1";
const worker = functionAccessKeyId("worker");
const denial = (action: string, resource: string) =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;
const closings: (() => unknown)[] = [];

async function closeAll(): Promise<void> {
  for (const close of closings.splice(0).reverse()) await close();
}

describe("DynamoDB and its callers' policies", () => {
  afterEach(closeAll);

  const prefix = `arn:aws:dynamodb:${region}:${ACCOUNT}`;
  const table = `${prefix}:table/rooms`;

  it("passes on what is allowed, and denies the rest by 400", async () => {
    const { access } = accessWith([]);
    const engine = await startTestEngine();
    const proxy = new DynamoDbProxy({
      endpoint: engine.endpoint,
      authorize: access.authorize,
      arnPrefix: prefix,
    });
    closings.push(() => engine.close());
    const { url } = await proxy.listen();
    closings.push(() => proxy.close());
    const list = async (accessKeyId: string) => {
      const client = new DynamoDBClient({
        endpoint: url,
        region,
        credentials: { accessKeyId, secretAccessKey: "any" },
        maxAttempts: 1,
      });
      closings.push(() => client.destroy());
      return (await client.send(new ListTablesCommand({}))).TableNames;
    };
    assert.deepEqual(await list(operatorAccessKeyId), []);
    await assert.rejects(
      list(worker),
      (error: Error & { $metadata: { httpStatusCode: number } }) => {
        assert.equal(error.name, "AccessDeniedException");
        assert.equal(error.$metadata.httpStatusCode, 400);
        assert.equal(error.message, denial("dynamodb:ListTables", `${prefix}:*`));
        return true;
      },
    );
    await assert.rejects(list("AKIAUNKNOWN"), {
      name: "UnrecognizedClientException",
      message: "The security token included in the request is invalid.",
    });
    const unsigned = await fetch(url, { method: "POST", body: "{}" });
    assert.equal(unsigned.status, 400);
    assert.deepEqual(await unsigned.json(), {
      __type: "com.amazon.coral.service#MissingAuthenticationTokenException",
      message: "Request is missing Authentication Token",
    });
  });

  const calls: [operation: string, input: object, needs: [action: string, resource: string][]][] = [
    ["Query", { TableName: "rooms" }, [["Query", table]]],
    ["Query", { TableName: "rooms", IndexName: "byUser" }, [["Query", `${table}/index/byUser`]]],
    ["PutItem", { TableName: table }, [["PutItem", table]]],
    [
      "BatchWriteItem",
      { RequestItems: { rooms: [], other: [] } },
      [
        ["BatchWriteItem", table],
        ["BatchWriteItem", `${prefix}:table/other`],
      ],
    ],
    ["BatchGetItem", { RequestItems: { rooms: {} } }, [["BatchGetItem", table]]],
    [
      "TransactWriteItems",
      {
        TransactItems: [
          { Put: { TableName: "rooms" } },
          { Update: { TableName: "rooms" } },
          { Delete: { TableName: "rooms" } },
          { ConditionCheck: { TableName: "rooms" } },
        ],
      },
      [
        ["PutItem", table],
        ["UpdateItem", table],
        ["DeleteItem", table],
        ["ConditionCheckItem", table],
      ],
    ],
    [
      "TransactGetItems",
      { TransactItems: [{ Get: { TableName: "rooms" } }] },
      [["GetItem", table]],
    ],
    ["ExecuteStatement", { Statement: "SELECT" }, [["ExecuteStatement", `${prefix}:*`]]],
  ];
  for (const [operation, input, needs] of calls) {
    it(`${operation} ${JSON.stringify(input).slice(0, 60)} needs ${needs.map(([action]) => action)}`, () => {
      const target = `DynamoDB_20120810.${operation}`;
      assert.deepEqual(
        needsOf(target, JSON.stringify(input), prefix),
        needs.map(([action, resource]) => ({ action: `dynamodb:${action}`, resource })),
      );
    });
  }
});

import assert from "node:assert/strict";
import { awsAddresses, computedProperties } from "../../../local/recording/outputs.ts";
import type { Properties } from "../../../local/recording/resource.ts";
import { place } from "./programs.ts";

const compute = (type: string, name: string, inputs: Properties = {}, where = place) =>
  computedProperties({ type, name, inputs }, where, awsAddresses(where));

describe("What the provider computes", () => {
  it("names a queue as AWS must have it", async () => {
    const { name } = await compute("aws:sqs/queue:Queue", "jobs", { fifoQueue: true });
    assert.match(name, /^jobs-[0-9a-f]{7}\.fifo$/);
    const plain = await compute("aws:sqs/queue:Queue", "jobs");
    assert.match(plain["name"], /^jobs-[0-9a-f]{7}$/);
  });

  it("gives a queue its URL for an id", async () => {
    const queue = await compute("aws:sqs/queue:Queue", "jobs", { name: "jobs" });
    assert.deepEqual(queue, {
      id: "https://sqs.eu-west-1.amazonaws.com/000000000000/jobs",
      name: "jobs",
      url: "https://sqs.eu-west-1.amazonaws.com/000000000000/jobs",
      arn: "arn:aws:sqs:eu-west-1:000000000000:jobs",
    });
  });

  it("gives a table a stream only where it is enabled", async () => {
    const table = await compute("aws:dynamodb/table:Table", "t", { name: "t" });
    assert.deepEqual(
      [table["arn"], table["streamArn"]],
      ["arn:aws:dynamodb:eu-west-1:000000000000:table/t", ""],
    );
    const streamed = await compute("aws:dynamodb/table:Table", "t", {
      name: "t",
      streamEnabled: true,
    });
    assert.match(
      streamed["streamArn"],
      /^arn:aws:dynamodb:eu-west-1:000000000000:table\/t\/stream\/\d{4}-/,
    );
  });

  it("gives a function the address by which API Gateway invokes it", async () => {
    const { invokeArn } = await compute("aws:lambda/function:Function", "f", { name: "f" });
    assert.equal(
      invokeArn,
      "arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/arn:aws:lambda:eu-west-1:000000000000:function:f/invocations",
    );
  });

  it("puts a stage below its API's endpoint", async () => {
    const stage = await compute("aws:apigatewayv2/stage:Stage", "s", { apiId: "a1", name: "dev" });
    assert.deepEqual(stage, {
      id: "dev",
      name: "dev",
      executionArn: "arn:aws:execute-api:eu-west-1:000000000000:a1/dev",
      invokeUrl: "wss://a1.execute-api.eu-west-1.amazonaws.com/dev",
    });
  });

  it("is of the partition, region and account of the place", async () => {
    const china = { partition: "aws-cn", region: "cn-north-1", accountId: "210987654321" };
    const role = await compute("aws:iam/role:Role", "r", { name: "r" }, china);
    assert.equal(role["arn"], "arn:aws-cn:iam::210987654321:role/r");
    const topic = await compute("aws:sns/topic:Topic", "t", { name: "t" }, china);
    assert.equal(topic["arn"], "arn:aws-cn:sns:cn-north-1:210987654321:t");
  });

  it("is the same each time", async () => {
    const type = "aws:apigatewayv2/api:Api";
    assert.deepEqual(await compute(type, "api"), await compute(type, "api"));
    assert.notEqual((await compute(type, "api")).id, (await compute(type, "other")).id);
  });

  it("takes addresses from whoever plays the services", async () => {
    const addresses = {
      queueOrigin: "http://127.0.0.1:1",
      gatewayOrigin: async (apiId: string) => `ws://127.0.0.1:2/${apiId}`,
    };
    const queue = { type: "aws:sqs/queue:Queue", name: "q", inputs: { name: "q" } };
    const { url } = await computedProperties(queue, place, addresses);
    assert.equal(url, "http://127.0.0.1:1/000000000000/q");
    const stage = {
      type: "aws:apigatewayv2/stage:Stage",
      name: "s",
      inputs: { apiId: "a", name: "d" },
    };
    const { invokeUrl } = await computedProperties(stage, place, addresses);
    assert.equal(invokeUrl, "ws://127.0.0.1:2/a/d");
  });
});

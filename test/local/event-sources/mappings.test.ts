import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { startRuntime } from "../../../local/runtime.ts";
import { startTestEngine } from "../../support/test-engine.ts";
import { allow, policy, trust } from "../iam/support.ts";

const TOPIC = "arn:aws:sns:eu-west-1:000000000000:failures";

/** A function that reads a table's stream and reports what it gives up to this destination. */
function program(destination: () => pulumi.Input<string>) {
  const table = new aws.dynamodb.Table("rooms", {
    attributes: [{ name: "room", type: "S" }],
    hashKey: "room",
    billingMode: "PAY_PER_REQUEST",
    streamEnabled: true,
    streamViewType: "KEYS_ONLY",
  });
  const role = new aws.iam.Role("role", {
    assumeRolePolicy: JSON.stringify(trust("lambda.amazonaws.com")),
  });
  new aws.iam.RolePolicy("policy", {
    role: role.id,
    policy: JSON.stringify(policy(allow("*"))),
  });
  const lambda = new aws.lambda.Function("worker", {
    runtime: "nodejs24.x",
    handler: "index.handler",
    role: role.arn,
    code: new pulumi.asset.AssetArchive({
      "index.mjs": new pulumi.asset.StringAsset("export const handler = async () => null;"),
    }),
  });
  new aws.lambda.EventSourceMapping("mapping", {
    eventSourceArn: table.streamArn,
    functionName: lambda.arn,
    startingPosition: "LATEST",
    destinationConfig: { onFailure: { destinationArn: destination() } },
  });
}

async function start(destination: () => pulumi.Input<string>): Promise<void> {
  const engine = await startTestEngine();
  try {
    const stack = await startRuntime({
      load: async () => ({ default: () => program(destination) }),
      project: "project",
      stack: "dev",
      config: { "aws:region": "eu-west-1" },
      dynamoDbEndpoint: engine.endpoint,
      emit() {},
    });
    await stack.close();
  } finally {
    await engine.close();
  }
}

// Lambda Developer Guide, parameters for DynamoDB event source mappings: a standard queue or topic.
describe("the on-failure destination of a stream's mapping", () => {
  it("is a standard queue", async () => {
    await start(() => new aws.sqs.Queue("failures").arn);
  });

  it("is no FIFO queue", async () => {
    await assert.rejects(
      start(() => new aws.sqs.Queue("failures", { fifoQueue: true }).arn),
      /^Error: Event source mapping mapping: its on-failure destination arn:aws:sqs:eu-west-1:000000000000:failures-\w+\.fifo is a FIFO queue, Lambda takes standard queues\.$/,
    );
  });

  it("is nothing that the laptop does not have", async () => {
    await assert.rejects(
      start(() => TOPIC),
      {
        message: `Event source mapping mapping: its on-failure destination ${TOPIC} is no queue of the program, others are not played.`,
      },
    );
  });
});

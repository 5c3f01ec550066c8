import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { startRuntime } from "../../../local/runtime.ts";
import { allow, policy, trust } from "./support.ts";

/** A function that reads a queue with these statements. */
const program = (...statements: object[]) => {
  const queue = new aws.sqs.Queue("orders", { fifoQueue: true });
  const role = new aws.iam.Role("role", {
    assumeRolePolicy: JSON.stringify(trust("lambda.amazonaws.com")),
  });
  new aws.iam.RolePolicy("policy", {
    role: role.id,
    policy: JSON.stringify(policy(...statements)),
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
    eventSourceArn: queue.arn,
    functionName: lambda.arn,
  });
};

const start = (...statements: object[]) =>
  startRuntime({
    load: async () => ({ default: () => program(...statements) }),
    project: "project",
    stack: "dev",
    config: { "aws:region": "eu-west-1" },
    emit: () => {},
  });

describe("Starting a program", () => {
  it("is refused as Lambda refuses a mapping whose role may not read the queue", async () => {
    await assert.rejects(start(allow("sqs:ReceiveMessage")), (error: Error) => {
      const expected =
        /^Event source mapping mapping: The provided execution role does not have permissions to call DeleteMessage on SQS\. User: arn:aws:sts::000000000000:assumed-role\/role-\w+\/worker-\w+ is not authorized to perform: sqs:deletemessage on resource: arn:aws:sqs:eu-west-1:000000000000:orders-\w+\.fifo because no identity-based policy allows the sqs:deletemessage action$/;
      assert.match(error.message, expected);
      return true;
    });
  });

  it("is refused for a policy that is not evaluated, which it names", async () => {
    const Condition = { IpAddress: { "aws:SourceIp": "10.0.0.0/8" } };
    await assert.rejects(start(allow("sqs:*", "*", { Condition })), {
      name: "PolicyError",
      message:
        'aws:iam/rolePolicy:RolePolicy "policy": policy: Statement 1: Condition: ' +
        "the operator IpAddress is not evaluated on the laptop",
    });
  });
});

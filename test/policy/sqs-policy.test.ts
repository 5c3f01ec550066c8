import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";

const rule = "queue-policy-requires-tls";
const denyPlain =
  "Deny sqs:* to Principal * where aws:SecureTransport is false, in a QueuePolicy of the queue.";
const notDenied = `policy does not deny everybody calls without TLS. ${denyPlain}`;
const open =
  "policy allows everybody to call, without a condition on the source. Name the principals, or add a condition such as aws:SourceArn.";

const arn = "arn:aws:sqs:eu-west-1:111122223333:orders";
const url = "https://sqs.eu-west-1.amazonaws.com/111122223333/orders";

const deny = {
  Effect: "Deny",
  Principal: "*",
  Action: "sqs:*",
  Resource: arn,
  Condition: { Bool: { "aws:SecureTransport": "false" } },
};

const saidOf = (...resources: RecordedResource[]) => messagesBy(rule, resources);

/** A queue with a policy of its own. */
function queueWith(policy: unknown): RecordedResource {
  return foreign("aws:sqs/queue:Queue", "orders", { policy }, {}, { arn, url });
}

function withStatements(...statements: Properties[]): RecordedResource {
  return queueWith(JSON.stringify({ Version: "2012-10-17", Statement: statements }));
}

describe(rule, () => {
  it("takes a policy in whatever form says the same", () => {
    for (const statement of [
      deny,
      { ...deny, Principal: { AWS: ["*"] }, Action: ["SQS:*"], Resource: ["*"] },
      { ...deny, Action: "*", Condition: { Bool: { "AWS:SecureTransport": ["false"] } } },
      { ...deny, Resource: "arn:aws:sqs:*:111122223333:ord*" },
      { ...deny, Condition: { BoolIfExists: { "aws:SecureTransport": false } } },
    ]) {
      assert.deepEqual(saidOf(withStatements(statement)), []);
    }
    assert.deepEqual(saidOf(queueWith({ Statement: deny })), []);
    assert.deepEqual(saidOf(queueWith(JSON.stringify({ Statement: deny }))), []);
  });

  it("finds a policy that denies too little, or cannot be read", () => {
    for (const statement of [
      { ...deny, Effect: "Allow", Principal: { AWS: "arn:aws:iam::111122223333:root" } },
      { ...deny, Principal: { AWS: "arn:aws:iam::111122223333:root" } },
      { ...deny, Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } },
      { ...deny, Action: "sqs:SendMessage" },
      { ...deny, Resource: "arn:aws:sqs:eu-west-1:111122223333:other-*" },
      { ...deny, Condition: { Bool: { "aws:SecureTransport": ["true", "false"] } } },
      { ...deny, Condition: { Bool: { "aws:SecureTransport": [] } } },
      { ...deny, Condition: { ...deny.Condition, StringEquals: { "aws:SourceVpc": "vpc-1" } } },
      { ...deny, Condition: undefined },
    ]) {
      assert.deepEqual(saidOf(withStatements(statement)), [`Queue "orders": ${notDenied}`]);
    }
    for (const policy of ["{", "[]", '"text"', "{}", '{"Statement":[7]}', 7, [], {}]) {
      const expected = Array.isArray(policy) ? `has no policy. ${denyPlain}` : notDenied;
      assert.deepEqual(saidOf(queueWith(policy)), [`Queue "orders": ${expected}`]);
    }
  });

  it("finds a policy by which everybody may call", () => {
    const allow = { Effect: "Allow", Principal: "*", Action: "sqs:SendMessage", Resource: arn };
    const any = { ArnLike: { "aws:SourceArn": "*" } };
    const topic = "arn:aws:sns:eu-west-1:111122223333:orders";
    const from = (SourceArn: string) => ({ ArnLike: { "aws:SourceArn": SourceArn } });
    const at = (SourceIp: string[]) => ({ IpAddress: { "aws:SourceIp": SourceIp } });
    for (const statement of [
      allow,
      { ...allow, Principal: { AWS: "*" }, Condition: any },
      { ...allow, Principal: undefined, NotPrincipal: { AWS: "arn:aws:iam::111122223333:root" } },
      { ...allow, Condition: from("arn:aws:*:*:*:*") },
      { ...allow, Condition: from("arn:aws:s3:::*") },
      {
        ...allow,
        Condition: {
          ...from("arn:aws:*:*:*:*"),
          ArnNotLike: { "aws:PrincipalArn": "arn:aws:iam::444455556666:root" },
        },
      },
      { ...allow, Condition: at(["203.0.113.0/24", "0.0.0.0/0"]) },
      { ...allow, Condition: { NotIpAddress: { "aws:SourceIp": "203.0.113.0/24" } } },
    ]) {
      assert.deepEqual(saidOf(withStatements(deny, statement)), [`Queue "orders": ${open}`]);
    }
    for (const statement of [
      { ...allow, Condition: { ArnEquals: { "aws:SourceArn": topic } } },
      { ...allow, Condition: from("arn:aws:s3:::uploads") },
      { ...allow, Condition: from("arn:aws:sns:*:111122223333:*") },
      { ...allow, Condition: at(["203.0.113.0/24", "2001:db8::/32"]) },
      { ...allow, Condition: { StringEquals: { "aws:SourceAccount": "111122223333" } } },
      { ...allow, Principal: { Service: "sns.amazonaws.com" } },
    ]) {
      assert.deepEqual(saidOf(withStatements(deny, statement)), []);
    }
  });

  it("judges a policy of a queue outside the stack", () => {
    const policy = foreign("aws:sqs/queuePolicy:QueuePolicy", "theirs", {
      queueUrl: url,
      policy: JSON.stringify({ Statement: [] }),
    });
    assert.deepEqual(saidOf(policy), [`QueuePolicy "theirs": ${notDenied}`]);
  });

  it("speaks once where the queue shows the policy that another resource gave it", () => {
    const queue = queueWith("{}");
    const policy = foreign("aws:sqs/queuePolicy:QueuePolicy", "orders-policy", {
      queueUrl: url,
      policy: "{}",
    });
    assert.deepEqual(saidOf(queue, policy), [`QueuePolicy "orders-policy": ${notDenied}`]);
  });

  it("knows a queue that is named by a literal before it exists", () => {
    const queue = foreign("aws:sqs/queue:Queue", "orders", { name: "orders" });
    const policy = foreign("aws:sqs/queuePolicy:QueuePolicy", "orders-policy", {
      queueUrl: url,
      policy: JSON.stringify({ Statement: [deny] }),
    });
    assert.deepEqual(saidOf(queue, policy), []);
  });

  it("leaves open what is not known yet", () => {
    const queue = foreign("aws:sqs/queue:Queue", "orders");
    const policy = foreign("aws:sqs/queuePolicy:QueuePolicy", "somebodys", {
      queueUrl: unknownValue,
      policy: JSON.stringify({ Statement: [deny] }),
    });
    assert.deepEqual(saidOf(queue, policy), [
      'Not decided before the deployment, since not known yet: "queueUrl" of QueuePolicy "somebodys".',
    ]);
  });
});

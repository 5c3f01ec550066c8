import assert from "node:assert/strict";
import { decide } from "../../../local/iam/decide.ts";
import { readPolicy } from "../../../local/iam/document.ts";
import { allow, caller, deny, policy, ROLE, reasonOf, SESSION } from "./support.ts";

const queue = "arn:aws:sqs:eu-central-1:123456789012:orders.fifo";
const isAllowed = (...args: Parameters<typeof reasonOf>) => reasonOf(...args) === undefined;

describe("IAM's decision", () => {
  it("is no without an Allow, and an explicit Deny wins", () => {
    assert.equal(
      reasonOf("sqs:SendMessage", queue, [allow("sqs:ReceiveMessage")]),
      "because no identity-based policy allows the sqs:sendmessage action",
    );
    assert.equal(
      reasonOf("sqs:SendMessage", queue, [allow("*"), deny("sqs:Send*")]),
      "with an explicit deny in an identity-based policy",
    );
    assert.equal(
      reasonOf("sqs:SendMessage", queue, [allow("*")], [deny("sqs:*", queue, { Principal: "*" })]),
      "with an explicit deny in a resource-based policy",
    );
  });

  const actions: [pattern: string, action: string, covers: boolean][] = [
    ["*", "sqs:SendMessage", true],
    ["sqs:*", "sqs:SendMessage", true],
    ["SQS:sendmessage", "sqs:SendMessage", true],
    ["sqs:Send*", "sqs:SendMessage", true],
    ["sqs:*Message", "sqs:SendMessage", true],
    ["sqs:?endMessage", "sqs:SendMessage", true],
    ["sqs:SendMessage", "sqs:SendMessageBatch", false],
    ["sqs:?SendMessage", "sqs:SendMessage", false],
    ["dynamodb:*", "sqs:SendMessage", false],
  ];
  for (const [pattern, action, covers] of actions) {
    it(`Action ${pattern} ${covers ? "covers" : "does not cover"} ${action}`, () => {
      assert.equal(isAllowed(action, queue, [allow(pattern)]), covers);
      const negated = { Effect: "Allow", NotAction: pattern, Resource: "*" };
      assert.equal(isAllowed(action, queue, [negated]), !covers);
    });
  }

  const resources: [pattern: string, resource: string, covers: boolean][] = [
    ["*", queue, true],
    [queue, queue, true],
    [queue, `${queue}x`, false],
    ["arn:aws:sqs:*:*:orders.fifo", queue, true],
    ["arn:aws:sqs:eu-central-1:123456789012:orders?fifo", queue, true],
    ["arn:aws:sqs:eu-central-1:123456789012:*", queue, true],
    // A star in the middle of a segment stays in it, a last one does not (IAM User Guide).
    ["arn:aws:s*s:eu-central-1:123456789012:orders.fifo", queue, true],
    ["arn:aws:sqs:eu-*1:orders.fifo", queue, false],
    ["arn:aws:sqs:eu-*:orders.fifo", queue, true],
    ["arn:aws:x:::t/A/stream/*", "arn:aws:x:::t/A/stream/2026-01-01T00:00:00.000", true],
    ["arn:aws:x:::t/A/*", "arn:aws:x:::t/B/stream", false],
    ["arn:aws:x:::a.b", "arn:aws:x:::axb", false],
  ];
  for (const [pattern, resource, covers] of resources) {
    it(`Resource ${pattern} ${covers ? "covers" : "does not cover"} ${resource}`, () => {
      assert.equal(isAllowed("x:Y", resource, [allow("x:Y", pattern)]), covers);
      const negated = { Effect: "Allow", Action: "x:Y", NotResource: pattern };
      assert.equal(isAllowed("x:Y", resource, [negated]), !covers);
    });
  }

  it("counts loopback as secure transport", () => {
    const insecure = { Principal: "*", Condition: { Bool: { "aws:SecureTransport": "false" } } };
    const secure = { Principal: "*", Condition: { Bool: { "AWS:securetransport": true } } };
    assert.equal(isAllowed("x:Y", queue, [allow("*")], [deny("*", "*", insecure)]), true);
    assert.equal(isAllowed("x:Y", queue, [allow("*")], [deny("*", "*", secure)]), false);
  });

  const source = "arn:aws:execute-api:eu-west-1:123456789012:api/dev/$connect";
  const conditions: [condition: object, holds: boolean][] = [
    [{ StringEquals: { "aws:SourceAccount": "123456789012" } }, true],
    [{ StringEquals: { "aws:SourceAccount": ["1", "123456789012"] } }, true],
    [{ StringEquals: { "aws:SourceAccount": "12345678901*" } }, false],
    [{ StringLike: { "aws:SourceAccount": "12345678901*" } }, true],
    [{ ArnLike: { "aws:SourceArn": "arn:aws:execute-api:*:*:api/*/$connect" } }, true],
    [{ ArnEquals: { "aws:SourceArn": source } }, true],
    // Six components, each by itself: a star does not stand for two of them.
    [{ ArnLike: { "aws:SourceArn": "arn:aws:execute-api:*:api/dev/$connect" } }, false],
    [{ ArnLike: { "aws:SourceArn": source }, StringEquals: { "aws:SourceAccount": "1" } }, false],
    [{ Bool: { "aws:SecureTransport": "true" } }, false],
  ];
  for (const [Condition, holds] of conditions) {
    it(`${JSON.stringify(Condition)} ${holds ? "holds" : "does not hold"}`, () => {
      const identity = readPolicy(policy(allow("x:Y", "*", { Condition })), "p", "identity");
      const context = { "aws:sourceaccount": "123456789012", "aws:sourcearn": source };
      const reason = decide({ action: "x:Y", resource: queue }, caller, { identity }, context);
      assert.equal(reason === undefined, holds);
    });
  }

  const principals: [principal: unknown, allows: boolean, denies: boolean][] = [
    ["*", true, true],
    [{ AWS: "*" }, true, true],
    [{ AWS: ROLE }, true, true],
    [{ AWS: SESSION }, true, true],
    // The whole account: whom an Allow lets in, the identity's own policies say.
    [{ AWS: "123456789012" }, false, true],
    [{ AWS: "arn:aws:iam::123456789012:root" }, false, true],
    [{ AWS: "arn:aws:iam::210987654321:root" }, false, false],
    [{ Service: "lambda.amazonaws.com" }, false, false],
  ];
  for (const [Principal, allows, denies] of principals) {
    it(`a resource's policy for ${JSON.stringify(Principal)}`, () => {
      assert.equal(isAllowed("x:Y", queue, [], [allow("*", "*", { Principal })]), allows);
      assert.equal(isAllowed("x:Y", queue, [allow("*")], [deny("*", "*", { Principal })]), !denies);
    });
  }
});

import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";

function queue(name: string, inputs: Properties = {}): RecordedResource {
  return foreign("aws:sqs/queue:Queue", name, inputs);
}

describe("queue-has-dead-letter-queue", () => {
  const rule = "queue-has-dead-letter-queue";
  const none = "has no redrivePolicy. Set redrivePolicy with the ARN of a dead-letter queue.";
  const count =
    "maxReceiveCount of redrivePolicy is not between 5 and 20. Set maxReceiveCount within these limits.";
  it("asks none of a queue that failures end in", () => {
    const failures = queue("failures");
    const failing: [type: string, property: string][] = [
      ["aws:lambda/function:Function", "deadLetterConfig"],
      ["aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig"],
      ["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "destinationConfig"],
      ["aws:sns/topicSubscription:TopicSubscription", "redrivePolicy"],
      ["aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig"],
    ];
    for (const [type, property] of failing) {
      const source = foreign(
        type,
        "source",
        { [property]: unknownValue },
        { [property]: [failures] },
      );
      assert.deepEqual(
        messagesBy(rule, [failures, source]).filter((message) => message.includes(none)),
        [],
        type,
      );
    }
  });

  it("tells the destination of successes from that of failures", () => {
    const [good, bad] = ["good", "bad"].map((name) => {
      const arn = `arn:aws:sqs:eu-west-1:111122223333:${name}`;
      return foreign("aws:sqs/queue:Queue", name, {}, {}, { arn });
    }) as [RecordedResource, RecordedResource];
    const destinations = foreign(
      "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
      "destinations",
      {
        destinationConfig: {
          onSuccess: { destination: good.state["arn"] },
          onFailure: { destination: bad.state["arn"] },
        },
      },
      { destinationConfig: [good, bad] },
    );
    assert.deepEqual(messagesBy(rule, [good, bad, destinations]), [`Queue "good": ${none}`]);
  });

  it("takes a redrive policy of its own, and a dead-letter queue for others by its allowance", () => {
    const dead = queue("dead", { redriveAllowPolicy: '{"redrivePermission":"allowAll"}' });
    const orders = queue("orders");
    const redrive = foreign(
      "aws:sqs/redrivePolicy:RedrivePolicy",
      "redrive",
      { queueUrl: unknownValue, redrivePolicy: '{"maxReceiveCount":"3"}' },
      { queueUrl: [orders], redrivePolicy: [dead] },
    );
    assert.deepEqual(messagesBy(rule, [dead]), []);
    assert.deepEqual(messagesBy(rule, [dead, orders, redrive]), [
      `RedrivePolicy "redrive": ${count}`,
    ]);
    const denied = queue("denied", { redriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    assert.deepEqual(messagesBy(rule, [denied]), [`Queue "denied": ${none}`]);
  });

  it("takes literals, outside the stack and in it", () => {
    const redrivePolicy = JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:eu-west-1:111122223333:dead",
      maxReceiveCount: 5,
    });
    const orders = queue("orders", { redrivePolicy });
    assert.deepEqual(messagesBy(rule, [orders]), []);
    assert.deepEqual(messagesBy(rule, [orders, queue("dead-letters", { name: "dead" })]), []);
  });

  it("has limits that a stack may set", () => {
    const orders = queue("orders", { redrivePolicy: '{"maxReceiveCount":2}' });
    const settings = { minimumReceives: 1, maximumReceives: 2 };
    assert.deepEqual(messagesBy(rule, [orders], settings), []);
  });

  it("finds a redrive policy that cannot be read", () => {
    for (const redrivePolicy of ["{", "null", "[]", "{}", 7, '{"maxReceiveCount":"many"}']) {
      assert.deepEqual(messagesBy(rule, [queue("orders", { redrivePolicy })]), [
        `Queue "orders": ${count}`,
      ]);
    }
  });
});

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
  const noTarget =
    "redrivePolicy has no deadLetterTargetArn. Set redrivePolicy with the ARN of a dead-letter queue.";
  const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
  const deadLetterTargetArn = arnOf("dead");

  it("asks none of a queue that failures end in", () => {
    const failures = queue("failures");
    const failing: [type: string, property: string][] = [
      ["aws:lambda/function:Function", "deadLetterConfig"],
      ["aws:lambda/eventSourceMapping:EventSourceMapping", "destinationConfig"],
      ["aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig", "destinationConfig"],
      ["aws:sns/topicSubscription:TopicSubscription", "redrivePolicy"],
      ["aws:cloudwatch/eventTarget:EventTarget", "deadLetterConfig"],
      ["aws:cloudwatch/eventBus:EventBus", "deadLetterConfig"],
      ["aws:pipes/pipe:Pipe", "sourceParameters"],
      ["aws:scheduler/schedule:Schedule", "target"],
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

  it("asks none of a queue that people are called to, unless a function reads it", () => {
    const failures = queue("failures");
    const alarm = foreign(
      "aws:cloudwatch/metricAlarm:MetricAlarm",
      "alarm",
      { metricName: "ApproximateNumberOfMessagesVisible", dimensions: unknownValue },
      { dimensions: [failures] },
    );
    const mapping = foreign(
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "mapping",
      { eventSourceArn: unknownValue },
      { eventSourceArn: [failures] },
    );
    assert.deepEqual(messagesBy(rule, [failures, alarm]), []);
    assert.deepEqual(messagesBy(rule, [failures, alarm, mapping]), [`Queue "failures": ${none}`]);
    assert.deepEqual(messagesBy(rule, [failures]), [`Queue "failures": ${none}`]);
  });

  it("tells the destination of successes from that of failures", () => {
    const [good, bad] = ["good", "bad"].map((name) => {
      return foreign("aws:sqs/queue:Queue", name, {}, {}, { arn: arnOf(name) });
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

  it("tells the target of a schedule from its dead-letter queue, before either exists", () => {
    const dead = queue("dead");
    const schedule = (target: Properties) =>
      foreign("aws:scheduler/schedule:Schedule", "nightly", { target }, { target: [dead] });
    const lambda = "arn:aws:lambda:eu-west-1:111122223333:function:nightly";
    const failing = schedule({ arn: lambda, deadLetterConfig: { arn: unknownValue } });
    assert.deepEqual(messagesBy(rule, [dead, failing]), []);
    assert.deepEqual(messagesBy(rule, [dead, schedule({ arn: unknownValue })]), [
      `Queue "dead": ${none}`,
    ]);
    const both = schedule({ arn: unknownValue, deadLetterConfig: { arn: unknownValue } });
    assert.deepEqual(messagesBy(rule, [dead, both]), [
      'Not decided before the deployment, since not known yet: "target.deadLetterConfig.arn" of Schedule "nightly".',
    ]);
  });

  it("leaves nothing open on account of what names no queue", () => {
    const lambda = foreign("aws:lambda/function:Function", "nightly");
    const target = { arn: unknownValue, roleArn: unknownValue };
    const schedule = foreign(
      "aws:scheduler/schedule:Schedule",
      "nightly",
      { target },
      { target: [lambda] },
    );
    assert.deepEqual(messagesBy(rule, [queue("orders"), lambda, schedule]), [
      `Queue "orders": ${none}`,
    ]);
  });

  it("takes a redrive policy of its own, and a dead-letter queue for others by its allowance", () => {
    const dead = queue("dead", { redriveAllowPolicy: '{"redrivePermission":"byQueue"}' });
    const orders = queue("orders");
    const redrive = foreign(
      "aws:sqs/redrivePolicy:RedrivePolicy",
      "redrive",
      {
        queueUrl: unknownValue,
        redrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: "3" }),
      },
      { queueUrl: [orders], redrivePolicy: [dead] },
    );
    assert.deepEqual(messagesBy(rule, [dead]), []);
    assert.deepEqual(messagesBy(rule, [dead, orders, redrive]), [
      `RedrivePolicy "redrive": ${count}`,
    ]);
    // What is said by default, too, is no sign.
    for (const redrivePermission of ["denyAll", "allowAll"]) {
      const others = queue("others", { redriveAllowPolicy: JSON.stringify({ redrivePermission }) });
      assert.deepEqual(messagesBy(rule, [others]), [`Queue "others": ${none}`]);
    }
  });

  it("takes literals, outside the stack and in it", () => {
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 5 });
    const orders = queue("orders", { redrivePolicy });
    assert.deepEqual(messagesBy(rule, [orders]), []);
    assert.deepEqual(messagesBy(rule, [orders, queue("dead-letters", { name: "dead" })]), []);
  });

  it("has limits that a stack may set", () => {
    const redrivePolicy = JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 2 });
    const orders = queue("orders", { redrivePolicy });
    const settings = { minimumReceives: 1, maximumReceives: 2 };
    assert.deepEqual(messagesBy(rule, [orders], settings), []);
  });

  it("finds a redrive policy that cannot be read", () => {
    for (const redrivePolicy of ["{", "null", "[]", "{}", 7, '{"maxReceiveCount":"many"}']) {
      assert.deepEqual(messagesBy(rule, [queue("orders", { redrivePolicy })]), [
        `Queue "orders": ${noTarget}`,
        `Queue "orders": ${count}`,
      ]);
    }
  });

  it("finds a redrive policy without a target, or that leads back to its queue", () => {
    const orders = (target: Properties) =>
      foreign(
        "aws:sqs/queue:Queue",
        "orders",
        { redrivePolicy: JSON.stringify({ ...target, maxReceiveCount: 5 }) },
        {},
        { arn: arnOf("orders") },
      );
    for (const target of [{}, { deadLetterTargetArn: "" }, { deadLetterTargetArn: null }]) {
      assert.deepEqual(messagesBy(rule, [orders(target)]), [`Queue "orders": ${noTarget}`]);
    }
    const itself = orders({ deadLetterTargetArn: arnOf("orders") });
    assert.deepEqual(messagesBy(rule, [itself]), [
      'Queue "orders": redrivePolicy names the queue itself. Set redrivePolicy with the ARN of a dead-letter queue.',
    ]);
    assert.deepEqual(messagesBy("dead-letter-queue-fits-its-source", [itself]), []);
  });

  it("leaves open a target that comes from elsewhere", () => {
    assert.deepEqual(messagesBy(rule, [queue("orders", { redrivePolicy: unknownValue })]), [
      'Not decided before the deployment, since not known yet: "redrivePolicy" of Queue "orders".',
    ]);
  });
});

import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { alarmRules } from "../../policy/rules/alarms.ts";
import { eventSourceRules } from "../../policy/rules/event-sources.ts";
import { sqsRules } from "../../policy/rules/sqs.ts";
import { itFinds } from "../support/mutations.ts";
import { foreign, judge, type RuleSettings, unknownValue, without } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

const rules = [...sqsRules, ...eventSourceRules, ...alarmRules];

let program: readonly RecordedResource[];
let preview: readonly RecordedResource[];

before(async () => {
  ({ resources: program } = await recordStack("dev"));
  ({ resources: preview } = await recordStack("dev", { preview: true }));
});

function queue(name: string, inputs: Properties = {}): RecordedResource {
  return foreign("aws:sqs/queue:Queue", name, inputs);
}

/** What a rule says of resources, advisories included. */
function saidBy(rule: string, resources: RecordedResource[], settings?: RuleSettings): string[] {
  return judge(resources, settings, rules)
    .filter((said) => said.rule === rule)
    .map(({ message }) => message);
}

function changeJson(property: string, change: (document: Properties) => void) {
  return (properties: Properties) => {
    const document = JSON.parse(properties[property]);
    change(document);
    properties[property] = JSON.stringify(document);
  };
}

describe("queue-has-dead-letter-queue", () => {
  const rule = "queue-has-dead-letter-queue";
  const none = "has no redrivePolicy. Set redrivePolicy with the ARN of a dead-letter queue.";
  const count =
    "maxReceiveCount of redrivePolicy is not between 5 and 20. Set maxReceiveCount within these limits.";
  const open = (text: string) => `Not decided before the deployment, since not known yet: ${text}.`;

  itFinds(
    rule,
    () => program,
    [
      {
        finds: "a queue without a dead-letter queue",
        resource: "roomcast-rooms-queue",
        change: (properties, { propertyDependencies }) => {
          delete properties["redrivePolicy"];
          delete propertyDependencies["redrivePolicy"];
        },
        message: `Queue "roomcast-rooms-queue": ${none}`,
      },
      {
        finds: "too few attempts",
        resource: "roomcast-rooms-queue",
        change: changeJson("redrivePolicy", (policy) => {
          policy["maxReceiveCount"] = 4;
        }),
        message: `Queue "roomcast-rooms-queue": ${count}`,
      },
      {
        finds: "too many attempts",
        resource: "roomcast-rooms-queue",
        change: changeJson("redrivePolicy", (policy) => {
          policy["maxReceiveCount"] = "21";
        }),
        message: `Queue "roomcast-rooms-queue": ${count}`,
      },
    ],
    rules,
  );

  it("decides by links before the deployment, and leaves the count open", () => {
    const mutant = without(preview, ({ name }) => name === "roomcast-presence-stream-mapping");
    const failures = "roomcast-presence-failures";
    assert.deepEqual(saidBy(rule, mutant), [
      `Queue "${failures}": ${none}`,
      open('"redrivePolicy" of Queue "roomcast-rooms-queue"'),
    ]);
  });

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
        saidBy(rule, [failures, source]).filter((message) => message.includes(none)),
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
    assert.deepEqual(saidBy(rule, [good, bad, destinations]), [`Queue "good": ${none}`]);
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
    assert.deepEqual(saidBy(rule, [dead]), []);
    assert.deepEqual(saidBy(rule, [dead, orders, redrive]), [`RedrivePolicy "redrive": ${count}`]);
    const denied = queue("denied", { redriveAllowPolicy: '{"redrivePermission":"denyAll"}' });
    assert.deepEqual(saidBy(rule, [denied]), [`Queue "denied": ${none}`]);
  });

  it("takes literals, outside the stack and in it", () => {
    const redrivePolicy = JSON.stringify({
      deadLetterTargetArn: "arn:aws:sqs:eu-west-1:111122223333:dead",
      maxReceiveCount: 5,
    });
    const orders = queue("orders", { redrivePolicy });
    assert.deepEqual(saidBy(rule, [orders]), []);
    assert.deepEqual(saidBy(rule, [orders, queue("dead-letters", { name: "dead" })]), []);
  });

  it("has limits that a stack may set", () => {
    const orders = queue("orders", { redrivePolicy: '{"maxReceiveCount":2}' });
    const settings = { [rule]: { minimumReceives: 1, maximumReceives: 2 } };
    assert.deepEqual(saidBy(rule, [orders], settings), []);
  });

  it("finds a redrive policy that cannot be read", () => {
    for (const redrivePolicy of ["{", "null", "[]", "{}", 7, '{"maxReceiveCount":"many"}']) {
      assert.deepEqual(saidBy(rule, [queue("orders", { redrivePolicy })]), [
        `Queue "orders": ${count}`,
      ]);
    }
  });
});

import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { alarmRules } from "../../policy/rules/alarms.ts";
import { eventSourceRules } from "../../policy/rules/event-sources.ts";
import { sqsRules } from "../../policy/rules/sqs.ts";
import { itFinds } from "../support/mutations.ts";
import { foreign, judge, type RuleSettings, unknownValue, without } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";

const rules = [...sqsRules, ...eventSourceRules, ...alarmRules];
const day = 86_400;

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

describe("dead-letter-queue-fits-its-source", () => {
  const rule = "dead-letter-queue-fits-its-source";
  const dead = "roomcast-rooms-dead-letters";
  const source = 'its source Queue "roomcast-rooms-queue"';
  const byQueue =
    "Set redrivePermission to byQueue and sourceQueueArns to the queues that may send dead letters.";
  const notNamed = `Queue "${dead}": redriveAllowPolicy does not name ${source}. ${byQueue}`;
  const short = "messageRetentionSeconds is less than 1209600. Raise messageRetentionSeconds.";

  itFinds(
    rule,
    () => program,
    [
      {
        finds: "a standard queue for the dead letters of a FIFO queue",
        resource: dead,
        change: (properties) => {
          delete properties["fifoQueue"];
        },
        message: `Queue "${dead}": fifoQueue differs from that of ${source}. Set fifoQueue on both queues, or on neither.`,
      },
      {
        finds: "dead letters that are deleted early",
        resource: dead,
        change: (properties) => {
          delete properties["messageRetentionSeconds"];
        },
        message: `Queue "${dead}": ${short}`,
      },
      {
        finds: "messages that live as long before they are dead letters",
        resource: "roomcast-rooms-queue",
        change: (properties) => {
          properties["messageRetentionSeconds"] = 14 * day;
        },
        about: dead,
        message: `Queue "${dead}": messageRetentionSeconds is not longer than that of ${source}. Shorten messageRetentionSeconds of the source, or raise that one.`,
      },
      {
        finds: "a dead-letter queue in another region",
        resource: dead,
        change: (properties) => {
          properties["region"] = "us-east-1";
        },
        message: `Queue "${dead}": its region differs from that of ${source}. Create both queues in one region.`,
      },
      {
        finds: "a dead-letter queue that every queue may use",
        resource: "roomcast-rooms-dead-letters-source",
        change: changeJson("redriveAllowPolicy", (policy) => {
          policy["redrivePermission"] = "allowAll";
        }),
        about: dead,
        message: notNamed,
      },
      {
        finds: "a dead-letter queue for another source",
        resource: "roomcast-rooms-dead-letters-source",
        change: changeJson("redriveAllowPolicy", (policy) => {
          policy["sourceQueueArns"] = ["arn:aws:sqs:eu-west-1:000000000000:other.fifo"];
        }),
        about: dead,
        message: notNamed,
      },
    ],
    rules,
  );

  it("finds a dead-letter queue that names no source, before the deployment too", () => {
    for (const resources of [program, preview]) {
      const mutant = without(resources, ({ name }) => name === `${dead}-source`);
      const found = judge(mutant, {}, rules).filter(({ advisory }) => !advisory);
      assert.deepEqual(found, [{ rule, resource: dead, message: notNamed }]);
    }
  });

  /** A queue, its dead-letter queue and the allowance of that, all of it fitting. */
  function fitting(ofSource: Properties = {}, ofDead: Properties = {}): RecordedResource[] {
    const orders = foreign(
      "aws:sqs/queue:Queue",
      "orders",
      { redrivePolicy: "{}", ...ofSource },
      {},
      { arn: "arn:aws:sqs:eu-west-1:111122223333:orders" },
    );
    const retention = { messageRetentionSeconds: String(14 * day) };
    const letters = queue("letters", {
      ...retention,
      redriveAllowPolicy: JSON.stringify({
        redrivePermission: "byQueue",
        sourceQueueArns: "arn:aws:sqs:eu-west-1:111122223333:orders",
      }),
      ...ofDead,
    });
    return [{ ...orders, propertyDependencies: { redrivePolicy: [letters.urn] } }, letters];
  }

  it("says nothing of queues that fit, or whose other one is outside the stack", () => {
    assert.deepEqual(saidBy(rule, fitting()), []);
    assert.deepEqual(saidBy(rule, fitting().slice(0, 1)), []);
    assert.deepEqual(saidBy(rule, fitting().slice(1)), []);
  });

  it("finds a dead-letter queue that a function reads", () => {
    const [orders, letters] = fitting() as [RecordedResource, RecordedResource];
    const mapping = foreign(
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "again",
      { eventSourceArn: unknownValue },
      { eventSourceArn: [letters] },
    );
    assert.deepEqual(saidBy(rule, [orders, letters, mapping]), [
      'Queue "letters": is an event source, though a dead-letter queue. Take the event source mapping away, and redrive messages to their source.',
    ]);
  });

  it("knows a source by a literal before it exists", () => {
    const [orders, letters] = fitting({ name: "orders" }) as [RecordedResource, RecordedResource];
    delete orders.wire.state["arn"];
    assert.deepEqual(saidBy(rule, [orders, letters]), []);
  });

  it("asks for the retention that a stack sets", () => {
    const settings = { [rule]: { minimumRetentionSeconds: 5 * day } };
    const keeping = (days: number) => fitting({}, { messageRetentionSeconds: days * day });
    assert.deepEqual(saidBy(rule, keeping(5), settings), []);
    assert.deepEqual(saidBy(rule, keeping(4.5), settings), [
      'Queue "letters": messageRetentionSeconds is less than 432000. Raise messageRetentionSeconds.',
    ]);
  });

  it("asks of a failure destination only to keep messages", () => {
    const failures = queue("failures");
    const lambda = foreign(
      "aws:lambda/function:Function",
      "ship",
      { deadLetterConfig: { targetArn: unknownValue } },
      { deadLetterConfig: [failures] },
    );
    assert.deepEqual(saidBy(rule, [failures, lambda]), [`Queue "failures": ${short}`]);
  });
});

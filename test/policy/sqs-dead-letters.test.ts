import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";

const day = 86_400;

function queue(name: string, inputs: Properties = {}): RecordedResource {
  return foreign("aws:sqs/queue:Queue", name, inputs);
}

describe("dead-letter-queue-fits-its-source", () => {
  const rule = "dead-letter-queue-fits-its-source";
  const short = "messageRetentionSeconds is less than 1209600. Raise messageRetentionSeconds.";

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
    assert.deepEqual(messagesBy(rule, fitting()), []);
    assert.deepEqual(messagesBy(rule, fitting().slice(0, 1)), []);
    assert.deepEqual(messagesBy(rule, fitting().slice(1)), []);
  });

  it("finds a dead-letter queue that a function reads", () => {
    const [orders, letters] = fitting() as [RecordedResource, RecordedResource];
    const mapping = foreign(
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "again",
      { eventSourceArn: unknownValue },
      { eventSourceArn: [letters] },
    );
    assert.deepEqual(messagesBy(rule, [orders, letters, mapping]), [
      'Queue "letters": is an event source, though a dead-letter queue. Take the event source mapping away, and redrive messages to their source.',
    ]);
  });

  it("knows a source by a literal before it exists", () => {
    const [orders, letters] = fitting({ name: "orders" }) as [RecordedResource, RecordedResource];
    delete orders.wire.state["arn"];
    assert.deepEqual(messagesBy(rule, [orders, letters]), []);
  });

  describe("by literals", () => {
    const arnOf = (name: string) => `arn:aws:sqs:eu-west-1:111122223333:${name}`;
    /** A queue, by default a source of "letters". */
    const named = (name: string, inputs: Properties = sendingTo("letters")) =>
      foreign("aws:sqs/queue:Queue", name, inputs, {}, { arn: arnOf(name) });
    const sendingTo = (target: string) => ({
      redrivePolicy: JSON.stringify({
        deadLetterTargetArn: target.startsWith("arn:") ? target : arnOf(target),
        maxReceiveCount: 5,
      }),
    });
    const lettersOf = (...sources: string[]) =>
      named("letters", {
        messageRetentionSeconds: 14 * day,
        redriveAllowPolicy: JSON.stringify({
          redrivePermission: "byQueue",
          sourceQueueArns: sources.map(arnOf),
        }),
      });

    it("finds a source behind one whose name is longer", () => {
      const letters = lettersOf("orders-2", "orders");
      assert.deepEqual(messagesBy(rule, [named("orders"), named("orders-2"), letters]), []);
    });

    it("finds a source beside one that is linked", () => {
      const [orders, mails] = [named("orders"), named("mails")];
      const letters = lettersOf("orders", "mails");
      letters.propertyDependencies["redriveAllowPolicy"] = [orders.urn];
      assert.deepEqual(messagesBy(rule, [orders, mails, letters]), []);
    });

    const differs = (what: string, remedy: string) =>
      `Queue "orders": its ${what} differs from that of its dead-letter queue. ${remedy}`;
    const kind = differs("fifoQueue", "Set fifoQueue on both queues, or on neither.");
    const region = differs("region", "Create both queues in one region.");
    const account = differs("account", "Create both queues in one account.");
    const fifo = { fifoQueue: true };

    it("compares a dead-letter queue outside the stack by its ARN", () => {
      for (const [inputs, expected] of [
        [sendingTo("dead"), []],
        [sendingTo("dead.fifo"), [kind]],
        [{ ...sendingTo("dead"), ...fifo }, [kind]],
        [{ ...sendingTo("dead.fifo"), ...fifo }, []],
        [sendingTo("arn:aws:sqs:us-east-1:111122223333:dead"), [region]],
        [sendingTo("arn:aws:sqs:eu-west-1:444455556666:dead"), [account]],
        [sendingTo("arn:aws:sns:us-east-1:444455556666:dead"), []],
      ] as const) {
        assert.deepEqual(messagesBy(rule, [named("orders", inputs)]), expected);
      }
    });

    it("knows the place of a queue by its provider, before the queue has an ARN", () => {
      const provider = foreign("pulumi:providers:aws", "ours", {
        region: "eu-west-1",
        allowedAccountIds: '["111122223333"]',
      });
      const from = (target: string) => [
        provider,
        { ...queue("orders", sendingTo(target)), provider: `${provider.urn}::${provider.id}` },
      ];
      assert.deepEqual(messagesBy(rule, from("dead")), []);
      assert.deepEqual(messagesBy(rule, from("arn:aws:sqs:us-east-1:444455556666:dead")), [
        region,
        account,
      ]);
      const bare = queue("orders", sendingTo("arn:aws:sqs:us-east-1:444455556666:dead"));
      assert.deepEqual(messagesBy(rule, [bare]), []);
    });

    it("leaves open a target that comes from elsewhere", () => {
      assert.deepEqual(messagesBy(rule, [named("orders", { redrivePolicy: unknownValue })]), [
        'Not decided before the deployment, since not known yet: "redrivePolicy" of Queue "orders".',
      ]);
    });
  });

  it("asks for the retention that a stack sets", () => {
    const settings = { minimumRetentionSeconds: 5 * day };
    const keeping = (days: number) => fitting({}, { messageRetentionSeconds: days * day });
    assert.deepEqual(messagesBy(rule, keeping(5), settings), []);
    assert.deepEqual(messagesBy(rule, keeping(4.5), settings), [
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
    assert.deepEqual(messagesBy(rule, [failures, lambda]), [`Queue "failures": ${short}`]);
  });
});

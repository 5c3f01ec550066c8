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

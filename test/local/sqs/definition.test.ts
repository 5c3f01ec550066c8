import assert from "node:assert/strict";
import { queueDefinition } from "../../../local/sqs/definition.ts";
import { definitionOf, queueArn, queueResource, redriveTo } from "./support.ts";

describe("a queue's definition", () => {
  it("has SQS's defaults", () => {
    assert.deepEqual(definitionOf("jobs"), {
      name: "jobs",
      arn: queueArn("jobs"),
      url: "http://127.0.0.1:1/123456789012/jobs",
      fifo: false,
      visibilityTimeoutSeconds: 30,
      messageRetentionSeconds: 345_600,
      delaySeconds: 0,
      receiveWaitTimeSeconds: 0,
      maxMessageSize: 1_048_576,
      contentBasedDeduplication: false,
      deduplicationScope: "queue",
      fifoThroughputLimit: "perQueue",
      redrivePolicy: undefined,
      redriveAllowPolicy: undefined,
    });
  });

  it("reads every setting", () => {
    const allow = { redrivePermission: "byQueue", sourceQueueArns: [queueArn("a.fifo")] };
    const inputs = {
      fifoQueue: true,
      visibilityTimeoutSeconds: 0,
      messageRetentionSeconds: 60,
      delaySeconds: 900,
      receiveWaitTimeSeconds: 20,
      maxMessageSize: 1_024,
      contentBasedDeduplication: true,
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
      redrivePolicy: redriveTo("dead.fifo", 3),
      redriveAllowPolicy: JSON.stringify(allow),
      tags: { app: "test" },
      sqsManagedSseEnabled: true,
    };
    const { name, arn, url, ...read } = definitionOf("orders.fifo", inputs);
    const { fifoQueue, tags: _tags, sqsManagedSseEnabled: _sse, ...rest } = inputs;
    assert.deepEqual(read, {
      ...rest,
      fifo: fifoQueue,
      redrivePolicy: { deadLetterTargetArn: queueArn("dead.fifo"), maxReceiveCount: 3 },
      redriveAllowPolicy: allow,
    });
  });

  it("takes a receive count in digits, as the API does", () => {
    const redrivePolicy = JSON.stringify({
      deadLetterTargetArn: queueArn("dead"),
      maxReceiveCount: "5",
    });
    assert.equal(definitionOf("jobs", { redrivePolicy }).redrivePolicy?.maxReceiveCount, 5);
  });

  const fifo = { fifoQueue: true };
  const refusals: [string, string, string, object][] = [
    ["a property it does not know", "visibilityTimeout", "jobs", { visibilityTimeout: 5 }],
    ["a FIFO queue without the suffix", "name", "orders", fifo],
    ["a standard queue with the suffix", "name", "orders.fifo", {}],
    ["a name over 80 characters", "name", `${"x".repeat(76)}.fifo`, fifo],
    [
      "a timeout over 12 hours",
      "visibilityTimeoutSeconds",
      "jobs",
      { visibilityTimeoutSeconds: 43_201 },
    ],
    [
      "a retention under a minute",
      "messageRetentionSeconds",
      "jobs",
      { messageRetentionSeconds: 59 },
    ],
    ["a delay over 15 minutes", "delaySeconds", "jobs", { delaySeconds: 901 }],
    ["a wait over 20 seconds", "receiveWaitTimeSeconds", "jobs", { receiveWaitTimeSeconds: 21 }],
    ["messages over 1 MiB", "maxMessageSize", "jobs", { maxMessageSize: 1_048_577 }],
    ["a number that is none", "delaySeconds", "jobs", { delaySeconds: "5" }],
    [
      "FIFO settings on a standard queue",
      "deduplicationScope",
      "jobs",
      { deduplicationScope: "queue" },
    ],
    [
      "an unknown scope",
      "deduplicationScope",
      "orders.fifo",
      { ...fifo, deduplicationScope: "group" },
    ],
    [
      "a limit per group without its scope",
      "fifoThroughputLimit",
      "orders.fifo",
      { ...fifo, fifoThroughputLimit: "perMessageGroupId" },
    ],
    [
      "two kinds of encryption",
      "sqsManagedSseEnabled",
      "jobs",
      { sqsManagedSseEnabled: true, kmsMasterKeyId: "alias/k" },
    ],
    ["a redrive policy that is no JSON", "redrivePolicy", "jobs", { redrivePolicy: "dead" }],
    [
      "a redrive policy without a target",
      "redrivePolicy",
      "jobs",
      { redrivePolicy: '{"maxReceiveCount":3}' },
    ],
    [
      "a standard dead-letter queue for FIFO",
      "redrivePolicy",
      "orders.fifo",
      { ...fifo, redrivePolicy: redriveTo("dead", 3) },
    ],
    [
      "a FIFO dead-letter queue for standard",
      "redrivePolicy",
      "jobs",
      { redrivePolicy: redriveTo("dead.fifo", 3) },
    ],
    ["no receives at all", "redrivePolicy", "jobs", { redrivePolicy: redriveTo("dead", 0) }],
    [
      "over a thousand receives",
      "redrivePolicy",
      "jobs",
      { redrivePolicy: redriveTo("dead", 1_001) },
    ],
    [
      "a dead-letter queue elsewhere",
      "redrivePolicy",
      "jobs",
      { redrivePolicy: redriveTo("dead", 3).replace("eu-central-1", "eu-west-1") },
    ],
    [
      "an unknown permission",
      "redriveAllowPolicy",
      "jobs",
      { redriveAllowPolicy: '{"redrivePermission":"all"}' },
    ],
    [
      "permission by queue without queues",
      "redriveAllowPolicy",
      "jobs",
      { redriveAllowPolicy: '{"redrivePermission":"byQueue"}' },
    ],
  ];
  for (const [what, property, name, inputs] of refusals) {
    it(`refuses ${what}, naming the resource and the property`, () => {
      assert.throws(
        () => queueDefinition(queueResource(name, inputs)),
        ({ message }: Error) => message.startsWith(`orders (aws:sqs/queue:Queue), ${property}: `),
      );
    });
  }
});

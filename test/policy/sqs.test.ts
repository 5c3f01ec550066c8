import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, remediate, unknownValue } from "../support/policy.ts";

function queue(inputs: Properties = {}, computed: Properties = {}): RecordedResource {
  return foreign("aws:sqs/queue:Queue", "orders", inputs, {}, computed);
}

describe("queue-visibility-outlasts-consumer", () => {
  const rule = "queue-visibility-outlasts-consumer";
  const fault = (consumer: string) =>
    `visibilityTimeoutSeconds is less than six times the timeout of Function "${consumer}" plus the batching window. Raise visibilityTimeoutSeconds, or shorten the function's timeout.`;

  /** A function that reads a queue by an alias. */
  function consumer(of: RecordedResource, inputs: Properties = {}, timeout?: unknown) {
    const lambda = foreign("aws:lambda/function:Function", "ship", timeout ? { timeout } : {});
    const alias = foreign(
      "aws:lambda/alias:Alias",
      "live",
      { functionName: unknownValue },
      { functionName: [lambda] },
    );
    const mapping = foreign(
      "aws:lambda/eventSourceMapping:EventSourceMapping",
      "orders-to-ship",
      { eventSourceArn: unknownValue, functionName: unknownValue, ...inputs },
      { eventSourceArn: [of], functionName: [alias] },
    );
    return [lambda, alias, mapping];
  }

  it("counts the batching window, and the defaults of what is not set", () => {
    const orders = queue();
    const window = { maximumBatchingWindowInSeconds: 12 };
    assert.deepEqual(messagesBy(rule, [orders, ...consumer(orders, window)]), []);
    assert.deepEqual(
      messagesBy(rule, [orders, ...consumer(orders, { maximumBatchingWindowInSeconds: 13 })]),
      [`Queue "orders": ${fault("ship")}`],
    );
    assert.deepEqual(messagesBy(rule, [orders, ...consumer(orders, {}, "6")]), [
      `Queue "orders": ${fault("ship")}`,
    ]);
  });

  it("counts no window of a FIFO queue, which takes none", () => {
    const orders = queue({ fifoQueue: true });
    const window = { maximumBatchingWindowInSeconds: 300 };
    assert.deepEqual(messagesBy(rule, [orders, ...consumer(orders, window)]), []);
  });

  it("knows a function by its name with a qualifier or an account", () => {
    const orders = queue();
    const saidOf = (functionName: string) => {
      const inputs = { timeout: 6, name: "ship-1" };
      const lambda = foreign("aws:lambda/function:Function", "ship", inputs);
      const mapping = foreign(
        "aws:lambda/eventSourceMapping:EventSourceMapping",
        "orders-to-ship",
        { eventSourceArn: unknownValue, functionName },
        { eventSourceArn: [orders] },
      );
      return messagesBy(rule, [orders, lambda, mapping]);
    };
    const account = "111122223333:function";
    for (const name of ["ship-1", "ship-1:live", "ship-1:$LATEST", `${account}:ship-1:7`]) {
      assert.deepEqual(saidOf(name), [`Queue "orders": ${fault("ship")}`]);
    }
    for (const name of ["ship-10:live", "live:ship-1", `${account}:ship-10`]) {
      assert.deepEqual(saidOf(name), []);
    }
  });

  it("says nothing of a queue that nobody in the stack reads, or somebody outside it", () => {
    const mapping = foreign("aws:lambda/eventSourceMapping:EventSourceMapping", "away", {
      eventSourceArn: "arn:aws:sqs:eu-west-1:111122223333:orders",
      functionName: "arn:aws:lambda:eu-west-1:111122223333:function:ship",
    });
    const arn = "arn:aws:sqs:eu-west-1:111122223333:orders";
    assert.deepEqual(messagesBy(rule, [queue()]), []);
    assert.deepEqual(messagesBy(rule, [queue({}, { arn }), mapping]), []);
  });

  it("leaves open what is not known yet", () => {
    const orders = queue({ visibilityTimeoutSeconds: unknownValue });
    assert.deepEqual(messagesBy(rule, [orders, ...consumer(orders)]), [
      'Not decided before the deployment, since not known yet: "visibilityTimeoutSeconds" of Queue "orders".',
    ]);
  });
});

describe("queue-is-encrypted", () => {
  const rule = "queue-is-encrypted";
  const message = (name: string) =>
    `Queue "${name}": is not encrypted at rest. Set sqsManagedSseEnabled to true, or kmsMasterKeyId.`;

  it("takes a key of KMS, known or not", () => {
    assert.deepEqual(messagesBy(rule, [queue({ kmsMasterKeyId: "alias/aws/sqs" })]), []);
    assert.deepEqual(messagesBy(rule, [queue({ kmsMasterKeyId: unknownValue })]), []);
    assert.deepEqual(messagesBy(rule, [queue({ sqsManagedSseEnabled: "true" })]), []);
    assert.deepEqual(messagesBy(rule, [queue({ kmsMasterKeyId: "" })]), [message("orders")]);
    assert.deepEqual(messagesBy(rule, [queue({ kmsMasterKeyId: null })]), [message("orders")]);
  });

  it("switches encryption on where nobody has decided, once", () => {
    const orders = queue({ redrivePolicy: unknownValue });
    const once = remediate(orders);
    assert.ok(once.remediatedBy.includes(rule));
    assert.equal(once.args.props["sqsManagedSseEnabled"], true);
    assert.deepEqual(orders.wire.inputs, { redrivePolicy: unknownValue });

    const repaired = queue({ sqsManagedSseEnabled: true, redrivePolicy: unknownValue });
    assert.ok(!remediate(repaired).remediatedBy.includes(rule));
    assert.deepEqual(messagesBy(rule, [repaired]), []);
  });

  it("leaves what somebody has decided", () => {
    for (const decided of [{ sqsManagedSseEnabled: false }, { kmsMasterKeyId: unknownValue }]) {
      assert.ok(!remediate(queue(decided)).remediatedBy.includes(rule));
    }
  });
});

describe("fifo-throughput-is-consistent", () => {
  const rule = "fifo-throughput-is-consistent";
  const onlyFifo = "Set fifoQueue to true, or take the property away.";

  it("finds on a standard queue what is only for FIFO", () => {
    const throughput = {
      deduplicationScope: "messageGroup",
      fifoThroughputLimit: "perMessageGroupId",
    };
    assert.deepEqual(
      messagesBy(rule, [queue({ ...throughput, contentBasedDeduplication: true })]),
      [
        `Queue "orders": deduplicationScope is set, but fifoQueue is not true. ${onlyFifo}`,
        `Queue "orders": fifoThroughputLimit is set, but fifoQueue is not true. ${onlyFifo}`,
        `Queue "orders": contentBasedDeduplication is set, but fifoQueue is not true. ${onlyFifo}`,
      ],
    );
  });

  it("says nothing of queues of normal throughput", () => {
    for (const inputs of [
      {},
      { fifoQueue: false, contentBasedDeduplication: false, deduplicationScope: "" },
      { fifoQueue: true, deduplicationScope: "queue", fifoThroughputLimit: "perQueue" },
      { fifoQueue: "true", contentBasedDeduplication: true },
    ]) {
      assert.deepEqual(messagesBy(rule, [queue(inputs)]), []);
    }
  });
});

describe("fifo-name-ends-in-fifo", () => {
  const rule = "fifo-name-ends-in-fifo";

  it("takes names that fit, and no name", () => {
    for (const inputs of [
      { name: "orders.fifo", fifoQueue: true },
      { name: "orders" },
      { fifoQueue: true },
      { name: null, fifoQueue: true },
      { namePrefix: "orders", fifoQueue: true },
    ]) {
      assert.deepEqual(messagesBy(rule, [queue(inputs)]), []);
    }
  });
});

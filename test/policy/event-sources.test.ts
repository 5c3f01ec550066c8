import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";

const fifoArn = "arn:aws:sqs:eu-west-1:111122223333:orders.fifo";
const streamArn = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders/stream/2026-01-01";

/** A mapping called "reader", of a resource of the stack or by a literal. */
function mapping(source: RecordedResource | string, inputs: Properties = {}): RecordedResource {
  const isLiteral = typeof source === "string";
  return foreign(
    "aws:lambda/eventSourceMapping:EventSourceMapping",
    "reader",
    { eventSourceArn: isLiteral ? source : unknownValue, functionName: "reader", ...inputs },
    isLiteral ? {} : { eventSourceArn: [source] },
  );
}

/** Mappings that no rule about queues or streams is for. */
const brokers = [
  mapping("arn:aws:mq:eu-west-1:111122223333:broker:b", { queues: "orders" }),
  mapping("arn:aws:kafka:eu-west-1:111122223333:cluster/c/1", {
    topics: ["orders"],
    startingPosition: "LATEST",
  }),
  mapping(unknownValue, { selfManagedEventSource: { endpoints: {} }, startingPosition: "LATEST" }),
];

const report =
  "Add ReportBatchItemFailures to functionResponseTypes, and return batchItemFailures.";

describe("queue-consumer-reports-item-failures", () => {
  const rule = "queue-consumer-reports-item-failures";
  const fault = `functionResponseTypes does not include ReportBatchItemFailures. ${report}`;

  it("judges a mapping of a queue outside the stack", () => {
    assert.deepEqual(messagesBy(rule, [mapping(fifoArn)]), [
      `EventSourceMapping "reader": ${fault}`,
    ]);
    const types = ["ReportBatchItemFailures"];
    assert.deepEqual(messagesBy(rule, [mapping(fifoArn, { functionResponseTypes: types })]), []);
  });

  it("asks nothing where a batch is one message of a standard queue, or the source is no queue", () => {
    const single = { batchSize: 1 };
    const standard = foreign("aws:sqs/queue:Queue", "orders");
    assert.deepEqual(messagesBy(rule, [standard, mapping(standard, single)]), []);
    const fifo = foreign("aws:sqs/queue:Queue", "orders", { fifoQueue: true });
    for (const source of [fifo, fifoArn]) {
      assert.deepEqual(messagesBy(rule, [fifo, mapping(source, single)]), [
        `EventSourceMapping "reader": ${fault}`,
      ]);
    }
    for (const other of [...brokers, mapping(streamArn), mapping("nonsense"), mapping("")]) {
      assert.deepEqual(messagesBy(rule, [other]), []);
    }
  });

  it("takes what is of a wrong type for nothing", () => {
    for (const functionResponseTypes of ["ReportBatchItemFailures", null, 7, {}, [null]]) {
      assert.deepEqual(messagesBy(rule, [mapping(fifoArn, { functionResponseTypes })]), [
        `EventSourceMapping "reader": ${fault}`,
      ]);
    }
  });

  it("leaves open what is not known yet", () => {
    const open = (property: string) => [
      `Not decided before the deployment, since not known yet: "${property}" of EventSourceMapping "reader".`,
    ];
    assert.deepEqual(messagesBy(rule, [mapping(unknownValue)]), open("eventSourceArn"));
    assert.deepEqual(
      messagesBy(rule, [mapping(fifoArn, { functionResponseTypes: [unknownValue] })]),
      open("functionResponseTypes.0"),
    );
  });
});

describe("fifo-consumer-batch-is-valid", () => {
  const rule = "fifo-consumer-batch-is-valid";
  const remedy = "Set batchSize to 10 at most, and take maximumBatchingWindowInSeconds away.";

  const both = [
    `EventSourceMapping "reader": batchSize is more than 10. ${remedy}`,
    `EventSourceMapping "reader": maximumBatchingWindowInSeconds is set. ${remedy}`,
  ];
  const inputs = { batchSize: "100", maximumBatchingWindowInSeconds: 5 };

  it("finds a batching window, also of a queue outside the stack", () => {
    const queue = foreign("aws:sqs/queue:Queue", "orders", { fifoQueue: true });
    assert.deepEqual(messagesBy(rule, [queue, mapping(queue, inputs)]), both);
    assert.deepEqual(messagesBy(rule, [mapping(fifoArn, inputs)]), both);
  });

  it("takes what fits, and any of it for standard queues and other sources", () => {
    const queue = foreign("aws:sqs/queue:Queue", "orders", { fifoQueue: false });
    assert.deepEqual(messagesBy(rule, [queue, mapping(queue, inputs)]), []);
    assert.deepEqual(messagesBy(rule, [mapping(streamArn, inputs)]), []);
    for (const fitting of [{}, { batchSize: 10, maximumBatchingWindowInSeconds: 0 }]) {
      assert.deepEqual(messagesBy(rule, [mapping(fifoArn, fitting)]), []);
    }
  });
});

describe("stream-consumer-is-bounded", () => {
  const rule = "stream-consumer-is-bounded";
  const faults = {
    maximumRetryAttempts:
      "maximumRetryAttempts is not finite. Set maximumRetryAttempts to 0 or more.",
    maximumRecordAgeInSeconds:
      "maximumRecordAgeInSeconds is not finite. Set maximumRecordAgeInSeconds to 60 or more.",
    bisectBatchOnFunctionError:
      "bisectBatchOnFunctionError is not true. Set bisectBatchOnFunctionError to true.",
    functionResponseTypes: `functionResponseTypes does not include ReportBatchItemFailures. ${report}`,
  };
  const noDestination =
    "destinationConfig has no onFailure. Set destinationConfig.onFailure to a queue, a topic or a bucket.";
  const all = [...Object.values(faults), noDestination].map(
    (fault) => `EventSourceMapping "reader": ${fault}`,
  );

  const bounded = {
    maximumRetryAttempts: "0",
    maximumRecordAgeInSeconds: 60,
    bisectBatchOnFunctionError: true,
    functionResponseTypes: ["ReportBatchItemFailures"],
    destinationConfig: { onFailure: { destinationArn: unknownValue } },
  };

  it("judges streams of DynamoDB and Kinesis, in the stack and outside it", () => {
    const table = foreign("aws:dynamodb/table:Table", "orders");
    const stream = foreign("aws:kinesis/stream:Stream", "orders");
    for (const source of [table, stream, streamArn]) {
      const others = typeof source === "string" ? [] : [source];
      assert.deepEqual(messagesBy(rule, [...others, mapping(source)]), all);
      assert.deepEqual(messagesBy(rule, [...others, mapping(source, bounded)]), []);
    }
    const byPosition = mapping(unknownValue, { startingPosition: "LATEST" });
    assert.deepEqual(messagesBy(rule, [byPosition]), all);
  });

  it("takes -1 for no limit, and a destination without an ARN for none", () => {
    const unbounded = {
      ...bounded,
      maximumRetryAttempts: -1,
      maximumRecordAgeInSeconds: -1,
      destinationConfig: { onFailure: {} },
    };
    assert.deepEqual(messagesBy(rule, [mapping(streamArn, unbounded)]), [all[0], all[1], all[4]]);
  });

  it("asks nothing of other sources, and less of single records", () => {
    for (const other of [...brokers, mapping(fifoArn)]) {
      assert.deepEqual(messagesBy(rule, [other]), []);
    }
    assert.deepEqual(messagesBy(rule, [mapping(streamArn, { batchSize: 1 })]), [
      all[0],
      all[1],
      all[4],
    ]);
  });

  it("leaves open what is not known yet, and judges the rest", () => {
    const retries = { ...bounded, maximumRetryAttempts: unknownValue };
    const reader = mapping(streamArn, { ...retries, bisectBatchOnFunctionError: false });
    assert.deepEqual(messagesBy(rule, [reader]), [
      all[2],
      'Not decided before the deployment, since not known yet: "maximumRetryAttempts" of EventSourceMapping "reader".',
    ]);
  });
});

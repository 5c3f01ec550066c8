import assert from "node:assert/strict";
import { queueMappingDefinition } from "../../../local/event-sources/queue-mapping.ts";
import { queueArn } from "../sqs/support.ts";
import { mappingOf, mappingResource } from "./queue-support.ts";

describe("an event source mapping on a queue", () => {
  it("has Lambda's defaults", () => {
    assert.deepEqual(mappingOf({ functionResponseTypes: undefined }), {
      name: "orders-to-worker",
      queueArn: queueArn("orders.fifo"),
      functionName: "worker",
      enabled: true,
      batchSize: 10,
      maximumConcurrency: 1_000,
      reportBatchItemFailures: false,
      filters: [],
    });
  });

  it("reads every setting", () => {
    const filter = { pattern: '{"body":{"kind":["a"]}}' };
    const mapping = mappingOf({
      enabled: false,
      batchSize: 5,
      maximumBatchingWindowInSeconds: 0,
      scalingConfig: { maximumConcurrency: 50 },
      filterCriteria: { filters: [filter, filter] },
    });
    assert.equal(mapping.enabled, false);
    assert.equal(mapping.batchSize, 5);
    assert.equal(mapping.maximumConcurrency, 50);
    assert.equal(mapping.reportBatchItemFailures, true);
    assert.equal(mapping.filters.length, 2);
  });

  const refusals: [string, string, object][] = [
    ["more than ten messages", "batchSize", { batchSize: 11 }],
    ["a batching window", "maximumBatchingWindowInSeconds", { maximumBatchingWindowInSeconds: 1 }],
    ["a concurrency of one", "scalingConfig", { scalingConfig: { maximumConcurrency: 1 } }],
    ["a concurrency over 1000", "scalingConfig", { scalingConfig: { maximumConcurrency: 1_001 } }],
    ["another response type", "functionResponseTypes", { functionResponseTypes: ["Report"] }],
    ["a setting of streams", "startingPosition", { startingPosition: "LATEST" }],
    ["provisioned pollers", "provisionedPollerConfig", { provisionedPollerConfig: {} }],
    [
      "six filters",
      "filterCriteria",
      { filterCriteria: { filters: Array.from({ length: 6 }, () => ({ pattern: "{}" })) } },
    ],
    [
      "a filter that is no JSON",
      "filterCriteria",
      { filterCriteria: { filters: [{ pattern: "x" }] } },
    ],
    [
      "a filter with an unknown rule",
      "filterCriteria",
      { filterCriteria: { filters: [{ pattern: '{"body":{"a":[{"like":"x"}]}}' }] } },
    ],
  ];
  for (const [what, property, inputs] of refusals) {
    it(`refuses ${what}, naming the resource and the property`, () => {
      assert.throws(
        () => queueMappingDefinition(mappingResource(inputs)),
        ({ message }: Error) =>
          message.startsWith(
            `orders-to-worker (aws:lambda/eventSourceMapping:EventSourceMapping), ${property}: `,
          ),
      );
    });
  }
});

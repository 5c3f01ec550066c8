import assert from "node:assert/strict";
import type { Properties } from "../../../local/recording/resource.ts";
import { streamArnOf } from "../dynamodb/tables.ts";
import { FUNCTION_ARN, mappingOf } from "./stream-harness.ts";

describe("an event source mapping on a stream", () => {
  it("has Lambda's defaults", () => {
    assert.deepEqual(mappingOf(), {
      name: "presence",
      streamArn: streamArnOf("rooms"),
      functionName: FUNCTION_ARN,
      enabled: true,
      startingPosition: "LATEST",
      batchSize: 100,
      batchingWindow: 0,
      parallelizationFactor: 1,
      filters: [],
      reportsItemFailures: false,
      bisectOnError: false,
      maximumRetryAttempts: -1,
      maximumRecordAge: -1,
      onFailureArn: undefined,
    });
  });

  it("reads every setting", () => {
    const { filters, ...settings } = mappingOf({
      enabled: false,
      startingPosition: "TRIM_HORIZON",
      batchSize: 10,
      maximumBatchingWindowInSeconds: 5,
      parallelizationFactor: 10,
      filterCriteria: { filters: [{ pattern: '{"eventName":["INSERT"]}' }] },
      functionResponseTypes: ["ReportBatchItemFailures"],
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 3,
      maximumRecordAgeInSeconds: 60,
      destinationConfig: { onFailure: { destinationArn: "arn:aws:sqs:eu-west-1:1:dead" } },
    });
    assert.deepEqual(settings, {
      name: "presence",
      streamArn: streamArnOf("rooms"),
      functionName: FUNCTION_ARN,
      enabled: false,
      startingPosition: "TRIM_HORIZON",
      batchSize: 10,
      batchingWindow: 5,
      parallelizationFactor: 10,
      reportsItemFailures: true,
      bisectOnError: true,
      maximumRetryAttempts: 3,
      maximumRecordAge: 60,
      onFailureArn: "arn:aws:sqs:eu-west-1:1:dead",
    });
    assert.deepEqual(
      filters.map((filter) => [filter({ eventName: "INSERT" }), filter({ eventName: "REMOVE" })]),
      [[true, false]],
    );
  });

  const filters = (count: number, pattern = "{}") => ({
    filterCriteria: { filters: Array.from({ length: count }, () => ({ pattern })) },
  });
  const long = (characters: number) => JSON.stringify({ a: ["x".repeat(characters - 10)] });

  it("takes five filters of 4 096 characters, and any age of a record from a minute on", () => {
    assert.equal(mappingOf(filters(5, long(4096))).filters.length, 5);
    assert.equal(mappingOf({ maximumRecordAgeInSeconds: 604_800 }).maximumRecordAge, 604_800);
  });

  const refused: Properties[] = [
    { startingPosition: undefined },
    { startingPosition: "AT_TIMESTAMP" },
    { tumblingWindowInSeconds: 30 },
    { batchSize: 10_001 },
    { batchSize: 0 },
    { maximumBatchingWindowInSeconds: 301 },
    { parallelizationFactor: 11 },
    { maximumRetryAttempts: -2 },
    { maximumRetryAttempts: 10_001 },
    { maximumRecordAgeInSeconds: 59 },
    { maximumRecordAgeInSeconds: 604_801 },
    { functionResponseTypes: ["Report"] },
    { scalingConfig: { maximumConcurrency: 2 } },
    filters(6),
    filters(1, long(4097)),
    filters(1, "no JSON"),
  ];
  for (const inputs of refused) {
    const [property = ""] = Object.keys(inputs);
    it(`is refused with ${JSON.stringify(inputs).slice(0, 80)}, by the name of the property`, () => {
      assert.throws(
        () => mappingOf(inputs),
        ({ message }: Error) =>
          message.startsWith(
            `presence (aws:lambda/eventSourceMapping:EventSourceMapping), ${property}: `,
          ),
      );
    });
  }
});

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

  const refused: [Properties, RegExp][] = [
    [{ startingPosition: undefined }, /presence: a stream needs a startingPosition/],
    [{ startingPosition: "AT_TIMESTAMP" }, /cannot start at AT_TIMESTAMP/],
    [{ tumblingWindowInSeconds: 30 }, /tumbling windows are not supported/],
    [{ batchSize: 10_001 }, /batchSize is 1 to 10000/],
  ];
  for (const [inputs, message] of refused) {
    it(`is refused with ${JSON.stringify(inputs)}`, () => {
      assert.throws(() => mappingOf(inputs), message);
    });
  }
});

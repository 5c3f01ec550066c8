import assert from "node:assert/strict";
import { deliver } from "../../../local/event-sources/stream-batch.ts";
import type { FailureMetadata } from "../../../local/event-sources/stream-outcome.ts";
import type { Properties } from "../../../local/recording/resource.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { streamArnOf } from "../dynamodb/tables.ts";
import {
  DONE,
  FAILED,
  FakeFunction,
  FUNCTION_ARN,
  failing,
  mappingOf,
  recordsOf,
  THROTTLED,
} from "./stream-harness.ts";

const REPORTS = { functionResponseTypes: ["ReportBatchItemFailures"] };

describe("a batch of a stream", () => {
  let clock: ManualClock;
  let target: FakeFunction;
  let waits: number[];
  let failures: FailureMetadata[];

  beforeEach(() => {
    clock = new ManualClock();
    target = new FakeFunction();
    waits = [];
    failures = [];
  });

  /** Delivers with waits that pass at once. */
  const run = (numbers: string[], inputs: Properties = {}, at = clock.now()) =>
    deliver(recordsOf(numbers, at), {
      mapping: mappingOf(inputs),
      target,
      clock,
      newId: () => "request-1",
      onFailure: (metadata) => void failures.push(metadata),
      wait: async (milliseconds) => {
        waits.push(milliseconds);
        await clock.advance(milliseconds);
        return true;
      },
    });

  it("is retried as a whole until it succeeds, with a growing wait", async () => {
    target.answer = () => (target.batches.length < 9 ? FAILED : DONE);
    await run(["1", "2"]);
    assert.deepEqual(target.batches, Array(9).fill(["1", "2"]));
    assert.deepEqual(
      waits,
      [1, 2, 4, 8, 16, 32, 60, 60].map((seconds) => seconds * 1000),
    );
    assert.deepEqual(failures, []);
  });

  it("is retried from the lowest failed record", async () => {
    target.answer = () => (target.batches.length === 1 ? failing("3", "2") : DONE);
    await run(["1", "2", "3"], REPORTS);
    assert.deepEqual(target.batches, [
      ["1", "2", "3"],
      ["2", "3"],
    ]);
  });

  it("has succeeded although it reports failures, when the mapping does not ask for them", async () => {
    target.answer = () => failing("1");
    await run(["1"]);
    assert.deepEqual(target.batches, [["1"]]);
  });

  for (const payload of [null, {}, { batchItemFailures: [] }, { batchItemFailures: null }]) {
    it(`has succeeded with the response ${JSON.stringify(payload)}`, async () => {
      target.answer = () => ({ ok: true, payload });
      await run(["1", "2"], REPORTS);
      assert.equal(target.batches.length, 1);
    });
  }

  for (const identifier of ["", null, undefined, "9", 2]) {
    it(`has failed as a whole with the identifier ${JSON.stringify(identifier)}`, async () => {
      target.answer = () => (target.batches.length === 1 ? failing("2", identifier) : DONE);
      await run(["1", "2"], REPORTS);
      assert.deepEqual(target.batches, [
        ["1", "2"],
        ["1", "2"],
      ]);
    });
  }

  it("is given up after its retries, with the metadata that Lambda sends", async () => {
    target.answer = () => FAILED;
    await run(["1", "2"], { maximumRetryAttempts: 2 });
    assert.equal(target.batches.length, 3);
    assert.deepEqual(failures, [
      {
        requestContext: {
          requestId: "request-1",
          functionArn: FUNCTION_ARN,
          condition: "RetryAttemptsExhausted",
          approximateInvokeCount: 3,
        },
        responseContext: {
          statusCode: 200,
          executedVersion: "$LATEST",
          functionError: "Unhandled",
        },
        version: "1.0",
        timestamp: "2026-01-01T00:00:03.000Z",
        DDBStreamBatchInfo: {
          shardId: "shardId-00000000000000000000-00000000",
          startSequenceNumber: "1",
          endSequenceNumber: "2",
          approximateArrivalOfFirstRecord: "2026-01-01T00:00:00Z",
          approximateArrivalOfLastRecord: "2026-01-01T00:00:00Z",
          batchSize: 2,
          streamArn: streamArnOf("rooms"),
        },
      },
    ]);
  });

  it("is given up at once without retries", async () => {
    target.answer = () => FAILED;
    await run(["1"], { maximumRetryAttempts: 0 });
    assert.deepEqual([target.batches.length, waits, failures.length], [1, [], 1]);
  });

  it("is halved at once to find the record that fails, which alone is given up", async () => {
    target.answer = (numbers) => (numbers.includes("3") ? FAILED : DONE);
    await run(["1", "2", "3", "4"], { bisectBatchOnFunctionError: true, maximumRetryAttempts: 1 });
    assert.deepEqual(target.batches, [
      ["1", "2", "3", "4"],
      ["1", "2"],
      ["3", "4"],
      ["3"],
      ["3"],
      ["4"],
    ]);
    assert.deepEqual(waits, [1000]);
    assert.deepEqual(
      failures.map(({ DDBStreamBatchInfo: { startSequenceNumber, batchSize } }) => [
        startSequenceNumber,
        batchSize,
      ]),
      [["3", 1]],
    );
  });

  it("is cut at the reported record, and halved from there", async () => {
    target.answer = (numbers) => (numbers.includes("2") ? failing("2") : DONE);
    await run(["1", "2", "3"], {
      ...REPORTS,
      bisectBatchOnFunctionError: true,
      maximumRetryAttempts: 0,
    });
    assert.deepEqual(target.batches, [["1", "2", "3"], ["2", "3"], ["2"], ["3"]]);
    assert.equal(failures[0]?.responseContext.functionError, undefined);
  });

  it("is given up when it is older than the mapping's maximum", async () => {
    target.answer = () => FAILED;
    await run(["1"], { maximumRecordAgeInSeconds: 60 });
    // At 0, 1, 3, 7, 15, 31 seconds; the next would be at 63.
    assert.equal(target.batches.length, 6);
    const [failure] = failures;
    assert.deepEqual(
      [failure?.requestContext.condition, failure?.requestContext.approximateInvokeCount],
      ["RecordAgeExceeded", 6],
    );
  });

  it("is tried again as often as it is throttled, which is no retry and halves nothing", async () => {
    target.answer = () => (target.batches.length <= 4 ? THROTTLED : FAILED);
    await run(["1"], { maximumRetryAttempts: 1 });
    assert.equal(target.batches.length, 6);
    assert.deepEqual(waits, [1000, 2000, 4000, 8000, 1000]);
    assert.equal(failures[0]?.requestContext.approximateInvokeCount, 2);
    target.batches.length = 0;
    target.answer = () => (target.batches.length <= 2 ? THROTTLED : DONE);
    await run(["1", "2"], { bisectBatchOnFunctionError: true, maximumRetryAttempts: 0 });
    assert.deepEqual(target.batches, Array(3).fill(["1", "2"]));
  });

  it("is given up by its age when it is throttled for as long", async () => {
    target.answer = () => THROTTLED;
    await run(["1"], { maximumRecordAgeInSeconds: 60, maximumRetryAttempts: 0 });
    const [failure, ...others] = failures;
    assert.deepEqual(others, []);
    assert.deepEqual(
      [failure?.requestContext.condition, failure?.requestContext.approximateInvokeCount],
      ["RecordAgeExceeded", 0],
    );
    assert.deepEqual(failure?.responseContext, { statusCode: 200, executedVersion: "$LATEST" });
  });

  it("does not outlive the stream's own day, whatever the mapping's maximum", async () => {
    const dayAgo = clock.now() - 24 * 3600 * 1000 - 1000;
    await run(["1"], { maximumRecordAgeInSeconds: 604_800 }, dayAgo);
    assert.deepEqual([target.batches, failures.length], [[], 1]);
  });

  it("is given up without an invocation when it comes too late", async () => {
    await run(["1"], {}, clock.now() - 24 * 3600 * 1000 - 1000);
    assert.deepEqual([target.batches, failures.length], [[], 1]);
  });
});

import assert from "node:assert/strict";
import { QueuePoller } from "../../../local/event-sources/queue-poller.ts";
import type { QueueBatch } from "../../../local/faults.ts";
import { settle } from "../../support/manual-clock.ts";
import { queueArn, send, take, testService } from "../sqs/support.ts";
import { ManualFunction, mappingOf, testPoller } from "./queue-support.ts";

const EMPTY = { visible: 0, delayed: 0, inFlight: 0 };

describe("the poller on a queue", () => {
  it("hands a message to the function in Lambda's shape, and deletes it", async () => {
    const { clock, queue, worker } = testPoller();
    const sent = send(queue, "lobby", "hello", {
      deduplicationId: "r-1",
      attributes: {
        user: { dataType: "String", stringValue: "ann" },
        bytes: { dataType: "Binary", binaryValue: "AAE=" },
      },
    });
    await settle();
    const [record, ...others] = worker.only.records;
    assert.deepEqual(others, []);
    assert(record?.receiptHandle);
    const now = String(clock.now());
    assert.deepEqual(record, {
      messageId: sent.messageId,
      receiptHandle: record.receiptHandle,
      body: "hello",
      attributes: {
        ApproximateReceiveCount: "1",
        SentTimestamp: now,
        SequenceNumber: sent.sequenceNumber,
        MessageGroupId: "lobby",
        SenderId: "AKIDTEST",
        MessageDeduplicationId: "r-1",
        ApproximateFirstReceiveTimestamp: now,
      },
      messageAttributes: {
        user: {
          stringValue: "ann",
          stringListValues: [],
          binaryListValues: [],
          dataType: "String",
        },
        bytes: {
          binaryValue: "AAE=",
          stringListValues: [],
          binaryListValues: [],
          dataType: "Binary",
        },
      },
      md5OfBody: "5d41402abc4b2a76b9719d911017c592",
      md5OfMessageAttributes: sent.md5OfAttributes,
      eventSource: "aws:sqs",
      eventSourceARN: queueArn("orders.fifo"),
      awsRegion: "eu-central-1",
    });
    await worker.only.answer();
    assert.deepEqual(queue.counts, EMPTY);
  });

  it("takes what was there before it started", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo");
    send(queue, "g", "early");
    const worker = new ManualFunction();
    const more = { clock, emit: () => {}, region: "eu-central-1", functionTimeoutSeconds: 30 };
    new QueuePoller({ queue, function: worker, mapping: mappingOf(), ...more }).start();
    assert.deepEqual(worker.inHand, [["early"]]);
    await worker.only.answer();
  });

  it("takes what comes together as one batch, of ten at most, groups mixed", async () => {
    const { queue, worker } = testPoller();
    for (let n = 1; n <= 8; n++) send(queue, "a", `a${n}`);
    for (let n = 1; n <= 4; n++) send(queue, "b", `b${n}`);
    await settle();
    assert.deepEqual(worker.inHand, [["a1", "a2", "a3", "a4", "a5", "a6", "a7", "a8", "b1", "b2"]]);
    await worker.only.answer();
    assert.deepEqual(worker.inHand, [["b3", "b4"]]);
  });

  it("takes no more at a time than the 6 MB of an invocation hold, and keeps the order", async () => {
    const { queue, worker } = testPoller();
    // Each of these line ends is two bytes of JSON.
    for (let n = 1; n <= 4; n++) send(queue, "a", `${n}${"\n".repeat(1_000_000)}`);
    send(queue, "b", "small");
    await settle();
    const inHand = () => worker.inHand.map((batch) => batch.map((body) => body.slice(0, 5).trim()));
    assert.deepEqual(inHand(), [["1", "2"], ["small"]]);
    await worker.running[0]?.answer();
    assert.deepEqual(inHand(), [["small"], ["3", "4"]]);
  });

  it("has one batch of a group in hand, and takes what came meanwhile as the next", async () => {
    const { queue, worker } = testPoller();
    send(queue, "a", "a1");
    await settle();
    for (const body of ["a2", "a3", "a4"]) {
      send(queue, "a", body);
      await settle();
    }
    assert.deepEqual(worker.inHand, [["a1"]]);
    await worker.only.answer();
    assert.deepEqual(worker.inHand, [["a2", "a3", "a4"]]);
  });

  it("hands a batch over later when it is told to, and keeps its group back meanwhile", async () => {
    const asked: QueueBatch[] = [];
    const delayBatch = (batch: QueueBatch) => (asked.push(batch) === 1 ? 5000 : 0);
    const { clock, queue, worker } = testPoller({}, { delayBatch });
    send(queue, "a", "a1");
    send(queue, "b", "b1");
    await settle();
    send(queue, "a", "a2");
    send(queue, "c", "c1");
    await clock.advance(4999);
    assert.deepEqual(worker.inHand, [["c1"]]);
    await clock.advance(1);
    assert.deepEqual(worker.inHand, [["c1"], ["a1", "b1"]]);
    const queueArn = queue.definition.arn;
    assert.deepEqual(asked, [
      { queueArn, groups: ["a", "b"] },
      { queueArn, groups: ["c"] },
    ]);
    await worker.running[1]?.answer();
    assert.deepEqual(worker.inHand, [["c1"], ["a2"]]);
  });

  it("runs groups in parallel, up to the maximum concurrency", async () => {
    const { queue, worker } = testPoller({ scalingConfig: { maximumConcurrency: 2 } });
    for (const group of ["a", "b", "c", "d"]) {
      send(queue, group, group);
      await settle();
    }
    assert.deepEqual(worker.inHand, [["a"], ["b"]]);
    await worker.running[1]?.answer();
    assert.deepEqual(worker.inHand, [["a"], ["c", "d"]]);
  });

  it("leaves a failed batch in flight until its visibility timeout ends", async () => {
    const { clock, queue, worker } = testPoller();
    send(queue, "g", "m1");
    send(queue, "g", "m2");
    await settle();
    await worker.only.finish({ ok: false, errorType: "Error", errorMessage: "no" });
    await clock.advance(29_999);
    assert.deepEqual(worker.inHand, []);
    await clock.advance(1);
    const receiveCounts = worker.running.map(({ bodies, records }) => [
      bodies,
      records.map(({ attributes }) => attributes["ApproximateReceiveCount"]),
    ]);
    assert.deepEqual(receiveCounts, [
      [
        ["m1", "m2"],
        ["2", "2"],
      ],
    ]);
  });

  it("takes failed messages up as soon as the function has made them visible", async () => {
    const { queue, worker, clock } = testPoller();
    send(queue, "g", "m1");
    send(queue, "g", "m2");
    await settle();
    const { records, answer } = worker.only;
    for (const { receiptHandle } of records) queue.changeVisibility(receiptHandle, 4);
    await answer({
      batchItemFailures: records.map(({ messageId }) => ({ itemIdentifier: messageId })),
    });
    await clock.advance(3_999);
    assert.deepEqual(worker.inHand, []);
    await clock.advance(1);
    assert.deepEqual(worker.inHand.flat(), ["m1", "m2"]);
  });

  it("says so when a message that was processed will come again", async () => {
    const { queue, worker, events } = testPoller();
    const { messageId } = send(queue, "g", "m1");
    await settle();
    const { records, answer } = worker.only;
    queue.changeVisibility(records[0]?.receiptHandle ?? "", 0);
    await answer();
    assert.deepEqual(events, [
      {
        type: "notice",
        source: "orders-to-worker",
        message: `message ${messageId} could not be deleted and will come again`,
      },
    ]);
  });

  it("takes nothing more once it is closed, and waits for what is in hand", async () => {
    const { queue, worker, poller } = testPoller();
    send(queue, "a", "a1");
    await settle();
    let closed = false;
    const closing = poller.close().then(() => {
      closed = true;
    });
    send(queue, "b", "b1");
    await settle();
    assert.equal(closed, false);
    assert.deepEqual(worker.inHand, [["a1"]]);
    await worker.only.answer();
    await closing;
    assert.deepEqual(worker.inHand, []);
    assert.deepEqual(queue.counts, { ...EMPTY, visible: 1 });
  });

  it("does nothing when the mapping is not enabled", async () => {
    const { queue, worker } = testPoller({ enabled: false });
    send(queue, "g", "m1");
    await settle();
    assert.deepEqual(worker.inHand, []);
    assert.equal(take(queue).length, 1);
  });

  it("refuses a visibility timeout under the function's timeout", () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo");
    const more = { clock, emit: () => {}, region: "eu-central-1", functionTimeoutSeconds: 31 };
    assert.throws(
      () =>
        new QueuePoller({ queue, function: new ManualFunction(), mapping: mappingOf(), ...more }),
      {
        message:
          "orders-to-worker: Queue visibility timeout: 30 seconds is less than Function timeout: 31 seconds",
      },
    );
  });
});

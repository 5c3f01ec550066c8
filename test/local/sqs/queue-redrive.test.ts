import assert from "node:assert/strict";
import { bodies, queueArn, redriveTo, send, take, takeOne, testService } from "./support.ts";

function withDeadLetterQueue() {
  const test = testService();
  const dead = test.fifo("dead.fifo", { messageRetentionSeconds: 600 });
  const queue = test.fifo("orders.fifo", { redrivePolicy: redriveTo("dead.fifo", 2) });
  return { ...test, dead, queue };
}

describe("a dead-letter queue", () => {
  it("gets a message that would be received once too often; its group goes on", async () => {
    const { clock, dead, queue, events } = withDeadLetterQueue();
    const sent = send(queue, "g", "poison", { deduplicationId: "p" });
    send(queue, "g", "fine");
    for (let receive = 0; receive < 2; receive++) {
      assert.equal(takeOne(queue).body, "poison");
      await clock.advance(30_000);
    }
    assert.deepEqual(dead.counts, { visible: 0, delayed: 0, inFlight: 0 });
    assert.deepEqual(bodies(take(queue)), ["fine"]);
    const letter = takeOne(dead);
    assert.equal(letter.messageId, sent.messageId);
    const attributes = letter.systemAttributes;
    assert.equal(attributes["ApproximateReceiveCount"], "3");
    assert.equal(attributes["MessageGroupId"], "g");
    // SQS Developer Guide, "Configure a dead-letter queue redrive": so that no two are taken for one.
    assert.equal(attributes["MessageDeduplicationId"], sent.messageId);
    assert.equal(attributes["DeadLetterQueueSourceArn"], queueArn("orders.fifo"));
    assert((attributes["SequenceNumber"] ?? "") > (sent.sequenceNumber ?? ""));
    assert.deepEqual(events, [
      {
        type: "notice",
        source: "orders.fifo",
        message: `message ${sent.messageId} went to dead.fifo after 2 receives`,
      },
    ]);
  });

  it("keeps a FIFO message for its whole retention, from when it came", async () => {
    const { clock, dead, queue } = withDeadLetterQueue();
    send(queue, "g", "poison");
    for (let receive = 0; receive < 2; receive++) {
      takeOne(queue);
      await clock.advance(30_000);
    }
    take(queue);
    await clock.advance(599_999);
    assert.equal(dead.counts.visible, 1);
    await clock.advance(1);
    assert.equal(dead.counts.visible, 0);
  });

  it("lets a standard message expire by its original time", async () => {
    const { clock, standard } = testService();
    const dead = standard("dead", { messageRetentionSeconds: 60 });
    const queue = standard("jobs", { redrivePolicy: redriveTo("dead", 1) });
    queue.send({ body: "poison", senderId: "me" });
    takeOne(queue);
    await clock.advance(40_000);
    assert.deepEqual(take(queue), []);
    assert.equal(dead.counts.visible, 1);
    await clock.advance(20_000);
    assert.equal(dead.counts.visible, 0);
  });

  it("must exist and allow its source", () => {
    const { fifo } = testService();
    assert.throws(
      () => fifo("orders.fifo", { redrivePolicy: redriveTo("dead.fifo", 2) }),
      /orders\.fifo, redrivePolicy: Dead letter target does not exist\./,
    );
    const byQueue = { redrivePermission: "byQueue", sourceQueueArns: [queueArn("bills.fifo")] };
    fifo("dead.fifo", { redriveAllowPolicy: JSON.stringify(byQueue) });
    fifo("bills.fifo", { redrivePolicy: redriveTo("dead.fifo", 2) });
    assert.throws(
      () => fifo("orders.fifo", { redrivePolicy: redriveTo("dead.fifo", 2) }),
      /orders\.fifo, redrivePolicy: dead\.fifo does not allow it/,
    );
    fifo("closed.fifo", { redriveAllowPolicy: JSON.stringify({ redrivePermission: "denyAll" }) });
    assert.throws(
      () => fifo("orders.fifo", { redrivePolicy: redriveTo("closed.fifo", 2) }),
      /orders\.fifo, redrivePolicy: closed\.fifo does not allow it/,
    );
  });
});

describe("a redrive", () => {
  it("puts messages back to where they came from, as new ones, in order", async () => {
    const { clock, dead, queue, service } = withDeadLetterQueue();
    const sent = ["p1", "p2"].map((body) => send(queue, "g", body));
    send(dead, "g", "sent directly");
    for (let receive = 0; receive < 2; receive++) {
      take(queue);
      await clock.advance(30_000);
    }
    take(queue);
    assert.equal(
      dead.redrive(({ deadLetterSourceArn }) => service.queueByArn(deadLetterSourceArn ?? "")),
      2,
    );
    const back = take(queue);
    assert.deepEqual(bodies(back), ["p1", "p2"]);
    assert.notEqual(back[0]?.messageId, sent[0]?.messageId);
    assert.equal(back[0]?.systemAttributes["ApproximateReceiveCount"], "1");
    assert.equal(back[0]?.systemAttributes["SentTimestamp"], String(clock.now()));
    assert.deepEqual(bodies(take(dead)), ["sent directly"]);
  });

  it("is not taken for a repeat, while one from the sender still is", async () => {
    const { clock, dead, queue } = withDeadLetterQueue();
    const sent = send(queue, "g", "poison", { deduplicationId: "p" });
    for (let receive = 0; receive < 2; receive++) {
      takeOne(queue);
      await clock.advance(30_000);
    }
    take(queue);
    assert.equal(send(queue, "g", "poison", { deduplicationId: "p" }).messageId, sent.messageId);
    assert.equal(
      dead.redrive(() => queue),
      1,
    );
    assert.deepEqual(bodies(take(queue)), ["poison"]);
  });

  it("keeps letters apart that have a deduplication id in common", async () => {
    const { clock, dead, queue } = withDeadLetterQueue();
    for (const body of ["first", "second"]) {
      send(queue, "g", body, { deduplicationId: "p" });
      for (let receive = 0; receive < 2; receive++) {
        takeOne(queue);
        await clock.advance(150_000);
      }
      assert.deepEqual(take(queue), []);
    }
    assert.deepEqual(bodies(take(dead)), ["first", "second"]);
  });
});

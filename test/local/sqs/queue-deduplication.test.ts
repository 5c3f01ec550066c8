import assert from "node:assert/strict";
import { bodies, send, take, testService } from "./support.ts";

const WINDOW = 300_000;

describe("deduplication", () => {
  it("answers a repeat like the first, and drops it, for five minutes from the first", async () => {
    const { clock, fifo } = testService();
    const queue = fifo("orders.fifo");
    const first = send(queue, "g", "m1", { deduplicationId: "x" });
    const [message] = take(queue);
    assert(message);
    queue.delete(message.receiptHandle);
    await clock.advance(WINDOW - 1);
    assert.deepEqual(send(queue, "g", "m1", { deduplicationId: "x" }), first);
    assert.deepEqual(take(queue), []);
    await clock.advance(1);
    assert.notEqual(send(queue, "g", "m1", { deduplicationId: "x" }).messageId, first.messageId);
    assert.deepEqual(bodies(take(queue)), ["m1"]);
  });

  it("answers a repeat with the digest of its own body", () => {
    const queue = testService().fifo("orders.fifo");
    send(queue, "g", "m1", { deduplicationId: "x" });
    const repeat = send(queue, "g", "hello", { deduplicationId: "x" });
    assert.equal(repeat.md5OfBody, "5d41402abc4b2a76b9719d911017c592");
  });

  it("has the scope of the queue by default", () => {
    const queue = testService().fifo("orders.fifo");
    const first = send(queue, "a", "m", { deduplicationId: "x" });
    assert.equal(send(queue, "b", "m", { deduplicationId: "x" }).messageId, first.messageId);
    assert.deepEqual(bodies(take(queue)), ["m"]);
  });

  it("has the scope of the message group when the queue is set so", () => {
    const queue = testService().fifo("orders.fifo", { deduplicationScope: "messageGroup" });
    const first = send(queue, "a", "a", { deduplicationId: "x" });
    send(queue, "b", "b", { deduplicationId: "x" });
    assert.equal(send(queue, "a", "a", { deduplicationId: "x" }).messageId, first.messageId);
    assert.deepEqual(bodies(take(queue)), ["a", "b"]);
  });

  it("goes by the SHA-256 of the body when that is on and there is no id", () => {
    const queue = testService().fifo("orders.fifo", { contentBasedDeduplication: true });
    for (const body of ["hello", "hello", "other"]) {
      queue.send({ body, groupId: "g", senderId: "me" });
    }
    send(queue, "g", "hello", { deduplicationId: "explicit" });
    const received = take(queue);
    assert.deepEqual(bodies(received), ["hello", "other", "hello"]);
    assert.equal(
      received[0]?.systemAttributes["MessageDeduplicationId"],
      "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824",
    );
  });
});

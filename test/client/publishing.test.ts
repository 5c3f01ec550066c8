import assert from "node:assert/strict";
import { PublishError } from "../../client/index.ts";
import { message, RoomInTest, token, welcome } from "./room-in-test.ts";

const ack = (requestId: string) => ({ type: "ack", requestId });
/** One's own message, as it comes back. */
const own = (number: number, id: string) => message(number, { id, from: "alice" });

describe("publish", () => {
  it("settles when the message has come back", async () => {
    const test = await RoomInTest.open();
    const published = test.publish({ a: [1, null, "x"] });
    assert.deepEqual(test.socket.sent, [
      { action: "message", id: "id1", data: { a: [1, null, "x"] } },
    ]);
    test.socket.say(ack("request-101"));
    await test.platform.pass(0);
    assert.deepEqual(published, { result: undefined, error: undefined });
    test.socket.say(own(101, "id1"));
    await test.platform.pass(0);
    assert.deepEqual(published.result, {
      status: "delivered",
      id: "id1",
      seq: message(101).seq,
      requestId: "request-101",
    });
    assert.deepEqual(
      test.heard.map(([type]) => type),
      ["acknowledged", "message"],
    );
    assert.deepEqual(test.of("acknowledged"), [{ id: "id1", requestId: "request-101" }]);
  });

  it("keeps one unacknowledged at a time, and the order", async () => {
    const test = await RoomInTest.open();
    const all = [1, 2, 3].map((data) => test.publish(data));
    assert.deepEqual(
      test.socket.sent.map(({ data }) => data),
      [1],
    );
    test.socket.say(ack("a"));
    assert.deepEqual(
      test.socket.sent.map(({ data }) => data),
      [1, 2],
    );
    test.socket.say(own(101, "id1"));
    assert.deepEqual(
      test.socket.sent.map(({ data }) => data),
      [1, 2],
    );
    test.socket.say(ack("b"));
    test.socket.say(ack("c"));
    test.socket.say({ type: "batch", events: [own(102, "id2"), own(103, "id3")] });
    await test.platform.pass(0);
    assert.deepEqual(
      all.map(({ result }) => result?.status),
      ["delivered", "delivered", "delivered"],
    );
    assert.deepEqual(
      test.socket.sent.map(({ data }) => data),
      [1, 2, 3],
    );
  });

  it("takes the message as it is at the call", async () => {
    const test = await RoomInTest.open();
    test.publish(0);
    const data = { text: "before" };
    test.publish(data);
    data.text = "after";
    test.socket.say(ack("a"));
    assert.deepEqual(test.socket.lastMessage?.["data"], { text: "before" });
  });

  it("waits for the acknowledgement, should the message come back before", async () => {
    const test = await RoomInTest.open();
    const published = test.publish(1);
    test.publish(2);
    test.socket.say(own(101, "id1"));
    await test.platform.pass(0);
    assert.equal(published.result?.status, "delivered");
    assert.equal(test.socket.sent.length, 1);
    test.socket.say(ack("request-101"));
    assert.equal(test.socket.sent.length, 2);
  });

  it("is queued when the message has not come back 10 s after the acknowledgement", async () => {
    const test = await RoomInTest.open();
    const published = test.publish(1);
    await test.platform.pass(5000);
    test.socket.say(ack("a"));
    await test.platform.pass(9999);
    assert.equal(published.result, undefined);
    await test.platform.pass(1);
    assert.deepEqual(published.result, { status: "queued", id: "id1", requestId: "a" });
    test.socket.say(own(101, "id1"));
    assert.deepEqual(test.messages, [101]);
  });

  it("is queued at once where the token may not subscribe", async () => {
    const mute = token({ rooms: { lobby: ["publish"] }, exp: 4e9 });
    const test = await RoomInTest.open({ token: () => mute });
    const published = test.publish(1);
    test.socket.say(ack("a"));
    await test.platform.pass(0);
    assert.deepEqual(published.result, { status: "queued", id: "id1", requestId: "a" });
  });

  it("before the room is open waits for the welcome", async () => {
    const test = new RoomInTest();
    test.publish(1);
    await test.platform.pass(0);
    test.socket.open();
    assert.deepEqual(test.socket.sent, []);
    test.socket.say(welcome(100));
    assert.equal(test.socket.sent.length, 1);
  });

  it("is sent again under the same id when no acknowledgement came", async () => {
    const test = await RoomInTest.open();
    const published = test.publish("x");
    test.publish("y");
    test.socket.end();
    await test.again();
    await test.welcome(200);
    assert.deepEqual(test.socket.sent, [{ action: "message", id: "id1", data: "x" }]);
    test.socket.say(ack("b"));
    // The first attempt had reached the queue: its message has the first request's id.
    test.socket.say(message(201, { id: "id1", requestId: "a" }));
    await test.platform.pass(0);
    assert.equal(published.result?.requestId, "a");
    assert.equal(test.socket.sent.length, 2);
  });

  it("is not sent again when it was acknowledged, whatever comes then", async () => {
    const test = await RoomInTest.open();
    const published = test.publish("x");
    test.socket.say(ack("a"));
    test.socket.end();
    await test.again();
    await test.welcome(200);
    assert.deepEqual(test.socket.sent, []);
    await test.platform.pass(9000);
    assert.deepEqual(published.result, { status: "queued", id: "id1", requestId: "a" });
  });

  it("is not sent again when it came back, over the lost connection or the next", async () => {
    const test = await RoomInTest.open();
    const first = test.publish("x");
    const second = test.publish("y");
    test.socket.say(own(101, "id1"));
    test.socket.end();
    await test.again();
    test.socket.open();
    test.socket.say(message(199, { id: "id2" }));
    test.socket.say(welcome(200));
    await test.platform.pass(0);
    assert.deepEqual([first.result?.status, second.result?.status], ["delivered", "delivered"]);
    assert.deepEqual(test.socket.sent, []);
  });

  it("fails by the code of the answer, and the next one is sent", async () => {
    const test = await RoomInTest.open();
    const published = test.publish(1);
    test.publish(2);
    test.socket.say({ type: "error", code: 4101, message: "This token may not publish." });
    await test.platform.pass(0);
    assert.ok(published.error instanceof PublishError);
    const { code, message: text, id, maybePublished } = published.error;
    assert.deepEqual(
      { code, text, id, maybePublished },
      { code: 4101, text: "This token may not publish.", id: "id1", maybePublished: false },
    );
    assert.equal(test.socket.sent.length, 2);
  });

  it("fails by an error that names its id, after the acknowledgement or before", async () => {
    const test = await RoomInTest.open();
    const published = [test.publish(1), test.publish(2), test.publish(3)];
    test.socket.say(ack("a"));
    const error = { type: "error", code: 4107, message: "expired" };
    test.socket.say({ ...error, id: "id1" });
    test.socket.say({ ...error, id: "id2" });
    assert.equal(test.socket.sent.length, 2);
    test.socket.say(ack("b"));
    assert.equal(test.socket.sent.length, 3);
    await test.platform.pass(0);
    assert.deepEqual(
      published.map(({ error }) => error?.code),
      [4107, 4107, undefined],
    );
    assert.equal(published[1]?.error?.maybePublished, false);
    assert.deepEqual(test.of("error"), []);
  });

  it("tells errors that belong to none as events", async () => {
    const test = await RoomInTest.open();
    const error = { code: 4104, message: "too large", id: "other", requestId: "r" };
    test.socket.say({ type: "error", ...error });
    test.socket.say({ type: "error", code: 4999, message: "of a later server" });
    assert.deepEqual(test.of("error"), [error, { code: 4999, message: "of a later server" }]);
  });

  it("is sent again, up to four times in all, when the gateway refuses it for now", async () => {
    const refusals = [
      { type: "error", code: 4102, message: "The message was not queued." },
      { message: "Too Many Requests", connectionId: "c", requestId: "r" },
    ];
    for (const refusal of refusals) {
      const test = await RoomInTest.open();
      test.platform.chances = [0.999];
      const published = test.publish(1);
      const next = test.publish(2);
      for (const pause of [499, 999, 1998]) {
        test.socket.say(refusal);
        const before = test.socket.sent.length;
        await test.platform.pass(pause - 1);
        assert.equal(test.socket.sent.length, before);
        await test.platform.pass(1);
        assert.equal(test.socket.lastMessage?.["id"], "id1");
        assert.equal(test.socket.sent.length, before + 1);
      }
      test.socket.say(refusal);
      await test.platform.pass(0);
      assert.equal(published.error?.code, refusal.type === "error" ? 4102 : "gateway");
      assert.equal(published.error?.maybePublished, false);
      assert.equal(test.socket.lastMessage?.["id"], "id2");
      assert.equal(next.error, undefined);
    }
  });

  it("refuses what is too large before sending", async () => {
    const test = await RoomInTest.open();
    const fits = "x".repeat(24 * 1024 - 2);
    const tooLarge = [`${fits}x`, "\u00e9".repeat(12 * 1024), { text: fits }];
    const published = tooLarge.map((data) => test.publish(data));
    await test.platform.pass(0);
    assert.deepEqual(
      published.map(({ error }) => error?.code),
      ["too_large", "too_large", "too_large"],
    );
    assert.deepEqual(test.socket.sent, []);
    test.publish(fits);
    assert.equal(test.socket.lastMessage?.["data"], fits);
  });

  it("refuses what is no JSON", async () => {
    const test = await RoomInTest.open();
    const circle: unknown[] = [];
    circle.push(circle);
    const published = [undefined, () => {}, 1n, circle].map((data) => test.publish(data));
    await test.platform.pass(0);
    assert.deepEqual(
      published.map(({ error }) => error?.code),
      ["not_json", "not_json", "not_json", "not_json"],
    );
    assert.deepEqual(test.socket.sent, []);
  });

  it("writes the characters that SQS refuses so that it takes them", async () => {
    const test = await RoomInTest.open();
    const texts: string[] = [];
    test.socket.send = (text: string) => texts.push(text);
    test.publish("a\ufffe\uffff\u0000b");
    assert.deepEqual(texts, ['{"action":"message","id":"id1","data":"a\\ufffe\\uffff\\u0000b"}']);
  });

  it("times out when it was not acknowledged in two minutes; unsent, it is surely not published", async () => {
    const test = await RoomInTest.open();
    test.socket.end();
    const published = test.publish(1);
    for (let minute = 0; minute < 2; minute++) {
      assert.equal(published.error, undefined);
      await test.platform.pass(60_000);
    }
    assert.equal(published.error?.code, "timeout");
    assert.equal(published.error?.maybePublished, false);
    const late = test.publish(2);
    await test.again();
    await test.welcome(200);
    assert.deepEqual(
      test.socket.sent.map(({ data }) => data),
      [2],
    );
    assert.equal(late.error, undefined);
  });

  it("times out as the option says; sent, it may be published", async () => {
    const test = await RoomInTest.open({ publishTimeoutMs: 5000 });
    const published = test.publish(1);
    await test.platform.pass(5000);
    assert.equal(published.error?.code, "timeout");
    assert.equal(published.error?.maybePublished, true);
    // Its answer is still waited for, so that no other is taken for it.
    test.publish(2);
    assert.equal(test.socket.sent.length, 1);
    test.socket.say(ack("a"));
    assert.equal(test.socket.sent.length, 2);
  });

  it("is not sent again after a sleep longer than its time", async () => {
    const test = await RoomInTest.open();
    const published = test.publish(1);
    test.platform.sleep(3_600_000);
    await test.platform.pass(5000);
    assert.equal(published.error?.code, "timeout");
    assert.equal(published.error?.maybePublished, true);
    test.socket.end();
    await test.again();
    await test.welcome(200);
    assert.equal(test.socket.lastMessage, undefined);
  });

  it("always settles when the room is closed", async () => {
    const test = await RoomInTest.open();
    const acknowledged = test.publish(1);
    test.socket.say(ack("a"));
    const sent = test.publish(2);
    const waiting = test.publish(3);
    test.room.close();
    await test.platform.pass(0);
    assert.deepEqual(acknowledged.result, { status: "queued", id: "id1", requestId: "a" });
    assert.deepEqual([sent.error?.code, sent.error?.maybePublished], ["closed", true]);
    assert.deepEqual([waiting.error?.code, waiting.error?.maybePublished], ["closed", false]);
    await assert.rejects(test.room.publish(4), { name: "PublishError", code: "closed" });
  });

  it("finds out that a stack sends no acknowledgements, and goes by the messages themselves", async () => {
    const test = await RoomInTest.open();
    test.publish(1);
    test.publish(2);
    test.publish(3);
    test.socket.say(own(101, "id1"));
    await test.platform.pass(10_000);
    assert.equal(test.socket.isClosed, false);
    assert.deepEqual(
      test.socket.sent.map(({ data }) => data),
      [1, 2],
    );
    test.socket.say(own(102, "id2"));
    assert.deepEqual(
      test.socket.sent.map(({ data }) => data),
      [1, 2, 3],
    );
  });
});

import assert from "node:assert/strict";
import { message, presence, RoomInTest, seq, welcome } from "./room-in-test.ts";

describe("the client hears", () => {
  it("each message once: what has a seq that is not above the last is dropped", async () => {
    const test = await RoomInTest.open();
    const events = [message(101), message(102), message(101), message(103), message(103)];
    test.socket.say({ type: "batch", events });
    test.socket.say(message(102, { requestId: "another" }));
    assert.deepEqual(test.messages, [101, 102, 103]);
  });

  it("each message once: what has a requestId that was seen is dropped, over connections", async () => {
    const test = await RoomInTest.open();
    test.socket.say(message(101));
    test.socket.end();
    await test.again();
    test.socket.open();
    test.socket.say(message(101));
    test.socket.say(welcome(200));
    test.socket.say(message(201, { requestId: "request-101" }));
    test.socket.say(message(202));
    assert.deepEqual(test.messages, [101, 202]);
  });

  it("a new queue whose numbers begin anew, after a reconnection", async () => {
    const test = await RoomInTest.open();
    test.socket.say(message(1000));
    test.socket.end();
    await test.again();
    await test.welcome(5);
    test.socket.say(message(6));
    assert.deepEqual(test.messages, [1000, 6]);
  });

  it("numbers that no Number can hold, in their order", async () => {
    const test = new RoomInTest();
    await test.platform.pass(0);
    test.socket.open();
    test.socket.say({ ...welcome(0), seq: "8" });
    const numbers = ["9", "10", "18179538145742100000", "18179538145742100001", "9".repeat(39)];
    const events = numbers.map((text) => message(0, { seq: text, requestId: text, data: text }));
    test.socket.say({ type: "batch", events: [...events, ...events] });
    assert.deepEqual(test.messages, numbers);
  });

  it("messages as they are, with ids, a backend's too", async () => {
    const test = await RoomInTest.open();
    test.socket.say(message(101, { id: "b1", data: null }));
    test.socket.say(message(102, { from: null }));
    const { type: _type, ...first } = message(101, { id: "b1", data: null });
    const { type: _other, ...second } = message(102, { from: null });
    assert.deepEqual(test.of("message"), [first, second]);
  });

  it("who comes and goes, also when it comes again with an older seq", async () => {
    const test = new RoomInTest();
    await test.welcome(100, { alice: 1 });
    const seen: Record<string, number>[] = [];
    test.room.on("members", ({ members }) => seen.push(Object.fromEntries(members)));
    test.socket.say(presence(101, "bob", 1));
    test.socket.say(presence(102, "bob", 2));
    test.socket.say(presence(101, "bob", 0));
    test.socket.say(presence(103, "carol", 0));
    assert.deepEqual(seen, [
      { alice: 1, bob: 1 },
      { alice: 1, bob: 2 },
      { alice: 1 },
      { alice: 1 },
    ]);
  });

  it("several at once, that presence is off, and the whole list anew", async () => {
    const test = await RoomInTest.open();
    const bob = { user: "bob", connections: 3 };
    const carol = { user: "carol", connections: 0 };
    const say = (members: object[], truncated: boolean, on: boolean) =>
      test.socket.say({ type: "members", seq: seq(101), members, truncated, presence: on });
    say([bob, carol], true, true);
    say([], true, false);
    say([bob], false, true);
    assert.deepEqual(
      test
        .of("members")
        .map(({ members, ...rest }) => ({ ...Object.fromEntries(members), ...rest })),
      [
        { alice: 1, bob: 3, presence: true, truncated: false },
        { presence: false, truncated: true },
        { bob: 3, presence: true, truncated: false },
      ],
    );
  });

  it("without a listener's errors getting in the way", async () => {
    const thrown: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => thrown.push(error));
    try {
      const test = await RoomInTest.open();
      const end = test.room.on("message", () => {
        throw new Error("of the page");
      });
      const late: unknown[] = [];
      test.room.on("message", ({ data }) => late.push(data));
      test.socket.say(message(101));
      end();
      test.socket.say(message(102));
      await test.platform.pass(0);
      assert.deepEqual(late, [101, 102]);
      assert.deepEqual(thrown.map(String), ["Error: of the page"]);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });
});

describe("garbage from the server", () => {
  const garbage: Record<string, unknown> = {
    "no JSON": "{",
    "no text": new ArrayBuffer(8),
    "no object": "[1]",
    null: "null",
    "no type": { seq: seq(101) },
    "a type that is no text": { ...message(101), type: ["message"] },
    "a type that is a name of JavaScript": { ...message(101), type: "constructor" },
    "a type of a later server": { type: "reaction", seq: seq(101), requestId: "r" },
    "seq as a number": message(101, { seq: 101 }),
    "seq that is none": message(101, { seq: "1e9" }),
    "seq that is negative": message(101, { seq: "-1" }),
    "seq that is huge": message(101, { seq: "9".repeat(40) }),
    "no requestId": message(101, { requestId: undefined }),
    "no data": message(101, { data: undefined }),
    "a sender that is no text": message(101, { from: 7 }),
    "a time that is none": message(101, { at: "now" }),
    "an id that is no text": message(101, { id: 5 }),
    "connections that are none": presence(101, "bob", -1),
    "connections in halves": presence(101, "bob", 1.5),
    "a user that is none": { ...presence(101, "bob", 1), user: null },
    "members that are none": { type: "members", members: [{ user: "bob" }] },
    "members that are no list": { type: "members", members: { bob: 1 } },
    "a second welcome": welcome(500, { mallory: 1 }),
    "an acknowledgement of nothing": { type: "ack", requestId: "r" },
    "an acknowledgement without an id": { type: "ack" },
    "a pong to nothing": { type: "pong" },
    "a closing without a retry": { type: "closing", code: 4999, reason: "x" },
    "an error without a code": { type: "error", message: "x" },
    "events that are no list": { type: "batch", events: {} },
    "a batch in a batch": { type: "batch", events: [{ type: "batch", events: [message(101)] }] },
    "events that are none": { type: "batch", events: [null, 1, "x", []] },
  };

  for (const [name, frame] of Object.entries(garbage)) {
    it(`is left out: ${name}`, async () => {
      const test = await RoomInTest.open();
      if (frame instanceof ArrayBuffer) {
        (test.socket.onmessage as unknown as (event: object) => void)({ data: frame });
      } else {
        test.socket.say(frame);
      }
      assert.deepEqual(test.heard, []);
      assert.equal(test.state(), "open");
      test.socket.say(message(102));
      assert.deepEqual(test.messages, [102]);
    });
  }

  it("in a batch leaves the rest of it", async () => {
    const test = await RoomInTest.open();
    test.socket.say({ type: "batch", events: [message(101), { type: "x" }, message(102)] });
    assert.deepEqual(test.messages, [101, 102]);
    assert.deepEqual(test.log.at(-1), { event: "ignored" });
  });

  it("in place of the welcome is no welcome", async () => {
    const test = new RoomInTest();
    await test.platform.pass(0);
    test.socket.open();
    test.socket.say({ ...welcome(100), members: "everybody" });
    test.socket.say({ ...welcome(100), seq: 100 });
    assert.equal(test.state(), "connecting");
    await test.platform.pass(10_000);
    assert.equal(test.state(), "waiting");
  });

  it("as the answer to a publish makes it unanswered", async () => {
    const test = await RoomInTest.open();
    test.publish(1);
    test.socket.say({ type: "ack", requestId: 5 });
    test.socket.say("ok");
    await test.platform.pass(10_000);
    assert.equal(test.state(), "waiting");
  });
});

describe("the client's log", () => {
  it("tells what happens, and neither tokens nor contents", async () => {
    const test = await RoomInTest.open();
    test.publish("secret contents");
    test.socket.say({ type: "ack", requestId: "a" });
    test.socket.say(message(101, { data: "secret contents" }));
    test.socket.say("secret contents");
    test.socket.say({ type: "closing", code: 4202, reason: "unreachable", retry: true });
    await test.again();
    test.socket.end(1006);
    assert.deepEqual(test.log, [
      { event: "welcome", connectionId: "connection-100" },
      { event: "state", state: "open" },
      { event: "ignored" },
      { event: "end", reason: "closing", code: undefined, closing: 4202 },
      { event: "state", state: "waiting" },
      { event: "state", state: "connecting" },
      { event: "end", reason: "handshake", code: 1006, closing: undefined },
      { event: "state", state: "waiting" },
    ]);
  });

  it("may throw without harm", async () => {
    const thrown: unknown[] = [];
    const listeners = process.listeners("uncaughtException");
    process.removeAllListeners("uncaughtException");
    process.on("uncaughtException", (error) => thrown.push(error));
    try {
      const test = await RoomInTest.open({
        log: () => {
          throw new Error("of the log");
        },
      });
      await test.platform.pass(0);
      assert.equal(test.state(), "open");
      assert.equal(thrown.length, 2);
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const listener of listeners) process.on("uncaughtException", listener);
    }
  });
});

import assert from "node:assert/strict";
import { message, RoomInTest, seq, welcome } from "./room-in-test.ts";

describe("the client, when its connection is lost,", () => {
  it("waits, connects again, and says that there may be a gap", async () => {
    const test = await RoomInTest.open();
    test.socket.say(message(101));
    await test.platform.pass(3000);
    test.socket.end(1006);
    assert.deepEqual(test.of("state"), [{ state: "waiting", previous: "open", retryInMs: 1000 }]);
    await test.platform.pass(1000);
    assert.equal(test.state(), "connecting");
    await test.welcome(200);
    test.socket.say(message(201));
    assert.deepEqual(test.story, [101, "gap: lost", 201]);
    assert.deepEqual(test.of("gap"), [{ reason: "lost", after: seq(101), durationMs: 4000 }]);
    assert.deepEqual(test.states, ["waiting", "connecting", "open"]);
  });

  it("shows nothing that came before the new welcome: it is a part of the gap", async () => {
    const test = await RoomInTest.open();
    test.socket.say(message(101));
    test.socket.end();
    await test.platform.pass(1000);
    test.socket.open();
    test.socket.say(message(150));
    test.socket.say(welcome(200));
    test.socket.say(message(201));
    assert.deepEqual(test.story, [101, "gap: lost", 201]);
  });

  it("keeps the members as they were last known", async () => {
    const test = new RoomInTest();
    await test.welcome(100, { alice: 1, bob: 1 });
    test.socket.end();
    assert.deepEqual([...test.room.members.keys()], ["alice", "bob"]);
    await test.again();
    await test.welcome(200, { alice: 1 });
    assert.deepEqual([...test.room.members.keys()], ["alice"]);
  });

  it("makes its pauses longer, up to the greatest, and full jitter of them", async () => {
    const test = await RoomInTest.open();
    test.platform.chances = [0.999];
    const pauses: (number | undefined)[] = [];
    for (let attempt = 0; attempt < 6; attempt++) {
      test.socket.end();
      pauses.push(test.pause);
      await test.again();
    }
    assert.deepEqual(pauses, [1998, 3996, 7992, 15_984, 29_970, 29_970]);
    test.platform.chances = [0];
    test.socket.end();
    assert.equal(test.pause, 0);
  });

  it("takes the options for its pauses", async () => {
    const test = await RoomInTest.open({ backoffBaseMs: 100, backoffCapMs: 150 });
    test.platform.chances = [0.99];
    test.socket.end();
    assert.equal(test.pause, 99);
    await test.platform.pass(99);
    test.socket.end();
    assert.equal(test.pause, 148);
  });

  it("does not begin anew with short pauses when it is welcomed and lost, again and again", async () => {
    const test = new RoomInTest();
    await test.welcome();
    const pauses: (number | undefined)[] = [];
    for (const life of [29_999, 0, 0, 30_000, 0]) {
      await test.platform.pass(life);
      test.socket.end();
      pauses.push(test.pause);
      await test.again();
      await test.welcome(200);
    }
    assert.deepEqual(pauses, [2000, 4000, 8000, 1000, 2000]);
  });

  it("goes on for ever once it was open", async () => {
    const test = await RoomInTest.open();
    for (let attempt = 0; attempt < 50; attempt++) {
      test.socket.end();
      await test.again();
    }
    assert.equal(test.platform.sockets.length, 51);
    assert.equal(test.state(), "connecting");
  });

  it("by a closing that allows it, connects again, and tells both", async () => {
    const test = await RoomInTest.open();
    const closing = { type: "closing", code: 4201, reason: "token_expired", retry: true };
    test.socket.say(closing);
    assert.deepEqual(test.of("closing"), [{ code: 4201, reason: "token_expired", retry: true }]);
    assert.equal(test.socket.isClosed, true);
    assert.equal(test.pause, 1000);
    await test.platform.pass(1000);
    await test.welcome(200);
    assert.deepEqual(test.story, ["gap: closing"]);
  });

  it("by a closing for another reason, takes a longer pause, whatever code it has", async () => {
    for (const code of [4202, 4203, 4999]) {
      const test = await RoomInTest.open();
      test.socket.say({ type: "closing", code, reason: "any", retry: true });
      assert.equal(test.pause, 4000);
    }
  });

  it("by a closing that does not allow it, stays away", async () => {
    const test = await RoomInTest.open();
    const published = test.publish("x");
    test.socket.say({ type: "closing", code: 4204, reason: "disconnected", retry: false });
    await test.platform.pass(600_000);
    assert.deepEqual(
      test.heard.map(([type]) => type),
      ["closing", "state", "closed"],
    );
    const closed = { reason: "server", code: 4204, detail: "disconnected" };
    assert.deepEqual(test.of("closed"), [closed]);
    assert.equal(test.platform.sockets.length, 1);
    assert.equal(test.platform.leftovers, 0);
    assert.equal(published.error?.code, "given_up");
  });

  it("stays away also when it is told so before the welcome", async () => {
    const test = new RoomInTest();
    await test.platform.pass(0);
    test.socket.open();
    test.socket.say({ type: "closing", code: 4204, reason: "disconnected", retry: false });
    await test.platform.pass(60_000);
    assert.deepEqual(test.of("closed"), [{ reason: "server", code: 4204, detail: "disconnected" }]);
    assert.equal(test.platform.sockets.length, 1);
  });

  it("listens no more to the one that was lost", async () => {
    const test = await RoomInTest.open();
    const { socket } = test;
    socket.say({ type: "closing", code: 4201, reason: "token_expired", retry: true });
    socket.say(message(101));
    socket.end(1005);
    assert.deepEqual(test.messages, []);
    assert.deepEqual(test.states, ["waiting"]);
  });
});

describe("a room that is refused", () => {
  it("is given up when no attempt has ever opened", async () => {
    const test = new RoomInTest();
    const published = test.publish("x");
    for (let attempt = 1; attempt <= 8; attempt++) {
      assert.equal(test.of("closed").length, 0);
      await test.again();
      assert.equal(test.platform.sockets.length, attempt);
      test.socket.end();
    }
    await test.platform.pass(600_000);
    assert.deepEqual(test.of("closed"), [{ reason: "refused" }]);
    assert.equal(test.platform.sockets.length, 8);
    assert.equal(test.platform.leftovers, 0);
    assert.equal(published.error?.code, "given_up");
    await assert.rejects(test.room.publish("y"), { name: "PublishError", code: "given_up" });
  });

  it("after as many attempts as the option says", async () => {
    const test = new RoomInTest({ maxAttempts: 2 });
    for (let attempt = 1; attempt <= 2; attempt++) {
      await test.again();
      test.socket.end();
    }
    assert.deepEqual(test.of("closed"), [{ reason: "refused" }]);
  });

  it("is not given up while there is no network, nor once a socket has opened", async () => {
    const offline = new RoomInTest({ maxAttempts: 2 });
    offline.platform.online = false;
    const silent = new RoomInTest({ maxAttempts: 2 });
    await silent.platform.pass(0);
    silent.socket.open();
    for (let attempt = 1; attempt <= 10; attempt++) {
      for (const test of [offline, silent]) {
        await test.again();
        test.socket.end();
      }
    }
    assert.equal(offline.state(), "waiting");
    assert.equal(silent.state(), "waiting");
  });
});

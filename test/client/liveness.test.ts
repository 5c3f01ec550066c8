import assert from "node:assert/strict";
import { message, RoomInTest } from "./room-in-test.ts";

const minute = 60_000;

describe("the heartbeat", () => {
  it("is one ping after five silent minutes", async () => {
    const test = await RoomInTest.open();
    await test.platform.pass(5 * minute - 30_001);
    assert.equal(test.socket.pings, 0);
    await test.platform.pass(1);
    assert.equal(test.socket.pings, 1);
    test.socket.say({ type: "pong", at: 1 });
    await test.platform.pass(5 * minute - 1);
    assert.equal(test.socket.pings, 1);
    await test.platform.pass(5000);
    assert.equal(test.socket.pings, 2);
    assert.equal(test.state(), "open");
  });

  it("is put off by whatever comes or goes", async () => {
    const test = await RoomInTest.open();
    for (let round = 0; round < 4; round++) {
      await test.platform.pass(3 * minute);
      test.socket.say(message(101 + round));
    }
    await test.platform.pass(3 * minute);
    test.publish(1);
    test.socket.say({ type: "ack", requestId: "a" });
    await test.platform.pass(3 * minute);
    assert.equal(test.socket.pings, 0);
  });

  it("comes as often as the option says", async () => {
    const test = new RoomInTest({ heartbeatMs: 20_000 });
    await test.welcome();
    await test.live(85_000);
    assert.equal(test.socket.pings, 4);
  });

  it("and a publish are never unanswered together", async () => {
    const test = await RoomInTest.open({ heartbeatMs: 30_000 });
    assert.equal(test.socket.pings, 1);
    test.publish(1);
    assert.equal(test.socket.lastMessage, undefined);
    test.socket.say({ type: "ack", requestId: "of nothing" });
    assert.deepEqual(test.of("acknowledged"), []);
    test.socket.say({ type: "pong", at: 1 });
    assert.equal(test.socket.lastMessage?.["data"], 1);
    test.platform.wake();
    assert.equal(test.socket.pings, 1);
  });
});

describe("a dead connection", () => {
  it("is noticed 10 s after a publish that is not answered, though others are heard", async () => {
    const test = await RoomInTest.open();
    const { socket } = test;
    test.publish(1);
    await test.platform.pass(9999);
    test.socket.say(message(101));
    assert.equal(socket.isClosed, false);
    await test.platform.pass(1);
    assert.equal(socket.isClosed, true);
    assert.deepEqual(test.states, ["waiting"]);
    await test.again();
    await test.welcome(200);
    assert.deepEqual(test.story, [101, "gap: unanswered"]);
    assert.deepEqual(test.socket.lastMessage?.["id"], "id1");
  });

  it("is noticed 10 s after a heartbeat that is not answered", async () => {
    const test = await RoomInTest.open({ heartbeatMs: 35_000 });
    await test.platform.pass(5000 + 9999);
    assert.equal(test.state(), "open");
    await test.platform.pass(1);
    assert.equal(test.state(), "waiting");
  });

  it("is noticed 5 s after the page is shown, or the network back", async () => {
    const test = await RoomInTest.open();
    test.platform.wake();
    test.platform.wake();
    assert.equal(test.socket.pings, 1);
    await test.platform.pass(4999);
    assert.equal(test.state(), "open");
    await test.platform.pass(1);
    assert.equal(test.state(), "waiting");
  });

  it("that is not dead is kept", async () => {
    const test = await RoomInTest.open();
    test.platform.wake();
    test.socket.say({ type: "pong", at: 1 });
    await test.platform.pass(minute);
    assert.equal(test.state(), "open");
    assert.equal(test.platform.sockets.length, 1);
  });
});

describe("a machine that sleeps", () => {
  it("is seen by clocks that come apart, and the connection asked within 5 s, dead after 10", async () => {
    const test = await RoomInTest.open();
    test.platform.sleep(10 * minute);
    await test.platform.pass(5000);
    assert.equal(test.socket.pings, 1);
    await test.platform.pass(5000);
    assert.equal(test.state(), "waiting");
  });

  it("is seen by a late timer where both clocks go on", async () => {
    const test = await RoomInTest.open();
    test.platform.freeze(10 * minute);
    await test.platform.pass(0);
    assert.equal(test.socket.pings, 1);
    await test.platform.pass(5000);
    assert.equal(test.state(), "waiting");
  });

  it("is not seen in the late timers of a hidden page", async () => {
    const test = await RoomInTest.open();
    for (let round = 0; round < 4; round++) {
      test.platform.freeze(minute);
      await test.platform.pass(0);
    }
    assert.equal(test.socket.pings, 0);
  });

  it("that woke makes a long pause short", async () => {
    const test = await RoomInTest.open();
    for (let attempt = 0; attempt < 8; attempt++) {
      test.socket.end();
      await test.again();
    }
    test.socket.end();
    assert.equal(test.pause, 15_000);
    test.platform.wake();
    await test.platform.pass(999);
    assert.equal(test.state(), "waiting");
    await test.platform.pass(1);
    assert.equal(test.state(), "connecting");
  });
});

describe("a clock that jumps", () => {
  it("forward costs one ping, and the connection stays", async () => {
    const test = await RoomInTest.open();
    test.platform.setClock(4 * minute);
    await test.platform.pass(5000);
    assert.equal(test.socket.pings, 1);
    test.socket.say({ type: "pong", at: 1 });
    await test.platform.pass(minute);
    assert.deepEqual(test.heard, []);
    assert.equal(test.socket.pings, 1);
  });

  it("back by a day costs one ping as well, and heartbeats go on", async () => {
    const test = await RoomInTest.open();
    test.platform.setClock(-24 * 60 * minute);
    await test.live(5 * minute);
    assert.equal(test.socket.pings, 1);
    await test.live(5 * minute);
    assert.equal(test.socket.pings, 2);
    assert.equal(test.state(), "open");
  });

  it("back does not keep a publish waiting for ever", async () => {
    const test = await RoomInTest.open();
    test.socket.end();
    const published = test.publish(1);
    test.platform.setClock(-24 * 60 * minute);
    await test.platform.pass(2 * minute);
    assert.equal(published.error?.code, "timeout");
  });
});

import assert from "node:assert/strict";
import { message, presence, RoomInTest, seq, token, tokenFor, welcome } from "./room-in-test.ts";

const minute = 60_000;
const hour = 60 * minute;

/** A room whose token is good for half an hour, at the moment at which its connection is to be renewed. */
async function renewing(): Promise<RoomInTest> {
  const test = await RoomInTest.open({ token: () => tokenFor(1800) });
  await test.live(1800 * 1000 * 0.825 - 25_000);
  return test;
}

async function opened(test: RoomInTest, number = 200) {
  const [old] = test.platform.sockets;
  test.socket.open();
  test.socket.say(welcome(number));
  test.heard.length = 0;
  return { old: old as NonNullable<typeof old>, next: test.socket };
}

describe("a connection is renewed", () => {
  it("between 90 and 108 minutes of its two hours", async () => {
    for (const [chance, minutes] of [
      [0, 90],
      [0.5, 99],
      [0.999_999, 108],
    ] as const) {
      const test = new RoomInTest();
      test.platform.chances = [chance];
      await test.welcome();
      await test.live(minutes * minute - 5000);
      assert.equal(test.platform.sockets.length, 1, `${chance}`);
      await test.live(10_000);
      assert.equal(test.platform.sockets.length, 2, `${chance}`);
    }
  });

  it("when three quarters to nine tenths of its token's life have passed", async () => {
    for (const [chance, share] of [
      [0, 0.75],
      [0.999_999, 0.9],
    ] as const) {
      const test = new RoomInTest({ token: () => tokenFor(600) });
      test.platform.chances = [chance];
      await test.welcome();
      await test.live(600_000 * share - 5000);
      assert.equal(test.platform.sockets.length, 1);
      await test.live(10_000);
      assert.equal(test.platform.sockets.length, 2);
    }
  });

  it("not in a row, when the clock says that the fresh token has expired", async () => {
    const test = new RoomInTest({ token: () => tokenFor(3600) });
    test.platform.setClock(5 * hour);
    await test.welcome();
    await test.live(49 * minute);
    assert.equal(test.platform.sockets.length, 1);
    await test.live(40_000);
    await opened(test);
    await test.live(48 * minute);
    assert.equal(test.platform.sockets.length, 2);
  });

  it("in time, when the clock is slow", async () => {
    const test = new RoomInTest({ token: () => tokenFor(600) });
    test.platform.setClock(-5 * hour);
    await test.welcome();
    await test.live(500_000);
    assert.equal(test.platform.sockets.length, 2);
  });

  it("once, when the clock is set forward", async () => {
    const test = await RoomInTest.open();
    test.platform.setClock(3 * hour);
    await test.platform.pass(5000);
    assert.equal(test.platform.sockets.length, 2);
    test.socket.open();
    test.socket.say(welcome(200));
    for (const socket of test.platform.sockets) socket.say(message(201));
    await test.live(hour);
    assert.equal(test.platform.sockets.length, 2);
    assert.deepEqual(test.story, [201]);
  });

  it("and the room is open all the time, without a gap", async () => {
    const test = await renewing();
    assert.equal(test.platform.sockets.length, 2);
    const { old } = await opened(test);
    assert.equal(old.isClosed, false);
    old.say(presence(200, "alice", 2));
    assert.equal(old.isClosed, true);
    await test.live(minute);
    assert.deepEqual(test.story, []);
    assert.deepEqual(test.states, []);
    assert.equal(test.platform.sockets.length, 2);
  });

  it("also when the old one hears of the new one before that has its welcome", async () => {
    const test = await renewing();
    const [old] = test.platform.sockets;
    test.socket.open();
    old?.say(presence(200, "alice", 2));
    assert.equal(old?.isClosed, false);
    test.socket.say(welcome(200));
    assert.equal(old?.isClosed, true);
    test.socket.say(message(201));
    assert.deepEqual(test.story, [201]);
  });

  it("and the old one stays until the new one's welcome", async () => {
    const test = await renewing();
    const [old] = test.platform.sockets;
    test.socket.open();
    test.socket.say(message(150));
    old?.say(message(150));
    old?.say(message(151));
    assert.equal(old?.isClosed, false);
    assert.deepEqual(test.messages, [150, 151]);
  });

  it("in one order, each message once, while both are heard", async () => {
    const test = await renewing();
    const { old, next } = await opened(test);
    // What stands after the welcome, before what the old one still has to hear.
    next.say(message(201));
    old.say(message(198));
    old.say({ type: "batch", events: [message(199), message(201)] });
    next.say({ type: "batch", events: [message(202), message(203)] });
    assert.equal(old.isClosed, true);
    old.say(message(202));
    assert.deepEqual(test.story, [198, 199, 201, 202, 203]);
  });

  it("with the members of the new one's welcome", async () => {
    const test = await renewing();
    const { old, next } = await opened(test);
    old.say(presence(199, "bob", 1));
    assert.deepEqual([...test.room.members.keys()], ["alice"]);
    next.say(presence(201, "carol", 1));
    old.say(presence(200, "alice", 2));
    assert.deepEqual([...test.room.members], Object.entries({ alice: 1, carol: 1 }));
  });

  it("and tells a gap when the old one ends before it was heard to the welcome", async () => {
    const test = await renewing();
    const { old, next } = await opened(test);
    old.say(message(198));
    next.say(message(201));
    old.end();
    assert.deepEqual(test.story, [198, "gap: handover", 201]);
    assert.equal(test.of("gap")[0]?.after, seq(198));
  });

  it("and holds messages back for no more than 5 s", async () => {
    const test = await renewing();
    const { old, next } = await opened(test);
    next.say(message(201));
    await test.platform.pass(4999);
    assert.deepEqual(test.story, []);
    await test.platform.pass(1);
    assert.deepEqual(test.story, ["gap: handover", 201]);
    assert.equal(old.isClosed, true);
  });

  it("and where nothing is heard on either for a minute, that is told", async () => {
    const test = await renewing();
    const { old } = await opened(test);
    await test.platform.pass(minute - 1);
    assert.equal(old.isClosed, false);
    await test.platform.pass(1);
    assert.equal(old.isClosed, true);
    assert.deepEqual(test.story, ["gap: handover"]);
  });

  it("and the old one goes on when the new one fails", async () => {
    const test = await renewing();
    const [old] = test.platform.sockets;
    test.socket.end();
    await test.platform.pass(0);
    assert.equal(test.state(), "open");
    old?.say(message(150));
    await test.platform.pass(2000);
    assert.equal(test.platform.sockets.length, 3);
    test.socket.open();
    test.socket.say(welcome(200));
    old?.say(message(200));
    assert.deepEqual(test.story, [150, 200]);
    assert.deepEqual(test.states, []);
  });

  it("and the old one goes on when the new one is lost before the old one was heard out", async () => {
    const test = await renewing();
    const { old, next } = await opened(test);
    next.say(message(201));
    next.say(presence(202, "carol", 1));
    next.end();
    old.say(message(199));
    old.say(message(201));
    assert.deepEqual(test.story, [199, 201]);
    assert.deepEqual(test.states, []);
    assert.deepEqual([...test.room.members.keys()], ["alice", "carol"]);
    await test.platform.pass(4000);
    assert.equal(test.platform.sockets.length, 3);
  });

  it("and when the old one is lost meanwhile, it is a reconnection", async () => {
    const test = await renewing();
    const [old] = test.platform.sockets;
    old?.end();
    assert.deepEqual(test.states, ["connecting"]);
    test.socket.open();
    test.socket.say(welcome(200));
    assert.deepEqual(test.states, ["connecting", "open"]);
    assert.deepEqual(test.story, ["gap: lost"]);
    assert.equal(test.platform.sockets.length, 2);
  });

  it("and a publish that is under way is answered by the old one, the next goes over the new", async () => {
    const test = await renewing();
    const [old] = test.platform.sockets;
    const first = test.publish("first");
    const second = test.publish("second");
    test.socket.open();
    test.socket.say(welcome(200));
    old?.say(message(200));
    assert.equal(old?.isClosed, false);
    assert.deepEqual(test.socket.sent, []);
    old?.say({ type: "ack", requestId: "request-201" });
    assert.equal(old?.isClosed, true);
    assert.equal(test.socket.lastMessage?.["data"], "second");
    test.socket.say({ type: "ack", requestId: "request-202" });
    test.socket.say(message(201, { id: "id1" }));
    test.socket.say(message(202, { id: "id2" }));
    await test.platform.pass(0);
    assert.deepEqual([first.result?.status, second.result?.status], ["delivered", "delivered"]);
  });

  it("and a publish that the old one never answers goes over the new one, under its id", async () => {
    const test = await renewing();
    const [old] = test.platform.sockets;
    test.publish("first");
    test.socket.open();
    test.socket.say(welcome(200));
    old?.end();
    assert.deepEqual(test.socket.lastMessage, { action: "message", id: "id1", data: "first" });
  });

  it("and ends when there is no token any more", async () => {
    let next: string | null = token({ exp: 4e9, iat: 4e9 - 600 });
    const test = await RoomInTest.open({ token: () => next });
    next = null;
    await test.live(10 * minute);
    assert.deepEqual(test.of("closed"), [{ reason: "no_token" }]);
    assert.equal(test.platform.sockets.length, 1);
  });
});

describe("a token that expires while connected, in spite of all", () => {
  it("is replaced by the next: the server says so", async () => {
    const tokens = [token({ jti: 1 }), token({ jti: 2 })];
    const test = await RoomInTest.open({ token: () => tokens.shift() ?? null });
    const published = test.publish("x");
    test.socket.say({ type: "ack", requestId: "a" });
    test.socket.say({ type: "error", code: 4107, message: "expired", id: "id1" });
    test.socket.say({ type: "closing", code: 4201, reason: "token_expired", retry: true });
    await test.again();
    await test.welcome(200);
    assert.equal(published.error?.code, 4107);
    assert.deepEqual(test.socket.offers, ["roomcast.v1", `bearer.${token({ jti: 2 })}`]);
    assert.deepEqual(test.story, ["gap: closing"]);
  });
});

import assert from "node:assert/strict";
import { connect } from "../../client/index.ts";
import { FakePlatform } from "./fake-platform.ts";
import { message, presence, RoomInTest, token } from "./room-in-test.ts";

describe("the client connects", () => {
  it("with the room in the address and the token among the subprotocols", async () => {
    const jwt = token();
    const { platform, socket } = await RoomInTest.open({
      url: "wss://rooms.example/dev?trace=1",
      token: () => jwt,
    });
    assert.equal(platform.sockets.length, 1);
    assert.equal(socket.url, "wss://rooms.example/dev?trace=1&room_id=lobby");
    assert.deepEqual(socket.offers, ["roomcast.v1", `bearer.${jwt}`]);
  });

  it("and is in the room with the welcome, not before", async () => {
    const test = new RoomInTest();
    assert.equal(test.state(), "connecting");
    await test.platform.pass(0);
    test.socket.open();
    assert.equal(test.state(), "connecting");
    await test.welcome(100, { alice: 1, bob: 2 });
    assert.equal(test.state(), "open");
    assert.deepEqual([...test.room.members], Object.entries({ alice: 1, bob: 2 }));
    assert.deepEqual(test.heard, [
      ["state", { state: "open", previous: "connecting" }],
      ["members", { members: test.room.members, presence: true, truncated: false }],
    ]);
  });

  it("and does not show what the room tells before the welcome, which may not be all", async () => {
    const test = new RoomInTest();
    await test.platform.pass(0);
    test.socket.open();
    test.socket.say(message(98));
    await test.welcome(100);
    // It comes again, or for the first time, after a fault.
    test.socket.say(message(98));
    test.socket.say(message(99));
    test.socket.say(message(101));
    assert.deepEqual(test.messages, [101]);
    assert.deepEqual(test.of("gap"), []);
  });

  it("asks for a token each time", async () => {
    let asked = 0;
    const test = await RoomInTest.open({
      token: async () => {
        asked += 1;
        return token({ jti: asked });
      },
    });
    test.socket.end();
    await test.platform.pass(2000);
    assert.equal(asked, 2);
    assert.deepEqual(test.socket.offers, ["roomcast.v1", `bearer.${token({ jti: 2 })}`]);
  });

  it("anew when the server does not answer with the subprotocol", async () => {
    const test = new RoomInTest();
    await test.platform.pass(0);
    test.socket.open("");
    assert.equal(test.socket.isClosed, true);
    assert.equal(test.state(), "waiting");
  });

  it("anew when the handshake takes 20 s", async () => {
    const test = new RoomInTest();
    await test.platform.pass(19_999);
    assert.equal(test.socket.isClosed, false);
    await test.platform.pass(1);
    assert.equal(test.socket.isClosed, true);
    assert.equal(test.state(), "waiting");
  });

  it("anew when no welcome comes within 10 s", async () => {
    const test = new RoomInTest();
    await test.platform.pass(5000);
    test.socket.open();
    test.socket.say(message(99));
    await test.platform.pass(9999);
    assert.equal(test.state(), "connecting");
    await test.platform.pass(1);
    assert.equal(test.socket.isClosed, true);
    assert.equal(test.state(), "waiting");
    assert.deepEqual(test.messages, []);
  });

  it("waits twice as long for each further welcome in a row, up to 80 s", async () => {
    const test = new RoomInTest();
    test.platform.chances = [0];
    await test.platform.pass(0);
    for (const seconds of [10, 20, 40, 80, 80]) {
      test.socket.open();
      await test.platform.pass(seconds * 1000 - 1);
      assert.equal(test.state(), "connecting", `${seconds}`);
      const { socket } = test;
      await test.platform.pass(1);
      assert.equal(socket.isClosed, true);
      await test.again();
    }
  });

  it("anew when there was no token, or none for 20 s, or what is no token", async () => {
    const answers = [
      () => Promise.reject(new Error("the identity provider is away")),
      () => {
        throw new Error("not even a promise");
      },
      () => new Promise<string>(() => {}),
      async () => "<html>Please log in to the network</html>",
      async () => token(),
    ];
    const test = new RoomInTest({ token: () => (answers.shift() as () => Promise<string>)() });
    await test.platform.pass(90_000);
    assert.equal(answers.length, 0);
    assert.equal(test.platform.sockets.length, 5 - 4);
  });

  it("anew when the socket cannot even be made, as ws:// from a page that came by TLS", async () => {
    const platform = new FakePlatform();
    const { WebSocket } = platform;
    let attempts = 0;
    Object.assign(platform, {
      WebSocket: class {
        constructor(url: string, protocols: string[]) {
          attempts += 1;
          if (attempts === 1) throw new DOMException(`insecure: ${protocols}`, "SecurityError");
          // biome-ignore lint/correctness/noConstructorReturn: the second one is as all others
          return new WebSocket(url, protocols);
        }
      },
    });
    const log: unknown[] = [];
    connect({
      url: "ws://rooms.example/dev",
      room: "lobby",
      token: () => token(),
      platform,
      log: (entry) => log.push(entry),
    });
    await platform.pass(4000);
    assert.equal(attempts, 2);
    assert.equal(platform.sockets.length, 1);
    assert.doesNotMatch(JSON.stringify(log), /bearer/);
  });

  it("no more when there is no token any more", async () => {
    const test = new RoomInTest({ token: () => null });
    await test.platform.pass(0);
    assert.deepEqual(test.of("closed"), [{ reason: "no_token" }]);
    assert.deepEqual(test.room.closed, { reason: "no_token" });
    assert.equal(test.state(), "closed");
    assert.equal(test.platform.leftovers, 0);
  });

  it("and leaves nothing behind when it is closed, whatever it was at", async () => {
    const stages: ((test: RoomInTest) => Promise<void>)[] = [
      async () => {},
      (test) => test.platform.pass(0),
      async (test) => {
        await test.platform.pass(0);
        test.socket.open();
      },
      (test) => test.welcome(),
      async (test) => {
        await test.welcome();
        test.publish(1);
      },
      async (test) => {
        await test.welcome();
        test.socket.end();
      },
    ];
    for (const stage of stages) {
      const test = new RoomInTest();
      await stage(test);
      test.room.close();
      test.room.close();
      await test.platform.pass(60_000);
      assert.equal(test.platform.leftovers, 0, `${stage}`);
      assert.equal(test.platform.sockets.filter(({ onmessage }) => onmessage !== null).length, 0);
      assert.deepEqual(test.of("closed"), [{ reason: "client" }]);
    }
  });

  it("and tells nothing more to whoever has closed the room", async () => {
    const test = await RoomInTest.open();
    test.room.on("message", () => test.room.close());
    const events = [message(101), message(102), presence(103, "bob", 1)];
    test.socket.say({ type: "batch", events });
    assert.deepEqual(
      test.heard.map(([type]) => type),
      ["message", "state", "closed"],
    );
  });

  it("only with options that make sense", () => {
    const good = { url: "wss://rooms.example/dev", room: "lobby", token: () => token() };
    const bad: [object, RegExp][] = [
      [{ url: "rooms.example/dev" }, /Invalid URL/],
      [{ room: "a b" }, /^room must match /],
      [{ room: "" }, /^room must match /],
      [{ heartbeatMs: 999 }, /^heartbeatMs must be from 1000 to 540000$/],
      [{ heartbeatMs: 600_000 }, /^heartbeatMs/],
      [{ backoffBaseMs: Number.NaN }, /^backoffBaseMs/],
      [{ backoffCapMs: -1 }, /^backoffCapMs/],
      [{ maxAttempts: 0 }, /^maxAttempts/],
      [{ publishTimeoutMs: 300_000 }, /^publishTimeoutMs must be from 1 to 240000$/],
    ];
    for (const [options, expected] of bad) {
      const make = () => connect({ ...good, platform: new FakePlatform(), ...options });
      assert.throws(make, { name: "TypeError", message: expected });
    }
  });
});

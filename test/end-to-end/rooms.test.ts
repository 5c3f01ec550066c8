import assert from "node:assert/strict";
import { once } from "node:events";
import { Laptop } from "../support/laptop.ts";
import { RoomClient } from "../support/room-client.ts";

describe("two people in a room", () => {
  let laptop: Laptop;
  let alice: RoomClient;
  let bob: RoomClient;

  before(async function () {
    this.timeout(60_000);
    laptop = await Laptop.start();
    const { url, tokens } = laptop.ready;
    alice = await RoomClient.join(url, { token: tokens.alice });
    bob = await RoomClient.join(url, { token: tokens.bob });
  });

  after(async () => {
    await alice?.close();
    await bob?.close();
    await laptop?.stop();
  });

  it("tells who is there", async () => {
    const presence = await alice.next("presence");
    assert.equal(presence.user, "bob");
    assert.equal(presence.connections, 1);
  });

  it("delivers a text to both, and acknowledges it", async () => {
    alice.send("hello");
    const ack = await alice.next("ack");
    const messages = [await alice.next("message"), await bob.next("message")];
    for (const { seq, requestId, room, from, at, data } of messages) {
      assert.match(seq, /^\d{20}$/);
      assert.deepEqual(
        { requestId, room, from, data },
        {
          requestId: ack.requestId,
          room: "lobby",
          from: "alice",
          data: "hello",
        },
      );
      assert.ok(Math.abs(Date.now() - at) < 60_000);
    }
    assert.equal(messages[0]?.seq, messages[1]?.seq);
  });

  it("delivers JSON with its id, numbers as they were written", async () => {
    bob.socket.send('{"action":"message","id":"m-1","data":{"big":12345678901234567890}}');
    const ack = await bob.next("ack");
    const received = await alice.next("message");
    assert.equal(received.id, "m-1");
    assert.equal(received.requestId, ack.requestId);
    const line = await laptop.lines.find(/delivery .* message from bob in lobby, \d+ ms after/);
    assert.ok(line);
    await bob.next("message");
  });

  it("delivers the same id of a user once", async () => {
    for (const data of [1, 2]) {
      alice.send({ action: "message", id: "same", data });
      await alice.next("ack");
    }
    alice.send({ action: "message", data: "last" });
    const received = [await bob.next("message"), await bob.next("message")];
    assert.deepEqual(
      received.map(({ data }) => data),
      [1, "last"],
    );
    await alice.next("message");
    await alice.next("message");
  });

  it("answers a ping", async () => {
    alice.send({ action: "ping" });
    const pong = await alice.next("pong");
    assert.ok(Number.isInteger(pong.at));
  });

  it("delivers what a backend publishes", async () => {
    const { code } = await laptop.run("publish", "--", "--room", "lobby", "--data", '{"a":1}');
    assert.equal(code, 0);
    const { from, data } = await bob.next("message");
    assert.deepEqual({ from, data }, { from: null, data: { a: 1 } });
    await alice.next("message");
  }).timeout(20_000);

  it("keeps rooms apart", async () => {
    const token = await laptop.token("carol", "attic");
    const carol = await RoomClient.join(laptop.ready.url, { token, query: "room_id=attic" });
    alice.send("for the lobby");
    await bob.next("message");
    carol.send("for the attic");
    const { data } = await carol.next("message");
    assert.equal(data, "for the attic");
    await alice.next("message");
    assert.equal(
      alice.frames.some(({ type }) => type === "message"),
      false,
    );
    await carol.close();
  }).timeout(20_000);

  it("tells that a member has left", async () => {
    const carol = await RoomClient.join(laptop.ready.url, {
      token: await laptop.token("carol", "lobby"),
    });
    const joined = await nextPresenceOf("carol");
    await carol.close();
    const left = await nextPresenceOf("carol");
    assert.deepEqual([joined.connections, left.connections], [1, 0]);
  }).timeout(20_000);

  it("closes what an operator wants closed, and tells its client not to come back by itself", async () => {
    const token = await laptop.token("mallory", "lobby");
    const mallory = [
      await RoomClient.join(laptop.ready.url, { token }),
      await RoomClient.join(laptop.ready.url, { token }),
    ];
    const options = ["--", "--room", "lobby", "--user", "mallory"];
    assert.deepEqual(await laptop.run("disconnect", ...options), {
      code: 0,
      output: "closed 2 of 2 connections\n",
    });
    for (const client of mallory) {
      const { code, reason, retry } = await client.next("closing");
      assert.deepEqual(
        { code, reason, retry },
        { code: 4204, reason: "disconnected", retry: false },
      );
      if (client.socket.readyState !== client.socket.CLOSED) {
        await once(client.socket, "close");
      }
    }
    let presence = await nextPresenceOf("mallory");
    while (presence.connections > 0) {
      presence = await nextPresenceOf("mallory");
    }
    assert.deepEqual(await laptop.run("disconnect", ...options), {
      code: 0,
      output: "closed 0 of 0 connections\n",
    });
  }).timeout(40_000);

  async function nextPresenceOf(user: string) {
    for (;;) {
      const presence = await bob.next("presence");
      if (presence.user === user) {
        return presence;
      }
    }
  }
});

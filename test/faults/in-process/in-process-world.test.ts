import assert from "node:assert/strict";
import { closeWorld, connect, dataOf, join, openWorld, typesOf } from "./support.ts";

describe("InProcessWorld", () => {
  afterEach(closeWorld);

  it("takes a message from a client through the queue to everybody in the room", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    const bob = await join(world, "bob");
    const other = await join(world, "carol", "elsewhere");
    alice.send('{"action":"message","id":"1","data":{"n":1}}');
    bob.send("hello");
    await world.time.settle();
    assert.deepEqual(typesOf(alice), ["welcome", "presence", "ack", "message", "message"]);
    assert.deepEqual(dataOf(alice), [{ n: 1 }, "hello"]);
    assert.deepEqual(dataOf(bob), [{ n: 1 }, "hello"]);
    assert.deepEqual(typesOf(other), ["welcome"]);
  });

  it("takes a message from a backend, and tells its sequence number", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    const seq = await world.publish("lobby", { n: 1 }, "request");
    await world.time.settle();
    const { type, requestId, seq: delivered } = JSON.parse(alice.received.at(-1)?.text ?? "");
    assert.deepEqual([type, requestId, delivered], ["message", "request", seq]);
    assert.equal(await world.publish("lobby", { n: 2 }, "request"), seq);
    const queued = world.queued.filter(({ attributes }) => attributes["kind"] === undefined);
    assert.deepEqual(
      queued.map(({ room, body, sequenceNumber, attributes }) => ({
        ...{ room, body, sequenceNumber, attributes },
      })),
      [
        {
          room: "lobby",
          body: '{"n":1}',
          sequenceNumber: seq,
          attributes: { requestId: "request" },
        },
      ],
    );
  });

  it("has a row and an open connection for each client, until it leaves or vanishes", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    const bob = await join(world, "bob", "elsewhere");
    const [one, two] = await world.rows();
    assert.deepEqual([one?.user, one?.room, two?.user], ["alice", "lobby", "bob"]);
    assert.deepEqual([...world.openConnections()], [one?.connectionId, two?.connectionId]);
    assert.match(one?.connectionId ?? "", /^[A-Za-z0-9_-]{15}=$/);
    const at = world.time.now();
    alice.leave();
    bob.vanish();
    await world.time.settle();
    assert.deepEqual(
      [alice.closed, bob.closed],
      [
        { code: 1000, at },
        { code: 1006, at },
      ],
    );
    assert.deepEqual(await world.rows(), []);
    assert.equal(world.openConnections().size, 0);
  });

  it("refuses a token that has expired and one without rights", async () => {
    const world = await openWorld();
    assert.deepEqual(await connect(world, { tokenSeconds: 0 }), { status: 401 });
    const rights = { subscribe: false, publish: false };
    assert.deepEqual(await connect(world, { rights }), { status: 403 });
  });

  it("lets who may only listen publish nothing", async () => {
    const world = await openWorld();
    const client = await connect(world, { rights: { subscribe: true, publish: false } });
    assert.ok(!("status" in client));
    await world.time.advance(1000);
    client.send("hello");
    await world.time.settle();
    assert.deepEqual(typesOf(client), ["welcome", "error"]);
  });

  it("closes a connection whose token has expired, at the room's next traffic", async () => {
    const world = await openWorld();
    const client = await connect(world, { tokenSeconds: 10 });
    assert.ok(!("status" in client));
    await world.time.advance(10_000);
    await world.publish("lobby", 1, "late");
    await world.time.settle();
    assert.deepEqual(typesOf(client), ["welcome", "closing"]);
    assert.equal(client.closed?.code, 1000);
  });

  it("lives through two hours in no time", async () => {
    const world = await openWorld();
    const client = await join(world, "alice");
    const began = world.time.now() - 1000;
    for (let minutes = 0; minutes < 120; minutes += 5) {
      client.send('{"action":"ping"}');
      await world.time.advance(300_000);
    }
    assert.deepEqual(client.closed, { code: 1001, at: began + 7_200_000 });
    assert.deepEqual(await world.rows(), []);
  });

  it("puts a message that nobody can read with the dead letters", async () => {
    const world = await openWorld();
    await world.publish("lobby", "x".repeat(30_000), "too-large");
    assert.deepEqual([...(await world.deadLetters())], []);
    await world.time.advance(600_000);
    assert.deepEqual([...(await world.deadLetters())], [world.queued[0]?.messageId]);
  });

  it("lets twenty join at the same time, and cleans up after they have vanished", async () => {
    const world = await openWorld({ latency: 20 });
    const users = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const clients = await Promise.all(users.map((user) => connect(world, { user })));
    assert.equal((await world.rows()).length, 20);
    for (const client of clients) if (!("status" in client)) client.vanish();
    await world.time.advance(5000);
    assert.deepEqual(await world.rows(), []);
  });

  it("is alone in its process", async () => {
    const world = await openWorld();
    await assert.rejects(openWorld(), /another world in this process/);
    const real = AbortSignal.timeout;
    await world.close();
    assert.notEqual(AbortSignal.timeout, real);
    await openWorld();
  });
});

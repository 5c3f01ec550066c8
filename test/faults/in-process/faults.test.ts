import assert from "node:assert/strict";
import { closeWorld, connect, dataOf, fail, join, openWorld, typesOf } from "./support.ts";

const throttled = {
  kind: "refused",
  status: 400,
  type: "ProvisionedThroughputExceededException",
} as const;
const unavailable = { kind: "refused", status: 503, type: "ServiceUnavailable" } as const;

describe("InProcessWorld, when calls go wrong", () => {
  afterEach(closeWorld);

  it("names the function, the service and the connection of a call", async () => {
    const world = await openWorld();
    await join(world, "alice");
    const calls = fail(world, "PostToConnection");
    await world.publish("lobby", 1, "one");
    await world.time.settle();
    const { functionName = "", ...call } = calls[0]?.call ?? {};
    assert.match(functionName, /^roomcast-fan-out-function-/);
    const [row] = await world.rows();
    assert.deepEqual(call, {
      service: "execute-api",
      action: "PostToConnection",
      connectionId: row?.connectionId,
    });
  });

  it("does nothing of a call that is refused", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    const calls = fail(world, "PostToConnection", {
      kind: "refused",
      status: 429,
      type: "LimitExceededException",
    });
    await world.publish("lobby", 1, "one");
    await world.time.settle();
    assert.deepEqual(dataOf(alice), []);
    await world.time.advance(200);
    assert.deepEqual(dataOf(alice), [1]);
    assert.equal(calls.length, 2);
  });

  it("carries out a call whose answer is lost", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    fail(world, "PostToConnection", { kind: "answer-lost" });
    await world.publish("lobby", 1, "one");
    await world.time.advance(1000);
    assert.deepEqual(dataOf(alice), [1, 1]);
  });

  for (const done of [true, false]) {
    it(`lets a post hang until its deadline of 3 s, carried out: ${done}`, async () => {
      const world = await openWorld();
      const alice = await join(world, "alice");
      const calls = fail(world, "PostToConnection", { kind: "hangs", done });
      await world.publish("lobby", 1, "one");
      await world.time.advance(2999);
      assert.equal(calls.length, 1);
      await world.time.advance(1000);
      assert.deepEqual(dataOf(alice), done ? [1, 1] : [1]);
    });

    it(`ends a function that crashes: its batch comes again, carried out: ${done}`, async () => {
      const world = await openWorld();
      const alice = await join(world, "alice");
      const calls = fail(world, "PostToConnection", { kind: "crash", done });
      await world.publish("lobby", 1, "one");
      await world.time.advance(179_999);
      assert.deepEqual(dataOf(alice), done ? [1] : []);
      await world.time.advance(1);
      assert.deepEqual(dataOf(alice), done ? [1, 1] : [1]);
      assert.equal(calls.length, 2);
    });
  }

  it("lets nothing more come of an invocation that has crashed", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    fail(world, "Query", { kind: "crash", done: true });
    await world.publish("lobby", 1, "one");
    await world.time.advance(179_999);
    assert.deepEqual(dataOf(alice), []);
    await world.time.advance(1);
    assert.deepEqual(dataOf(alice), [1]);
  });

  it("tries DynamoDB four times, then gives up", async () => {
    const world = await openWorld();
    const calls = fail(world, "PutItem", unavailable, throttled, unavailable, unavailable);
    assert.deepEqual(await connect(world), { status: 502 });
    assert.equal(calls.length, 4);
    const waits = calls.slice(1).map(({ at }, index) => at - (calls[index]?.at ?? 0));
    const most = [25, 2000, 100];
    assert.ok(
      waits.every((wait, index) => wait <= (most[index] ?? 0)),
      waits.join(),
    );
    assert.deepEqual(await world.rows(), []);
  });

  it("does not try again what is the caller's own fault", async () => {
    const world = await openWorld();
    const calls = fail(world, "PutItem", {
      kind: "refused",
      status: 400,
      type: "ValidationException",
    });
    assert.deepEqual(await connect(world), { status: 502 });
    assert.equal(calls.length, 1);
  });

  it("waits two seconds for DynamoDB's answer", async () => {
    const world = await openWorld();
    const calls = fail(world, "PutItem", { kind: "hangs", done: true });
    const client = await connect(world);
    assert.ok(!("status" in client));
    assert.ok((calls[1]?.at ?? 0) >= 2000 && (calls[1]?.at ?? 0) <= 2025, String(calls[1]?.at));
  });

  it("kills a function at its timeout", async () => {
    const world = await openWorld();
    const began = world.time.now();
    let queries = 0;
    world.faults = {
      ...world.faults,
      onCall({ action }) {
        const hangs = action === "Query" ? ++queries <= 3 : action === "PutItem";
        return hangs ? { kind: "hangs", done: false } : undefined;
      },
    };
    // Three hanging queries of 2 s leave less than four seconds for the hanging put.
    assert.deepEqual(await connect(world), { status: 502 });
    assert.equal(world.time.now() - began, 10_000);
  });

  it("tries SQS three times; the stream's records come again until they are queued", async () => {
    const world = await openWorld();
    const calls = fail(world, "SendMessageBatch", unavailable, unavailable, unavailable);
    const client = await connect(world);
    assert.ok(!("status" in client));
    await world.time.advance(900);
    assert.deepEqual([calls.length, typesOf(client)], [3, []]);
    await world.time.advance(1000);
    assert.deepEqual([calls.length, typesOf(client)], [4, ["welcome"]]);
  });

  it("shows members consistently, whatever is asked to be stale", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    fail(world, "Query", { kind: "stale", milliseconds: 60_000 });
    await world.publish("lobby", 1, "one");
    await world.time.settle();
    assert.deepEqual(dataOf(alice), [1]);
  });

  it("loses a $disconnect", async () => {
    const world = await openWorld();
    world.faults = { ...world.faults, loseDisconnect: () => true };
    (await join(world, "alice")).vanish();
    await world.time.settle();
    assert.equal((await world.rows()).length, 1);
    assert.equal(world.openConnections().size, 0);
    await world.time.advance(30_000);
    await world.publish("lobby", 1, "one");
    await world.time.settle();
    assert.deepEqual(await world.rows(), [], "the 410 has removed it");
  });

  it("removes the row of a lost $disconnect when it has expired, and says so in the room", async () => {
    const world = await openWorld();
    world.faults = { ...world.faults, loseDisconnect: () => true };
    (await join(world, "alice")).vanish();
    const lifetime = 7800 * 1000;
    await world.time.advance(lifetime - 2000);
    assert.equal((await world.rows()).length, 1);
    await world.time.advance(3_602_000);
    assert.deepEqual(await world.rows(), []);
    assert.deepEqual(
      world.queued.map(({ attributes }) => attributes["kind"]),
      ["joined", "left"],
    );
  });

  it("loses the deletion of a message, which comes again", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    const lost: string[] = [];
    world.faults = {
      ...world.faults,
      loseDeletion: (messageId) => lost.push(messageId) === 1,
    };
    await world.publish("lobby", 1, "one");
    await world.time.advance(200_000);
    const { messageId } = world.queued.at(-1) ?? {};
    assert.deepEqual(lost, [messageId, messageId]);
    assert.deepEqual(dataOf(alice), [1, 1]);
  });

  it("delays and repeats batches of the stream", async () => {
    const world = await openWorld();
    const plans = [{ delay: 5000, repeats: 1 }];
    const onStreamBatch = () => plans.shift() ?? { delay: 0, repeats: 0 };
    world.faults = { ...world.faults, onStreamBatch };
    const calls = fail(world, "SendMessageBatch");
    const client = await connect(world);
    assert.ok(!("status" in client));
    await world.time.advance(4999);
    assert.deepEqual(typesOf(client), []);
    await world.time.advance(1);
    assert.deepEqual([calls.length, typesOf(client)], [2, ["welcome"]]);
  });

  it("takes a part of a batch, and says what it did not take", async () => {
    const world = await openWorld();
    const calls = fail(world, "SendMessageBatch", { kind: "partly" });
    const client = await connect(world);
    assert.ok(!("status" in client));
    await world.time.advance(900);
    assert.deepEqual([calls.length, typesOf(client)], [1, []]);
    await world.time.advance(1000);
    assert.deepEqual([calls.length, typesOf(client)], [2, ["welcome"]]);
  });

  it("hands a batch of a queue over later", async () => {
    const world = await openWorld();
    const alice = await join(world, "alice");
    world.faults = { ...world.faults, delayQueueBatch: () => 5000 };
    await world.publish("lobby", 1, "one");
    await world.time.advance(4999);
    assert.deepEqual(dataOf(alice), []);
    await world.time.advance(1);
    assert.deepEqual(dataOf(alice), [1]);
  });
});

import assert from "node:assert/strict";
import type { ServerFrame } from "../../../handlers/protocol/index.ts";
import type { CallFault, OutsideCall } from "../../../local/faults.ts";
import type { ConnectOptions, World, WorldClient, WorldFaults } from "../world.ts";
import { noFaults } from "./no-faults.ts";
import { WorkersStack } from "./workers-stack.ts";

const rights = { subscribe: true, publish: true };
const ann: ConnectOptions = { user: "ann", room: "red", rights, tokenSeconds: 3600 };
const ben: ConnectOptions = { ...ann, user: "ben" };
const SECOND = 1000;
/** Of the rooms queue: what was taken and neither handled nor postponed comes again after it. */
const VISIBILITY_TIMEOUT = 180 * SECOND;

describe("a world of real workers", function () {
  this.timeout(20_000);
  let stack: WorkersStack;
  let world: World;

  before(async function () {
    this.timeout(60_000);
    stack = await WorkersStack.start();
  });

  beforeEach(() => {
    world = stack.open();
  });

  afterEach(() => world.close());

  after(() => stack?.close());

  async function join(options: ConnectOptions): Promise<WorldClient> {
    const client = await world.time.until(world.connect(options));
    assert.ok(!("status" in client));
    await world.time.settle();
    return client;
  }

  /** The events that a client was sent, batches taken apart, with the seconds since `start`. */
  function events(client: WorldClient, start = 0) {
    return client.received.flatMap(({ text, at }) => {
      const frame: ServerFrame = JSON.parse(text);
      const all = frame.type === "batch" ? frame.events : [frame];
      return all.map((event) => ({ event, seconds: (at - start) / SECOND }));
    });
  }

  /** The messages that a client was sent: their data, and when. */
  function messages(client: WorldClient, start: number): [data: unknown, seconds: number][] {
    return events(client, start).flatMap(({ event, seconds }) =>
      event.type === "message" ? [[event.data, seconds]] : [],
    );
  }

  /** Lets the first call of this action go wrong; the result has the calls that did. */
  function strike(action: string, fault: CallFault): OutsideCall[] {
    const struck: OutsideCall[] = [];
    const onCall = (call: OutsideCall) => {
      if (call.action !== action || struck.length > 0) return undefined;
      struck.push(call);
      return fault;
    };
    world.faults = { ...noFaults, onCall };
    return struck;
  }

  /** What ann receives of her own message, sent while this fault lies in wait for fan-out. */
  async function delivery(action: string, fault: CallFault) {
    const client = await join(ann);
    const struck = strike(action, fault);
    const start = world.time.now();
    client.send("hello");
    await world.time.advance(2 * VISIBILITY_TIMEOUT);
    assert.match(struck[0]?.functionName ?? "", /^roomcast-fan-out-/);
    return messages(client, start);
  }

  it("delivers while the time stands still", async () => {
    const [first, second] = [await join(ann), await join(ben)];
    const start = world.time.now();
    first.send("hello");
    await world.time.settle();
    for (const client of [first, second]) {
      assert.deepEqual(messages(client, start), [["hello", 0]]);
    }
    const [welcome] = events(second);
    assert.ok(welcome?.event.type === "welcome");
    const { connectionId, ...rest } = welcome.event;
    assert.deepEqual(
      [rest.room, rest.members.map(({ user }) => user).sort()],
      ["red", ["ann", "ben"]],
    );
    assert.ok(world.openConnections().has(connectionId));
    const rows = (await world.rows()).map(({ room, user }) => `${room} ${user}`);
    assert.deepEqual(rows.sort(), ["red ann", "red ben"]);
  });

  it("publishes as a backend", async () => {
    const client = await join(ann);
    const start = world.time.now();
    const seq = await world.publish("red", { n: 1 }, "request-1");
    assert.equal(await world.publish("red", { n: 1 }, "request-1"), seq);
    await world.time.settle();
    assert.deepEqual(messages(client, start), [[{ n: 1 }, 0]]);
    const [joined, published, ...others] = world.queued;
    assert.deepEqual([joined?.attributes["kind"], others], ["joined", []]);
    const { messageId: _id, ...message } = published ?? {};
    const attributes = { requestId: "request-1" };
    const about = { room: "red", sequenceNumber: seq, sentAt: start };
    assert.deepEqual(message, { ...about, body: '{"n":1}', attributes });
  });

  it("tells how a handshake was refused", async () => {
    const expired = world.connect({ ...ann, tokenSeconds: -3600 });
    assert.deepEqual(await world.time.until(expired), { status: 401 });
    const foreign = world.connect({ ...ann, rights: { subscribe: false, publish: false } });
    assert.deepEqual(await world.time.until(foreign), { status: 403 });
  });

  it("tells what is dead", async () => {
    await world.publish("red", "x".repeat(25_000), "too-large");
    await world.time.advance(360 * SECOND);
    assert.deepEqual([...(await world.deadLetters())], [world.queued[0]?.messageId]);
  });

  it("refuses a call", async () => {
    const type = "InternalServerErrorException";
    const refusal: CallFault = { kind: "refused", status: 500, type };
    const received = await delivery("PostToConnection", refusal);
    assert.deepEqual(
      received.map(([data]) => data),
      ["hello"],
    );
    const seconds = received[0]?.[1] ?? 0;
    assert.ok(seconds >= 0.05 && seconds < 0.15, `${seconds} s`);
  });

  it("loses an answer", async () => {
    const received = await delivery("PostToConnection", { kind: "answer-lost" });
    assert.deepEqual(
      received.map(([data]) => data),
      ["hello", "hello"],
    );
  });

  for (const done of [false, true]) {
    const times = done ? ["hello", "hello"] : ["hello"];

    it(`lets a post hang, ${done ? "" : "not "}carried out`, async () => {
      const received = await delivery("PostToConnection", { kind: "hangs", done });
      assert.deepEqual(
        received.map(([data]) => data),
        times,
      );
      const seconds = received.at(-1)?.[1] ?? 0;
      assert.ok(seconds >= 3.05 && seconds < 3.15, `${seconds} s`);
    });

    it(`ends a process ${done ? "after" : "before"} a call`, async () => {
      const received = await delivery("PostToConnection", { kind: "crash", done });
      const again = ["hello", VISIBILITY_TIMEOUT / SECOND];
      assert.deepEqual(received, done ? [["hello", 0], again] : [again]);
    });
  }

  it("throttles the table", async () => {
    const type = "ProvisionedThroughputExceededException";
    const received = await delivery("Query", { kind: "refused", status: 400, type });
    assert.deepEqual(
      received.map(([data]) => data),
      ["hello"],
    );
  });

  const lossless = (faults: Partial<WorldFaults>): WorldFaults => ({ ...noFaults, ...faults });

  it("loses a deletion, and the message comes again", async () => {
    const client = await join(ann);
    const lost: string[] = [];
    world.faults = lossless({ loseDeletion: (id) => lost.length === 0 && lost.push(id) > 0 });
    const start = world.time.now();
    client.send("hello");
    await world.time.advance(2 * VISIBILITY_TIMEOUT);
    assert.deepEqual(messages(client, start), [
      ["hello", 0],
      ["hello", 180],
    ]);
    assert.deepEqual(lost, [world.queued.at(-1)?.messageId]);
  });

  it("loses a $disconnect, and the row stays", async () => {
    const clients = [await join(ann), await join(ben)];
    const [welcome] = events(clients[0] as WorldClient);
    assert.ok(welcome?.event.type === "welcome");
    const { connectionId } = welcome.event;
    world.faults = lossless({ loseDisconnect: (id) => id === connectionId });
    clients[0]?.leave();
    clients[1]?.vanish();
    await world.time.settle();
    assert.deepEqual(await world.rows(), [{ room: "red", user: "ann", connectionId }]);
    assert.deepEqual(
      clients.map((client) => client.closed?.code),
      [1000, 1006],
    );
    assert.deepEqual([...world.openConnections()], []);
  });

  it("hands the table's stream over later, and again", async () => {
    const start = world.time.now();
    world.faults = lossless({ onStreamBatch: () => ({ delay: 5000, repeats: 1 }) });
    const client = await join(ann);
    await world.time.advance(5000);
    assert.deepEqual(
      events(client, start).map(({ event, seconds }) => [event.type, seconds]),
      [["welcome", 5]],
    );
    // SQS knows the repeat by its deduplication id.
    assert.equal(world.queued.length, 1);
  });

  it("leaves nothing to the next one", async () => {
    const client = await join(ann);
    await world.publish("red", "x".repeat(25_000), "too-large");
    world.faults = lossless({
      loseDisconnect: () => true,
      onCall: ({ action }) =>
        action === "PostToConnection" ? { kind: "crash", done: true } : undefined,
    });
    client.send("hello");
    await world.time.settle();
    await world.close();
    world = stack.open();
    await world.time.advance(600 * SECOND);
    assert.deepEqual(world.queued, []);
    assert.deepEqual([...(await world.deadLetters())], []);
    assert.deepEqual(await world.rows(), []);
    assert.deepEqual([...world.openConnections()], []);
    assert.equal(client.closed?.code, 1006);
  });
});

import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import type { PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import { fanOut } from "../../../handlers/lib/fan-out/fan-out.ts";
import { noFigures } from "../../../handlers/lib/fan-out/metrics.ts";
import { deliverRoomBatch } from "../../../handlers/lib/fan-out/room-batch.ts";
import { settle } from "../../support/manual-clock.ts";
import {
  clientRecord,
  FakeConnections,
  FakeLanesQueue,
  FakeMembers,
  FakePacer,
  FakeRoomItems,
  FakeTiming,
  member,
  queueRecord,
  RecordedLog,
  RecordedMetrics,
} from "../support.ts";

const rooms = ["red", "green", "blue"];

const hello = (room: string, n: number, receiveCount = 1) =>
  clientRecord(`{"data":${n}}`, { room, messageId: `${room}-${n}`, receiveCount });
const unreadable = (room: string, n: number, receiveCount = 1) =>
  queueRecord("no JSON", { room, messageId: `${room}-${n}`, receiveCount });

/** Each of the rooms with one member, whose connection has the room's name. */
function fakes(outcomes: Record<string, PostOutcome[]> = {}) {
  const connections = new FakeConnections(outcomes);
  const members = new FakeMembers(...rooms.map((room) => member(room, { room })));
  const log = new RecordedLog();
  const metrics = new RecordedMetrics();
  const postponed: [messageIds: string[], seconds: number, postsBefore: number][] = [];
  const options = {
    connections,
    members,
    timing: new FakeTiming(),
    log,
    metrics,
    presenceLimit: 100,
    roomItems: new FakeRoomItems(),
    pacer: new FakePacer(),
    lanes: { largeRoomMembers: 1000, count: 16, queue: new FakeLanesQueue() },
    deliverBatch: deliverRoomBatch,
    postpone: async (records: readonly SQSRecord[], seconds: number) => {
      const ids = records.map(({ messageId }) => messageId);
      postponed.push([ids, seconds, connections.calls.length]);
    },
  };
  return { connections, members, log, metrics, postponed, options };
}

const failures = (...messageIds: string[]) => ({
  batchItemFailures: messageIds.map((itemIdentifier) => ({ itemIdentifier })),
});

describe("fanOut", () => {
  it("delivers every room's records in order, and reports nothing", async () => {
    const { connections, postponed, log, options } = fakes();
    const records = [hello("red", 1), hello("green", 2), hello("red", 3)];
    assert.deepEqual(await fanOut(records, options, 60_000), failures());
    const [red = ""] = connections.postsTo("red");
    const events: { data: unknown }[] = JSON.parse(red).events;
    assert.deepEqual(
      events.map(({ data }) => data),
      [1, 3],
    );
    assert.equal(connections.postsTo("green").length, 1);
    assert.deepEqual([postponed, log.lines], [[], []]);
  });

  it("serves rooms in parallel: one that hangs does not hold up another", async () => {
    const { connections, options } = fakes();
    const answer = Promise.withResolvers<void>();
    connections.onPost = (connectionId) =>
      connectionId === "red" ? answer.promise : Promise.resolve();
    const done = fanOut([hello("red", 1), hello("green", 2)], options, 60_000);
    await settle();
    assert.equal(connections.postsTo("green").length, 1);
    answer.resolve();
    assert.deepEqual(await done, failures());
  });

  it("reports a record that cannot be read, and only that; other records and rooms succeed", async () => {
    const { connections, postponed, options } = fakes();
    const records = [
      hello("red", 1),
      hello("green", 2),
      unreadable("red", 3),
      hello("green", 4),
      hello("red", 5),
    ];
    assert.deepEqual(await fanOut(records, options, 60_000), failures("red-3"));
    assert.deepEqual(postponed, [[["red-3"], 1, 2]]);
    assert.equal(connections.postsTo("green").length, 1);
  });

  it("isolates a room whose members cannot be read", async () => {
    const { connections, members, log, postponed, options } = fakes();
    members.unreadable.add("red");
    const records = [hello("red", 1), hello("green", 2), hello("red", 3)];
    assert.deepEqual(await fanOut(records, options, 60_000), failures("red-1", "red-3"));
    assert.equal(connections.postsTo("green").length, 1);
    assert.deepEqual(
      postponed.map(([ids]) => ids),
      [["red-1", "red-3"]],
    );
    assert.deepEqual(log.lines, [
      { level: "error", event: "room batch failed", room: "red", error: "RangeError" },
      {
        level: "warn",
        event: "records postponed",
        room: "red",
        records: 2,
        seconds: 1,
        receiveCount: 1,
      },
    ]);
  });

  it("postpones each room by one call, after its own last post", async () => {
    const { connections, postponed, options } = fakes({ red: ["failed"], green: ["failed"] });
    connections.stuck.add("red");
    connections.stuck.add("green");
    const records = [hello("red", 1, 2), hello("green", 2, 4), hello("red", 3), hello("blue", 4)];
    const { batchItemFailures } = await fanOut(records, options, 60_000);
    assert.deepEqual(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier).sort(), [
      "green-2",
      "red-1",
      "red-3",
    ]);
    assert.deepEqual(postponed.map(([ids, seconds]) => [ids, seconds]).sort(), [
      [["green-2"], 8],
      [["red-1", "red-3"], 2],
    ]);
    for (const [[first = ""], , callsBefore] of postponed) {
      const room = first.split("-")[0];
      const after = connections.calls.slice(callsBefore);
      assert.ok(!after.some((call) => ("post" in call ? call.post : call.close) === room));
    }
  });

  for (const [receiveCount, seconds] of [
    [1, 1],
    [2, 2],
    [3, 4],
    [4, 8],
    [5, 16],
    [6, 30],
    [7, 30],
    [10, 30],
  ] as const) {
    it(`postpones by ${seconds} s at receive ${receiveCount}`, async () => {
      const { postponed, log, options } = fakes();
      await fanOut([unreadable("red", 1, receiveCount)], options, 60_000);
      assert.deepEqual(postponed, [[["red-1"], seconds, 0]]);
      assert.deepEqual(log.lines.at(-1), {
        level: "warn",
        event: "records postponed",
        room: "red",
        records: 1,
        seconds,
        receiveCount,
      });
    });
  }

  it("postpones by a second what only time was wanting for, however often it was received", async () => {
    for (const receiveCount of [1, 5, 10]) {
      const { postponed, options } = fakes();
      await fanOut([hello("red", 1, receiveCount)], options, 8000);
      assert.deepEqual(postponed, [[["red-1"], 1, 0]]);
    }
  });

  it("postpones each room by what was wanting for it", async () => {
    const { connections, postponed, options } = fakes({ green: ["failed"] });
    connections.stuck.add("green");
    const hasNoTime = (records: readonly SQSRecord[]) =>
      records[0]?.attributes.MessageGroupId === "red";
    const deliverBatch: typeof deliverRoomBatch = (records, batchOptions, endsAt) =>
      deliverRoomBatch(records, batchOptions, hasNoTime(records) ? 0 : endsAt);
    const records = [hello("red", 1, 4), hello("green", 2, 4)];
    await fanOut(records, { ...options, deliverBatch }, 60_000);
    assert.deepEqual(postponed.map(([ids, seconds]) => [ids, seconds]).sort(), [
      [["green-2"], 8],
      [["red-1"], 1],
    ]);
  });

  it("backs off where a batch as a whole failed", async () => {
    const { postponed, log, options } = fakes();
    const deliverBatch = () => Promise.reject(new RangeError("not to be logged"));
    const records = [hello("red", 1, 4)];
    assert.deepEqual(
      await fanOut(records, { ...options, deliverBatch }, 60_000),
      failures("red-1"),
    );
    assert.deepEqual(postponed, [[["red-1"], 8, 0]]);
    assert.deepEqual(log.lines[0], {
      ...{ level: "error", event: "room batch failed", room: "red", error: "RangeError" },
    });
  });

  it("goes by the receive count of the first record that failed", async () => {
    const { postponed, options } = fakes();
    await fanOut(
      [hello("red", 1, 6), unreadable("red", 2, 3), hello("red", 3, 1)],
      options,
      60_000,
    );
    assert.deepEqual(postponed, [[["red-2"], 4, 1]]);
  });

  it("reports the records even if they cannot be postponed", async () => {
    const { log, options } = fakes();
    const postpone = () => Promise.reject(new TypeError("receipt-red-1 is secret"));
    assert.deepEqual(
      await fanOut([unreadable("red", 1)], { ...options, postpone }, 60_000),
      failures("red-1"),
    );
    assert.deepEqual(log.lines.at(-1), {
      level: "error",
      event: "records not postponed",
      room: "red",
      error: "TypeError",
    });
  });

  it("keeps 8 s of the invocation for what follows the posts", async () => {
    for (const [remainingMs, deadlines] of [
      [60_000, [3000]],
      [8_500, [500]],
      [8_000, []],
      [1_000, []],
    ] as const) {
      const { connections, options } = fakes();
      const result = await fanOut([hello("red", 1)], options, remainingMs);
      assert.deepEqual(
        connections.calls.map(({ deadlineMs }) => deadlineMs),
        deadlines,
      );
      assert.deepEqual(result, deadlines.length > 0 ? failures() : failures("red-1"));
    }
  });

  it("is done with no records", async () => {
    assert.deepEqual(await fanOut([], fakes().options, 60_000), failures());
  });

  it("publishes the figures of all rooms once, those of a room without members as none", async () => {
    const { connections, members, metrics, options } = fakes({ green: ["gone"] });
    members.unreadable.add("blue");
    const records = [hello("red", 1), hello("green", 2), hello("blue", 3), hello("red", 4)];
    assert.deepEqual(await fanOut(records, options, 60_000), failures("blue-3"));
    assert.deepEqual(metrics.published, [
      [
        { ...noFigures, deliveries: 1, publishToLastPostMs: 1000 },
        { ...noFigures, gone: 1, publishToLastPostMs: 1000 },
        noFigures,
      ],
    ]);
    assert.equal(connections.postsTo("red").length, 1);
  });

  it("does not fail what was delivered when the metrics cannot be published", async () => {
    const { log, options } = fakes();
    const publish = () => {
      throw new RangeError("not to be logged");
    };
    assert.deepEqual(
      await fanOut([hello("red", 1)], { ...options, metrics: { publish } }, 60_000),
      failures(),
    );
    const error = "RangeError";
    assert.deepEqual(log.lines, [{ level: "error", event: "metrics not published", error }]);
  });
});

import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import type { PostOutcome } from "../../../handlers/lib/fan-out/connections.ts";
import { deliverLaneBatch } from "../../../handlers/lib/fan-out/lane-batch.ts";
import { laneTasks } from "../../../handlers/lib/fan-out/lane-task.ts";
import { noFigures } from "../../../handlers/lib/fan-out/metrics.ts";
import { readRecord } from "../../../handlers/lib/fan-out/room-event.ts";
import { laneOf } from "../../../handlers/lib/members/lane.ts";
import { type Member, sortKeyOf } from "../../../handlers/lib/members/member.ts";
import { changeRecord, clientRecord, member, noon, queueRecord } from "../support.ts";
import { dataTo, hello, roomOf, tooLarge } from "./room.ts";

const lanes = 2;
/** Three members in each of two lanes, in the order of their sort keys. */
const rows = [..."BCDabc"].map((first) =>
  member(first, { userHash: first.padEnd(43, "x"), user: `user-${first}` }),
);
const [b, c, d, , e] = rows as [Member, Member, Member, Member, Member];

/** What a batch of the room has for a lane, as a record of the lanes queue. */
function task(
  records: SQSRecord[],
  {
    lane = 0,
    receiveCount = 1,
    group,
  }: { lane?: number; receiveCount?: number; group?: string } = {},
): SQSRecord {
  const events = records.map((record, index) => ({ index, event: readRecord(record) }));
  const found = laneTasks(events, lanes).find((one) => one.lane === lane);
  assert.ok(found);
  const room = group ?? `lobby#${lane}`;
  return queueRecord(found.body, { room, messageId: found.deduplicationId, receiveCount });
}

function start(outcomes: Record<string, PostOutcome[]> = {}, members = rows) {
  const room = roomOf(members, outcomes);
  /** Without an end, there is an hour. */
  const run = (records: SQSRecord[], endsAt = noon + 3_600_000) =>
    deliverLaneBatch(records, room.options, endsAt);
  const heard = () =>
    Object.fromEntries(
      members.map(({ connectionId }) => [connectionId, dataTo(room.connections, connectionId)]),
    );
  return { ...room, run, heard };
}

describe("deliverLaneBatch", () => {
  it("delivers a task to the members of its lane, and to no other", async () => {
    const { members, log, run, heard } = start();
    assert.deepEqual(await run([task([hello(1), hello(2)])]), {
      unfinished: [],
      ranOutOfTime: false,
      figures: { ...noFigures, deliveries: 3, publishToLastPostMs: 1000 },
    });
    const all = [1, 2];
    assert.deepEqual(heard(), { B: all, C: all, D: all, a: [], b: [], c: [] });
    assert.deepEqual(members.slices, [["lobby", { lane: 0, lanes }, undefined]]);
    assert.deepEqual(log.lines, []);
  });

  it("delivers to the last lane, too", async () => {
    const { members, run, heard } = start();
    await run([task([hello(1)], { lane: 1 })]);
    assert.deepEqual(heard(), { B: [], C: [], D: [], a: [1], b: [1], c: [1] });
    assert.deepEqual(members.slices, [["lobby", { lane: 1, lanes }, undefined]]);
  });

  it("posts the frames as the room would have, with the room's numbers", async () => {
    const { connections, run } = start();
    await run([task([hello(1)])]);
    const [frame = ""] = connections.postsTo("B");
    const { seq, room, from, data } = JSON.parse(frame);
    assert.deepEqual([seq, room, from, data], ["101", "lobby", "alice", 1]);
  });

  it("delivers several tasks in order, as few frames as they fit into", async () => {
    const { connections, run } = start();
    await run([task([hello(1)]), task([hello(2), hello(3)])]);
    assert.deepEqual(connections.historyOf("B"), ["batch"]);
    assert.deepEqual(dataTo(connections, "B"), [1, 2, 3]);
  });

  it("welcomes who joins, without a list, and tells nobody else", async () => {
    const { connections, run } = start();
    await run([task([changeRecord("joined", c, { seq: "7" })])]);
    assert.deepEqual(
      connections.calls.map((call) => "text" in call && [call.post, call.text]),
      [
        [
          "C",
          '{"type":"welcome","seq":"7","room":"lobby","connectionId":"C","members":[],"truncated":true,"presence":false}',
        ],
      ],
    );
  });

  it("waits for the handshake of who joins", async () => {
    const { timing, run, connections } = start({ C: ["gone", "gone", "delivered"] });
    await run([task([changeRecord("joined", c)])]);
    assert.deepEqual(timing.sleeps, [50, 100]);
    assert.deepEqual(connections.historyOf("C"), ["welcome", "welcome", "welcome"]);
  });

  it("tells a sender of an error, in the lane of the sender only", async () => {
    const user = "alice";
    const lane = laneOf(member("s", { user }).userHash, lanes);
    const { connections, run } = start({}, [...rows, member("s", { user })]);
    await run([task([tooLarge(1, { connectionId: "s", user })], { lane })]);
    assert.deepEqual(
      connections.calls.map((call) => "post" in call && call.post),
      ["s"],
    );
    assert.deepEqual(connections.historyOf("s"), ["error"]);
  });

  it("tells a sender who has left the room, too", async () => {
    const lane = laneOf(member("s", { user: "alice" }).userHash, lanes);
    const { connections, run } = start();
    await run([task([tooLarge(1, { connectionId: "s" })], { lane })]);
    assert.deepEqual(connections.historyOf("s"), ["error"]);
  });

  it("closes who sent after the token's end", async () => {
    const lane = laneOf(member("s", { user: "alice" }).userHash, lanes);
    const { connections, run } = start();
    const attributes = { connectionId: "s", expiresAt: "1" };
    await run([task([clientRecord('{"data":1}', { attributes })], { lane })]);
    assert.deepEqual(connections.historyOf("s"), ["error", "closing", "DELETE"]);
  });

  it("lets go who cannot be reached, and removes who is gone", async () => {
    const { connections, members, run } = start({ B: ["gone"], C: ["failed"] });
    const { unfinished, figures } = await run([task([hello(1)])]);
    assert.deepEqual(unfinished, []);
    assert.deepEqual(connections.closed, ["C"]);
    assert.deepEqual(members.removed, [b, c]);
    assert.deepEqual([figures.gone, figures.closed, figures.deliveries], [1, 1, 1]);
  });

  it("leaves a task unfinished as a whole, with those behind it", async () => {
    const large = (n: number) =>
      clientRecord(JSON.stringify({ data: `${n}`.repeat(20_000) }), { seq: String(100 + n) });
    const records = [task([hello(1)]), task([large(2), large(3)]), task([hello(4)])];
    const { connections, run } = start({ C: ["delivered", "failed"] });
    connections.stuck.add("C");
    const { unfinished } = await run(records);
    assert.deepEqual(unfinished, records.slice(1));
  });

  it("leaves its cursor, and goes on from it", async () => {
    const { connections, members, roomItems, timing, run, heard } = start();
    members.pageSize = 1;
    connections.onPost = () => void timing.sleep(1000);
    const first = await run([task([hello(1)])], noon + 2000);
    assert.equal(first.ranOutOfTime, true);
    assert.equal(first.unfinished.length, 1);
    assert.deepEqual(
      roomItems.cursors,
      new Map([["lobby#0", { seq: "101", member: sortKeyOf(c) }]]),
    );
    const second = await run([task([hello(1)], { receiveCount: 2 })]);
    assert.deepEqual([second.ranOutOfTime, second.unfinished], [false, []]);
    assert.deepEqual(heard(), { B: [1], C: [1], D: [1], a: [], b: [], c: [] });
    assert.deepEqual(members.slices.at(-1), ["lobby", { lane: 0, lanes }, sortKeyOf(c)]);
  });

  it("rejects when the slice cannot be read", async () => {
    const { members, run } = start();
    const failure = new Error("throttled");
    members.slice = () => {
      throw failure;
    };
    await assert.rejects(run([task([hello(1)])]), failure);
  });

  it("is done where nobody is left", async () => {
    const { connections, run } = start({}, [e]);
    assert.deepEqual((await run([task([hello(1)])])).unfinished, []);
    assert.deepEqual(connections.calls, []);
  });

  describe("with a record that is no task", () => {
    const line = (reason: string, room = "lobby#0", messageId = "m-100") => ({
      ...{ level: "error", event: "record unreadable", room, messageId, reason },
    });

    it("leaves it unfinished, and delivers the others", async () => {
      const odd = queueRecord("hello", { room: "lobby#0" });
      const { log, run, heard } = start();
      const { unfinished } = await run([odd, task([hello(1)])]);
      assert.deepEqual(unfinished, [odd]);
      assert.deepEqual(heard()["B"], [1]);
      assert.deepEqual(log.lines, [line("The body is none of a lane's task.")]);
    });

    for (const group of ["lobby", "lobby#2", "lobby#", "#1", "lobby#0#1"]) {
      it(`takes the message group ${group} for none`, async () => {
        const record = task([hello(1)], { group });
        const { members, connections, log, run } = start();
        assert.deepEqual(await run([record]), {
          ...{ unfinished: [record], ranOutOfTime: false, figures: noFigures },
        });
        assert.deepEqual(log.lines, [
          line("The message group is none of a lane.", group, "101-101"),
        ]);
        assert.deepEqual([members.slices, connections.calls], [[], []]);
      });
    }

    it("does nothing with nothing", async () => {
      const { members, run } = start();
      assert.deepEqual((await run([])).unfinished, []);
      assert.deepEqual(members.slices, []);
    });
  });

  it("serves everybody of the room once, all lanes together", async () => {
    const { run, heard } = start();
    await Promise.all([0, 1].map((lane) => run([task([hello(1)], { lane })])));
    assert.deepEqual(
      heard(),
      Object.fromEntries(rows.map(({ connectionId }) => [connectionId, [1]])),
    );
    assert.ok(sortKeyOf(d) < sortKeyOf(e));
  });
});

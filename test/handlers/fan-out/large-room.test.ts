import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { deliverLaneBatch } from "../../../handlers/lib/fan-out/lane-batch.ts";
import { readLaneTask } from "../../../handlers/lib/fan-out/lane-task.ts";
import { noFigures } from "../../../handlers/lib/fan-out/metrics.ts";
import { laneOf } from "../../../handlers/lib/members/lane.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { changeRecord, clientRecord, member, noon, noonSeconds, queueRecord } from "../support.ts";
import { alice, bob, dataTo, hello, roomOf, tooLarge } from "./room.ts";

const carol = member("connection-c", { user: "carol" });
const mark = { lanes: 4, expiresAt: noonSeconds + 10 };

/** A room that is large with more than two, in four lanes. */
function start(rows: Member[]) {
  const room = roomOf(rows);
  room.options.lanes = { ...room.options.lanes, largeRoomMembers: 2, count: 4 };
  /** By lane, the kinds of what was queued for it. */
  const queued = () =>
    room.queue.tasks.map(({ lane, body }) => [
      lane,
      readLaneTask(queueRecord(body)).events.map(({ kind }) => kind),
    ]);
  return { ...room, queued };
}

const laneOfMember = ({ userHash }: Member, lanes = 4) => laneOf(userHash, lanes);

describe("deliverRoomBatch, in a large room", () => {
  it("queues the batch for every lane, and posts nothing", async () => {
    const { connections, queue, queued, unfinished } = start([alice, bob, carol]);
    assert.deepEqual(await unfinished([hello(1), hello(2)]), []);
    const two = ["message", "message"];
    assert.deepEqual(queued(), [
      [0, two],
      [1, two],
      [2, two],
      [3, two],
    ]);
    assert.deepEqual(
      queue.tasks.map(({ room, deduplicationId }) => [room, deduplicationId]),
      Array(4).fill(["lobby", "101-102"]),
    );
    assert.deepEqual(connections.calls, []);
  });

  it("serves a room as a whole up to the limit", async () => {
    const { connections, queue, roomItems, deliver } = start([alice, bob]);
    assert.equal(await deliver([hello(1)]), undefined);
    assert.equal(connections.calls.length, 2);
    assert.deepEqual([queue.tasks, roomItems.marked], [[], []]);
  });

  it("goes by the mark while it holds, however few are left", async () => {
    for (const rows of [[alice], []]) {
      const { members, connections, queue, roomItems, deliver } = start(rows);
      members.marks.set("lobby", mark);
      assert.equal(await deliver([hello(1)]), undefined);
      assert.equal(queue.tasks.length, 4);
      assert.deepEqual(connections.calls, []);
      assert.deepEqual(roomItems.marked, [["lobby", 4, mark]]);
    }
  });

  it("keeps the number of lanes that the mark has, whatever the configuration says now", async () => {
    const { members, queue, roomItems, deliver } = start([alice, bob, carol]);
    const older = { lanes: 2, expiresAt: noonSeconds + 1 };
    members.marks.set("lobby", older);
    await deliver([hello(1)]);
    assert.deepEqual(
      queue.tasks.map(({ lane, body }) => [lane, readLaneTask(queueRecord(body)).lanes]),
      [
        [0, 2],
        [1, 2],
      ],
    );
    assert.deepEqual(roomItems.marked, [["lobby", 2, older]]);
  });

  it("is marked before the first task is queued", async () => {
    const { roomItems, queue, deliver } = start([alice, bob, carol]);
    const marking = Promise.withResolvers<void>();
    const order: string[] = [];
    roomItems.keepLarge = async () => {
      await marking.promise;
      order.push("marked");
    };
    queue.enqueue = async () => void order.push("queued");
    const delivered = deliver([hello(1)]);
    marking.resolve();
    await delivered;
    assert.deepEqual(order, ["marked", "queued"]);
  });

  it("queues nothing when it cannot be marked, and fails as a whole", async () => {
    const { roomItems, queue, deliver } = start([alice, bob, carol]);
    const refusal = new Error("throttled");
    roomItems.keepLarge = () => Promise.reject(refusal);
    await assert.rejects(deliver([hello(1)]), refusal);
    assert.deepEqual(queue.tasks, []);
  });

  it("fails as a whole when a task was not taken; another attempt has the same tasks", async () => {
    const { queue, connections, deliver } = start([alice, bob, carol]);
    const enqueue = queue.enqueue.bind(queue);
    queue.enqueue = async (room, tasks) => {
      await enqueue(room, tasks.slice(0, 2));
      throw new RangeError("SQS took all but 2 of the lanes' tasks.");
    };
    await assert.rejects(deliver([hello(1), hello(2)]), RangeError);
    queue.enqueue = enqueue;
    assert.equal(await deliver([hello(1), hello(2)]), undefined);
    const [first, second, ...again] = queue.tasks;
    assert.deepEqual(again.slice(0, 2), [first, second]);
    assert.equal(again.length, 4);
    assert.deepEqual(connections.calls, []);
  });

  it("asks for no cursor and leaves none: that is the lanes' own", async () => {
    const { roomItems, unfinished } = start([alice, bob, carol]);
    const again = clientRecord('{"data":1}', { receiveCount: 2 });
    assert.deepEqual(await unfinished([again]), []);
    assert.deepEqual([roomItems.read, roomItems.cursors.size], [[], 0]);
  });

  it("queues what concerns one for its lane alone", async () => {
    const records: [SQSRecord, Member, string][] = [
      [changeRecord("joined", bob), bob, "joined"],
      [tooLarge(1), alice, "rejected"],
      [
        clientRecord('{"data":1}', { attributes: { user: "carol", expiresAt: "1" } }),
        carol,
        "expired",
      ],
    ];
    for (const [record, concerned, kind] of records) {
      const { members, queued, deliver } = start([alice, bob, carol]);
      members.presenceTold.set("lobby", "off");
      await deliver([record]);
      assert.deepEqual(queued(), [[laneOfMember(concerned), [kind]]]);
    }
  });

  it("queues nothing when somebody leaves: there is no presence", async () => {
    const { members, queue, roomItems, deliver } = start([alice, bob, carol]);
    members.presenceTold.set("lobby", "off");
    assert.equal(await deliver([changeRecord("left", bob)]), undefined);
    assert.deepEqual(queue.tasks, []);
    // The mark is renewed all the same: there may be tasks of before.
    assert.equal(roomItems.marked.length, 1);
  });

  it("counts nobody as delivered: that is done by the lanes", async () => {
    const { figures } = start([alice, bob, carol]);
    assert.deepEqual(await figures([hello(1)]), noFigures);
  });

  it("leaves unfinished what nobody can read", async () => {
    const { unfinished } = start([alice, bob, carol]);
    const unreadable = queueRecord("{}", { seq: "100", attributes: { kind: "other" } });
    assert.deepEqual(await unfinished([unreadable, hello(1)]), [0]);
  });

  it("takes connections with an expired token into account: they are still to be closed", async () => {
    const expired = { ...carol, tokenExpiresAt: noonSeconds - 1 };
    const { queue, deliver } = start([alice, bob, expired]);
    await deliver([hello(1)]);
    assert.equal(queue.tasks.length, 4);
  });

  it("reaches everybody through the lanes, with errors and welcomes, in order", async () => {
    const rows = [alice, bob, carol, member("dave"), member("erin")];
    const { connections, members, options, queue, deliver } = start(rows);
    members.presenceTold.set("lobby", "off");
    await deliver([hello(1), tooLarge(2), changeRecord("joined", bob, { seq: "103" }), hello(4)]);
    for (const record of queue.records()) {
      const { unfinished } = await deliverLaneBatch([record], options, noon + 60_000);
      assert.deepEqual(unfinished, []);
    }
    for (const { connectionId } of rows) {
      assert.deepEqual(dataTo(connections, connectionId), [1, 4], connectionId);
    }
    const typesTo = ({ connectionId }: Member) =>
      connections
        .postsTo(connectionId)
        .flatMap((text) => JSON.parse(text).events.map(({ type }: { type: string }) => type));
    assert.deepEqual(typesTo(alice), ["message", "error", "message"]);
    assert.deepEqual(typesTo(bob), ["message", "welcome", "message"]);
    assert.deepEqual(typesTo(carol), ["message", "message"]);
  });
});

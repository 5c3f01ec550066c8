import assert from "node:assert/strict";
import { nothingFailed } from "../../../handlers/lib/fan-out/deliver-events.ts";
import { noFigures } from "../../../handlers/lib/fan-out/metrics.ts";
import { settle } from "../../support/manual-clock.ts";
import { noon } from "../support.ts";
import { crowdOf, keyOf, membersOf, messages } from "./crowd.ts";

const lane = "lobby#3";
const retry = { isRetry: true };
/** Every post takes a second. */
const second = 1000;

describe("deliverEvents", () => {
  it("delivers all events to everybody at once, and leaves no cursor", async () => {
    const { asked, roomItems, deliver, heard } = crowdOf(membersOf(3));
    const result = await deliver(messages(1, 2));
    assert.deepEqual(result, {
      ...nothingFailed,
      figures: { ...noFigures, deliveries: 3, publishToLastPostMs: 1000 },
    });
    assert.deepEqual(heard(), { c0: "1 2", c1: "1 2", c2: "1 2" });
    assert.deepEqual(asked, [undefined]);
    assert.equal(roomItems.cursors.size, 0);
  });

  it("asks for no cursor at first, even if there is one of an earlier batch", async () => {
    const { roomItems, deliver, heard } = crowdOf(membersOf(2));
    roomItems.cursors.set(lane, { seq: "9", member: keyOf(0) });
    await deliver(messages(1));
    assert.deepEqual(heard(), { c0: "1", c1: "1" });
    assert.deepEqual(roomItems.read, []);
  });

  it("asks for the cursor of the lane, or of the room, in a retry", async () => {
    for (const [of, name] of [
      [3, "lobby#3"],
      [undefined, "lobby"],
    ] as const) {
      const { crowd, roomItems, deliver } = crowdOf(membersOf(1));
      crowd.lane = of;
      await deliver(messages(1), retry);
      assert.deepEqual(roomItems.read, [name]);
    }
  });

  it("begins anew in a retry without a cursor", async () => {
    const { asked, deliver, heard } = crowdOf(membersOf(2));
    await deliver(messages(1), retry);
    assert.deepEqual(heard(), { c0: "1", c1: "1" });
    assert.deepEqual(asked, [undefined]);
  });

  describe("that cannot end", () => {
    it("leaves a cursor at the last member before the first that failed", async () => {
      const { connections, roomItems, deliver, heard } = crowdOf(membersOf(4), { c2: ["failed"] });
      connections.stuck.add("c2");
      const { failedIndex, ranOutOfTime } = await deliver(messages(1, 2));
      assert.deepEqual([failedIndex, ranOutOfTime], [0, false]);
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "2", member: keyOf(1) });
      assert.equal(heard()["c3"], "1 2");
    });

    it("leaves none when the first member failed", async () => {
      const { connections, roomItems, deliver } = crowdOf(membersOf(2), { c0: ["failed"] });
      connections.stuck.add("c0");
      assert.equal((await deliver(messages(1))).failedIndex, 0);
      assert.equal(roomItems.cursors.size, 0);
    });

    it("leaves one where its time ended, in the midst of a page", async () => {
      const { crowd, connections, timing, roomItems, deliver, heard } = crowdOf(membersOf(4));
      crowd.pageSize = 4;
      connections.onPost = () => void timing.sleep(second);
      const { failedIndex, ranOutOfTime, figures } = await deliver(messages(1, 2), {
        endsAt: noon + 2 * second,
      });
      assert.deepEqual([failedIndex, ranOutOfTime], [0, true]);
      assert.deepEqual([figures.deliveries, figures.failed], [2, 2]);
      assert.deepEqual(heard(), { c0: "1 2", c1: "1 2", c2: "", c3: "" });
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "2", member: keyOf(1) });
    });

    it("leaves one where its time ended, before another page", async () => {
      const { crowd, connections, timing, roomItems, deliver } = crowdOf(membersOf(4));
      crowd.pageSize = 1;
      connections.onPost = () => void timing.sleep(second);
      const members = crowd.members;
      crowd.members = async function* (after) {
        for await (const page of members(after)) {
          yield page;
          await settle();
        }
      };
      const { failedIndex, ranOutOfTime, figures } = await deliver(messages(1), {
        endsAt: noon + 2 * second,
      });
      assert.deepEqual([failedIndex, ranOutOfTime, figures.failed], [0, true, 0]);
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "1", member: keyOf(1) });
    });

    it("counts who is gone, or was let go, among those who were served", async () => {
      const { connections, roomItems, deliver } = crowdOf(membersOf(4), {
        c0: ["gone"],
        c1: ["failed"],
        c2: ["failed"],
      });
      connections.stuck.add("c2");
      await deliver(messages(1));
      assert.deepEqual(connections.closed, ["c1", "c2"]);
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "1", member: keyOf(1) });
    });

    it("fails nothing more when the cursor is not written: what is repeated clients drop", async () => {
      const { connections, roomItems, log, deliver } = crowdOf(membersOf(2), { c1: ["failed"] });
      connections.stuck.add("c1");
      roomItems.writeError = new RangeError("not to be logged");
      assert.equal((await deliver(messages(1))).failedIndex, 0);
      assert.deepEqual(log.lines.at(-1), {
        level: "error",
        ...{ event: "cursor not written", room: "lobby", lane: 3, error: "RangeError" },
      });
    });
  });

  describe("that goes on", () => {
    it("gives what was in hand to those behind the cursor, then what is new to everybody", async () => {
      const { connections, asked, roomItems, deliver, heard } = crowdOf(membersOf(3));
      roomItems.cursors.set(lane, { seq: "2", member: keyOf(0) });
      const result = await deliver(messages(1, 2, 3), retry);
      assert.equal(result.failedIndex, Number.POSITIVE_INFINITY);
      assert.deepEqual(heard(), { c0: "3", c1: "1 2 3", c2: "1 2 3" });
      assert.deepEqual(asked, [keyOf(0), undefined]);
      // No sooner than all have what was in hand.
      assert.deepEqual(
        connections.calls.map((call) => ("post" in call ? call.post : "")),
        ["c1", "c2", "c0", "c1", "c2"],
      );
    });

    it("adds up what became of both parts", async () => {
      const { connections, timing, roomItems, deliver } = crowdOf(membersOf(3), { c2: ["gone"] });
      connections.onPost = () => void timing.sleep(second);
      roomItems.cursors.set(lane, { seq: "1", member: keyOf(0) });
      const { figures } = await deliver(messages(1, 2), retry);
      // The second part ends five posts after the message was sent, a second before.
      assert.deepEqual(figures, {
        ...{ deliveries: 3, gone: 2, closed: 0, failed: 0 },
        publishToLastPostMs: 1000 + 5 * second,
      });
    });

    it("asks nobody for what is new while something in hand cannot end", async () => {
      const { connections, asked, roomItems, deliver, heard } = crowdOf(membersOf(4), {
        c2: ["failed"],
      });
      connections.stuck.add("c2");
      roomItems.cursors.set(lane, { seq: "2", member: keyOf(0) });
      const { failedIndex } = await deliver(messages(1, 2, 3), retry);
      assert.equal(failedIndex, 0);
      assert.equal(heard()["c0"], "");
      assert.deepEqual(asked, [keyOf(0)]);
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "2", member: keyOf(1) });
    });

    it("stays where it was when the next one fails again", async () => {
      const { connections, roomItems, deliver } = crowdOf(membersOf(3), { c1: ["failed"] });
      connections.stuck.add("c1");
      roomItems.cursors.set(lane, { seq: "2", member: keyOf(0) });
      await deliver(messages(1, 2), retry);
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "2", member: keyOf(0) });
    });

    it("begins what is new where it failed, with the place of its first record", async () => {
      const { connections, timing, roomItems, deliver } = crowdOf(membersOf(4));
      connections.onPost = () => void timing.sleep(second);
      roomItems.cursors.set(lane, { seq: "2", member: keyOf(2) });
      const { failedIndex, ranOutOfTime } = await deliver(messages(1, 2, 3, 4), {
        ...retry,
        endsAt: noon + 3 * second,
      });
      assert.deepEqual([failedIndex, ranOutOfTime], [2, true]);
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "4", member: keyOf(1) });
    });

    it("remembers that what was in hand has ended when nobody got what is new", async () => {
      const { connections, roomItems, deliver } = crowdOf(membersOf(2), {
        c0: ["failed"],
      });
      connections.stuck.add("c0");
      roomItems.cursors.set(lane, { seq: "2", member: keyOf(0) });
      assert.equal((await deliver(messages(1, 2, 3), retry)).failedIndex, 2);
      assert.deepEqual(roomItems.cursors.get(lane), { seq: "2", member: "~" });
    });

    it("skips what everybody has got", async () => {
      const { asked, roomItems, deliver, heard } = crowdOf(membersOf(2));
      roomItems.cursors.set(lane, { seq: "2", member: "~" });
      assert.equal((await deliver(messages(1, 2, 3), retry)).failedIndex, Number.POSITIVE_INFINITY);
      assert.deepEqual(heard(), { c0: "3", c1: "3" });
      assert.deepEqual(asked, [undefined]);
    });

    it("is done with what everybody has got", async () => {
      const { asked, roomItems, deliver } = crowdOf(membersOf(2));
      roomItems.cursors.set(lane, { seq: "2", member: "~" });
      assert.deepEqual(await deliver(messages(1, 2), retry), nothingFailed);
      assert.deepEqual(asked, []);
    });

    it("takes a cursor of what was before for nothing", async () => {
      const { asked, roomItems, deliver, heard } = crowdOf(membersOf(2));
      roomItems.cursors.set(lane, { seq: "2", member: keyOf(1) });
      await deliver(messages(3, 4), retry);
      assert.deepEqual(heard(), { c0: "3 4", c1: "3 4" });
      assert.deepEqual(asked, [undefined]);
    });

    it("compares numbers as numbers, of any length", async () => {
      for (const [seq, isBehind] of [
        ["99999999999999999999", true],
        ["100000000000000000000", false],
        ["100000000000000000001", false],
      ] as const) {
        const { roomItems, deliver, heard } = crowdOf(membersOf(2));
        roomItems.cursors.set(lane, { seq, member: keyOf(0) });
        await deliver(messages("100000000000000000000"), retry);
        assert.equal(heard()["c0"], isBehind ? "100000000000000000000" : "");
      }
    });

    it("fails when the cursor cannot be read, as when members cannot", async () => {
      const { connections, roomItems, deliver } = crowdOf(membersOf(2));
      roomItems.readCursor = () => Promise.reject(new RangeError("throttled"));
      await assert.rejects(deliver(messages(1), retry), RangeError);
      assert.deepEqual(connections.calls, []);
    });
  });
});

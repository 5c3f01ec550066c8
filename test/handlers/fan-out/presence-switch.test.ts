import assert from "node:assert/strict";
import type { IndexedEvent } from "../../../handlers/lib/fan-out/audience.ts";
import { switchPresence } from "../../../handlers/lib/fan-out/presence-switch.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { changeRecord, member, noon } from "../support.ts";
import { alice, bob, hello, roomOf } from "./room.ts";

const join = (of: Member, index: number): IndexedEvent => {
  const { user, userHash, connectionId } = of;
  return {
    index,
    event: { kind: "joined", seq: `${index}`, change: { user, userHash, connectionId } },
  };
};
const message = (index: number): IndexedEvent => ({
  index,
  event: { kind: "message", seq: `${index}`, text: "{}", sentAt: noon },
});
const carol = member("connection-c", { user: "carol" });

describe("switchPresence", () => {
  const off = '{"type":"members","seq":"2","members":[],"truncated":true,"presence":false}';
  const events = [join(alice, 1), join(bob, 2), message(3)];

  it("tells a room that has grown too large, by the last join or leave", () => {
    assert.deepEqual(switchPresence(events, undefined, "on"), {
      events: [
        join(alice, 1),
        join(bob, 2),
        { index: 2, event: { kind: "members", seq: "2", text: off } },
        message(3),
      ],
      hasSwitched: true,
    });
  });

  it("tells who is there when a room is small enough again", () => {
    const { events: told } = switchPresence(
      events,
      [alice, bob, { ...bob, connectionId: "b2" }],
      "off",
    );
    const [, , list] = told;
    assert.equal(
      list?.event.kind === "members" && list.event.text,
      '{"type":"members","seq":"2","members":[{"user":"alice","connections":1},{"user":"bob","connections":2}],"truncated":false,"presence":true}',
    );
  });

  it("tells nothing that was told before", () => {
    for (const [everybody, before] of [
      [undefined, "off"],
      [[alice, bob], "on"],
    ] as const) {
      assert.deepEqual(switchPresence(events, everybody, before), { events, hasSwitched: false });
    }
  });

  it("waits for a join or leave, whose number it can have", () => {
    const messages = [message(1)];
    const told = { events: messages, hasSwitched: false };
    assert.deepEqual(switchPresence(messages, undefined, "on"), told);
  });

  it("tells again what some may not have heard", () => {
    assert.ok(switchPresence(events, undefined, "unsure").hasSwitched);
    assert.ok(switchPresence(events, [alice, bob], "unsure").hasSwitched);
  });
});

describe("presence of a room", () => {
  const joins = (of: Member, seq: string, receiveCount = 1) =>
    changeRecord("joined", of, { seq, receiveCount });

  it("goes off above the limit: everybody is told, and it is remembered", async () => {
    const { connections, roomItems, options, deliver } = roomOf([alice, bob, carol]);
    options.presenceLimit = 2;
    assert.equal(await deliver([joins(carol, "100")]), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["members"]);
    assert.deepEqual(connections.historyOf("connection-c"), ["welcome"]);
    assert.deepEqual(roomItems.presence, [
      ["lobby", "unsure"],
      ["lobby", "off"],
    ]);
  });

  it("stays off without a word", async () => {
    const { connections, members, roomItems, options, deliver } = roomOf([alice, bob, carol]);
    options.presenceLimit = 2;
    members.presenceTold.set("lobby", "off");
    assert.equal(await deliver([joins(carol, "100")]), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), []);
    assert.deepEqual(roomItems.presence, []);
  });

  it("comes back with the whole list, and is told by it alone", async () => {
    const { connections, members, roomItems, deliver } = roomOf([alice, bob]);
    members.presenceTold.set("lobby", "off");
    assert.equal(await deliver([changeRecord("left", carol, { seq: "100" })]), undefined);
    assert.deepEqual(
      connections.postsTo("connection-a").map((text) => JSON.parse(text)),
      [
        {
          type: "members",
          seq: "100",
          members: [
            { user: "bob", connections: 1 },
            { user: "alice", connections: 1 },
          ].sort((a, b) => (order(a.user) < order(b.user) ? -1 : 1)),
          truncated: false,
          presence: true,
        },
      ],
    );
    assert.deepEqual(roomItems.presence, [
      ["lobby", "unsure"],
      ["lobby", "on"],
    ]);
  });

  it("is not remembered as told when somebody could not be told", async () => {
    const { roomItems, options, deliver } = roomOf([alice, bob, carol], {
      "connection-a": ["failed"],
    });
    options.presenceLimit = 2;
    assert.equal(await deliver([joins(carol, "100")], noon + 300), 0);
    assert.deepEqual(roomItems.presence, [["lobby", "unsure"]]);
  });

  it("is not remembered as told by a retry, whose number some may have heard already", async () => {
    const { connections, members, roomItems, options, deliver } = roomOf([alice, bob, carol]);
    options.presenceLimit = 2;
    members.presenceTold.set("lobby", "unsure");
    assert.equal(await deliver([joins(carol, "100", 2)]), undefined);
    assert.deepEqual(connections.historyOf("connection-a"), ["members"]);
    assert.deepEqual(roomItems.presence, []);
  });

  it("fails nothing when it cannot be remembered", async () => {
    const { log, members, roomItems, options, deliver } = roomOf([alice, bob, carol]);
    options.presenceLimit = 2;
    members.presenceTold.set("lobby", "unsure");
    roomItems.writeError = new TypeError("alice is secret");
    assert.equal(await deliver([joins(carol, "100")]), undefined);
    assert.deepEqual(log.lines, [
      { level: "error", event: "presence not remembered", room: "lobby", error: "TypeError" },
    ]);
  });

  it("is told to every lane when a room becomes large at once", async () => {
    const { queue, roomItems, options, deliver } = roomOf([alice, bob, carol]);
    options.lanes.largeRoomMembers = 2;
    options.presenceLimit = 2;
    assert.equal(await deliver([joins(carol, "100")]), undefined);
    assert.equal(queue.tasks.length, 16);
    assert.ok(queue.tasks.every(({ body }) => body.includes('"presence":false')));
    assert.deepEqual(roomItems.presence, [
      ["lobby", "unsure"],
      ["lobby", "off"],
    ]);
  });

  describe("while the account is throttled", () => {
    it("waits, twice, for what other rooms have to say", async () => {
      for (const [receiveCount, failed] of [
        [1, 0],
        [2, 0],
        [3, undefined],
      ] as const) {
        const { connections, pacer, deliver } = roomOf([alice, bob]);
        pacer.isThrottled = true;
        assert.equal(await deliver([joins(bob, "100", receiveCount)]), failed);
        assert.equal(connections.calls.length > 0, failed === undefined);
      }
    });

    it("goes with a message", async () => {
      const { connections, pacer, deliver } = roomOf([alice, bob]);
      pacer.isThrottled = true;
      assert.equal(await deliver([joins(bob, "100"), hello(1)]), undefined);
      assert.deepEqual(connections.historyOf("connection-a"), ["batch"]);
    });
  });
});

/** By which members are listed. */
function order(user: string): string {
  return user === "alice" ? alice.userHash : bob.userHash;
}

import assert from "node:assert/strict";
import {
  Audience,
  type Delivery,
  type IndexedEvent,
} from "../../../handlers/lib/fan-out/audience.ts";
import { Payload } from "../../../handlers/lib/fan-out/payload.ts";
import type { RoomEvent } from "../../../handlers/lib/fan-out/room-event.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { member, noon } from "../support.ts";

const limit = 100;

const message = (n: number): RoomEvent => ({
  kind: "message",
  seq: String(n),
  text: `{"message":${n}}`,
  sentAt: noon,
});
const change = (kind: "joined" | "left", of: Member, seq: string): RoomEvent => ({
  kind,
  seq,
  change: { user: of.user, userHash: of.userHash, connectionId: of.connectionId },
});
const rejected = (connectionId: string, n: number): RoomEvent => ({
  kind: "rejected",
  seq: String(n),
  connectionId,
  user: "sender",
  text: `{"error":${n}}`,
});
/** Events at the positions of their records; undefined leaves one out. */
const indexed = (...events: (RoomEvent | undefined)[]): IndexedEvent[] =>
  events.flatMap((event, index) => (event === undefined ? [] : [{ index, event }]));

function deliveriesOf(
  room: string,
  events: IndexedEvent[],
  members: Member[],
  presenceLimit: number,
): Delivery[] {
  const audience = new Audience(room, events, members.length > presenceLimit ? undefined : members);
  return [
    ...members.map((member) => audience.deliveryTo(member)),
    ...audience.deliveriesToAbsent(),
  ];
}

/** What each connection hears, event by event, batches taken apart. */
function heard(
  events: IndexedEvent[],
  members: Member[],
  presenceLimit = limit,
): Record<string, unknown[]> {
  const deliveries = deliveriesOf("lobby", events, members, presenceLimit);
  return Object.fromEntries(
    deliveries.map(({ connectionId, frames }) => [
      connectionId,
      frames.flatMap(({ payload }) => {
        const frame = JSON.parse(payload.text);
        return frame.type === "batch" ? frame.events : [frame];
      }),
    ]),
  );
}

const presence = (user: string, connections: number, seq: string) => ({
  type: "presence",
  seq,
  user,
  connections,
});

describe("Audience", () => {
  const alice = member("a", { user: "alice" });
  const bob = member("b", { user: "bob" });
  const silent = member("s", { user: "sam", subscribe: false });

  it("gives every member the messages in order, in one frame that begins at the first", () => {
    const events = indexed(undefined, message(1), message(2));
    const frames = [
      {
        firstIndex: 1,
        payload: new Payload('{"type":"batch","events":[{"message":1},{"message":2}]}'),
      },
    ];
    assert.deepEqual(deliveriesOf("lobby", events, [alice, bob], limit), [
      { connectionId: "a", member: alice, frames, isJoining: false },
      { connectionId: "b", member: bob, frames, isJoining: false },
    ]);
  });

  it("gives nobody anything in an empty room", () => {
    const events = indexed(message(1), change("left", alice, "2"));
    assert.deepEqual(deliveriesOf("lobby", events, [], limit), []);
  });

  it("gives no messages and no presence to who may only publish", () => {
    const events = indexed(message(1), change("joined", bob, "2"), change("left", alice, "3"));
    assert.deepEqual(heard(events, [silent])["s"], []);
  });

  it("answers an expired sender, and nobody else, though it is no member any more", () => {
    const text = '{"error":1}';
    const events = indexed({ kind: "expired", seq: "1", connectionId: "x", user: "sender", text });
    assert.deepEqual(heard(events, [alice]), { a: [], x: [{ error: 1 }] });
  });

  describe("to one who joins", () => {
    const welcome = (of: Member, seq: string, members: unknown[]) => ({
      type: "welcome",
      seq,
      room: "lobby",
      connectionId: of.connectionId,
      members,
      truncated: false,
      presence: true,
    });
    const counts = [
      { user: "alice", connections: 1 },
      { user: "bob", connections: 2 },
    ];
    const bobs = [bob, member("b2", { user: "bob" })];

    it("says welcome at its place among the messages: the batch may hold a join for the second time", () => {
      const events = indexed(message(1), change("joined", bob, "20"), message(3), message(4));
      const { a, b } = heard(events, [alice, ...bobs]);
      assert.deepEqual(b, [
        { message: 1 },
        welcome(bob, "20", counts),
        { message: 3 },
        { message: 4 },
      ]);
      assert.deepEqual(a, [
        { message: 1 },
        presence("bob", 2, "20"),
        { message: 3 },
        { message: 4 },
      ]);
    });

    it("says that it is joining", () => {
      const events = indexed(message(1), change("joined", bob, "20"), message(3));
      const deliveries = deliveriesOf("lobby", events, [alice, bob], limit);
      assert.deepEqual(
        deliveries.map(({ connectionId, isJoining, frames }) => [
          connectionId,
          isJoining,
          frames.map(({ firstIndex }) => firstIndex),
        ]),
        [
          ["a", false, [0]],
          ["b", true, [0]],
        ],
      );
    });

    it("says the presence that changed behind the join, and none before: the welcome has it", () => {
      const events = indexed(change("joined", alice, "10"), change("joined", bob, "20"));
      const { a, b, b2 } = heard(events, [alice, ...bobs]);
      assert.deepEqual(a, [welcome(alice, "10", counts), presence("bob", 2, "20")]);
      assert.deepEqual(b, [welcome(bob, "20", counts)]);
      assert.deepEqual(b2, [presence("alice", 1, "10"), presence("bob", 2, "20")]);
    });

    it("says welcome, and no more, to who may only publish", () => {
      const events = indexed(change("joined", silent, "10"), message(2));
      assert.deepEqual(heard(events, [alice, silent])["s"], [
        { ...welcome(silent, "10", []), truncated: true, presence: false },
      ]);
    });

    it("says welcome once to a join that was announced twice, by the last", () => {
      const events = indexed(
        change("joined", bob, "10"),
        message(1),
        change("joined", bob, "20"),
        message(3),
      );
      assert.deepEqual(heard(events, [bob])["b"], [
        { message: 1 },
        welcome(bob, "20", [{ user: "bob", connections: 1 }]),
        { message: 3 },
      ]);
    });

    it("says nothing to one who has left already", () => {
      const events = indexed(change("joined", bob, "10"), message(1));
      assert.deepEqual(heard(events, [alice]), {
        a: [presence("bob", 0, "10"), { message: 1 }],
      });
    });
  });

  describe("presence", () => {
    it("is counted from the members, whatever the change was", () => {
      const members = [alice, member("a2", { user: "alice" })];
      for (const kind of ["joined", "left"] as const) {
        const events = indexed(change(kind, member("a9", { user: "alice" }), "5"));
        assert.deepEqual(heard(events, members)["a"], [presence("alice", 2, "5")]);
      }
    });

    it("counts connections that may only publish, too", () => {
      const events = indexed(change("joined", silent, "5"));
      assert.deepEqual(heard(events, [alice, silent])["a"], [presence("sam", 1, "5")]);
    });

    it("is 0 for one who left", () => {
      const events = indexed(change("left", bob, "5"));
      assert.deepEqual(heard(events, [alice])["a"], [presence("bob", 0, "5")]);
    });

    it("is told once for each user, at the place and with the seq of the last change", () => {
      const events = indexed(
        change("joined", bob, "1"),
        message(1),
        change("left", member("c", { user: "carol" }), "3"),
        change("left", bob, "4"),
        message(4),
      );
      assert.deepEqual(heard(events, [alice])["a"], [
        { message: 1 },
        presence("carol", 0, "3"),
        presence("bob", 0, "4"),
        { message: 4 },
      ]);
    });

    it("of several users in one record is told in one frame, as they share its number", () => {
      const dan = member("d", { user: "dan" });
      const [first, second, third] = [
        change("joined", bob, "7"),
        change("left", dan, "7"),
        change("joined", silent, "8"),
      ];
      const { a, b, s } = heard(indexed(first, second, third), [alice, bob, silent]);
      const together = {
        type: "members",
        seq: "7",
        members: [
          { user: "bob", connections: 1 },
          { user: "dan", connections: 0 },
        ],
        truncated: true,
        presence: true,
      };
      assert.deepEqual(a, [together, presence("sam", 1, "8")]);
      // Of its own record the welcome has told it all.
      assert.deepEqual(
        (b as { type: string; seq: string }[]).map(({ type, seq }) => [type, seq]),
        [
          ["welcome", "7"],
          ["presence", "8"],
        ],
      );
      assert.deepEqual(
        (s as { type: string }[]).map(({ type }) => type),
        ["welcome"],
      );
    });

    it("is left out where the whole list is told", () => {
      const list: RoomEvent = { kind: "members", seq: "2", text: '{"members":1}' };
      const [first, second] = [change("left", bob, "1"), change("left", silent, "2")];
      const events = [...indexed(first, second), { index: 1, event: list }];
      assert.deepEqual(heard(events, [alice])["a"], [{ members: 1 }]);
    });

    it("is off above the limit of members, and the welcome says so", () => {
      const events = indexed(change("joined", bob, "1"), message(1), change("left", silent, "3"));
      const { a, b } = heard(events, [alice, bob], 1);
      assert.deepEqual(a, [{ message: 1 }]);
      assert.deepEqual(b, [
        {
          type: "welcome",
          seq: "1",
          room: "lobby",
          connectionId: "b",
          members: [],
          truncated: true,
          presence: false,
        },
        { message: 1 },
      ]);
    });

    it("is on at the limit", () => {
      const events = indexed(change("left", silent, "3"));
      assert.deepEqual(heard(events, [alice, bob], 2)["a"], [presence("sam", 0, "3")]);
    });
  });

  describe("errors", () => {
    it("go to their sender only, in their place among the messages", () => {
      const events = indexed(message(0), rejected("b", 1), message(2), rejected("b", 3));
      assert.deepEqual(heard(events, [alice, bob]), {
        a: [{ message: 0 }, { message: 2 }],
        b: [{ message: 0 }, { error: 1 }, { message: 2 }, { error: 3 }],
      });
    });

    it("go to a sender that is no member, and nothing else does", () => {
      const events = indexed(message(0), rejected("x", 1), message(2), rejected("x", 3));
      assert.deepEqual(deliveriesOf("lobby", events, [], limit), [
        {
          connectionId: "x",
          member: undefined,
          frames: [
            {
              firstIndex: 1,
              payload: new Payload('{"type":"batch","events":[{"error":1},{"error":3}]}'),
            },
          ],
          isJoining: false,
        },
      ]);
    });

    it("go to a sender that may only publish", () => {
      assert.deepEqual(heard(indexed(message(0), rejected("s", 1)), [silent]), {
        s: [{ error: 1 }],
      });
    });

    it("do not keep presence from their sender", () => {
      const events = indexed(rejected("a", 0), change("left", bob, "7"));
      assert.deepEqual(heard(events, [alice])["a"], [{ error: 0 }, presence("bob", 0, "7")]);
    });
  });
});

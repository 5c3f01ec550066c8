import assert from "node:assert/strict";
import { type Message, PublishError } from "../../../client/index.ts";
import type { ClientPlan } from "../model/schedule.ts";
import type { QueuedMessage } from "../world.ts";
import type { Lived } from "./live.ts";
import type { Publish, Told } from "./person.ts";
import { brokenTo, type PersonStory } from "./promises.ts";

const plan: ClientPlan = {
  ...{ name: "p1", user: "ann", room: "red", tokenSeconds: 3600, silent: false },
  rights: { subscribe: true, publish: true },
};

/** Ann's message with this number, as it lies on the queue. */
function queued(seq: number): QueuedMessage {
  const attributes = { kind: "message", user: "ann", connectionId: "c", requestId: `r${seq}` };
  return {
    ...{ messageId: `m${seq}`, room: "red", sequenceNumber: String(seq), sentAt: 1000 },
    body: JSON.stringify({ action: "message", id: `id${seq}`, data: seq }),
    attributes: { ...attributes, sentAt: "1000", expiresAt: "3600" },
  };
}

function heard(seq: number): Told {
  const about = { id: `id${seq}`, requestId: `r${seq}`, room: "red", from: "ann", at: 1000 };
  return { kind: "message", message: { seq: String(seq), ...about, data: seq } as Message };
}

const open: Told = { kind: "open" };
const gap: Told = { kind: "gap", gap: { reason: "lost", after: undefined, durationMs: 1 } };

function person(told: Told[], publishes: Publish[] = [], more: Partial<PersonStory["room"]> = {}) {
  const room = {
    state: "open",
    closed: undefined,
    members: new Map([["ann", 1]]),
    ...more,
  } as const;
  return { plan, told: [open, ...told], publishes, room };
}

const lived: Pick<Lived, "queued" | "laneTasks" | "deadLetters" | "rows" | "story"> = {
  queued: [1, 2, 3].map(queued),
  laneTasks: [],
  deadLetters: new Set(),
  rows: [{ room: "red", user: "ann", connectionId: "c" }],
  story: { seed: 1, people: [plan], steps: [] },
};

describe("what is promised of the client", () => {
  it("is kept by one who hears everything, or is told of what it has not", () => {
    for (const told of [
      [1, 2, 3].map(heard),
      [heard(1), gap, heard(3)],
      [heard(1), heard(2), gap, heard(3)],
      // Nothing is known of what was before.
      [heard(3)],
    ]) {
      assert.deepEqual(brokenTo(person(told), lived), []);
    }
    assert.deepEqual(
      brokenTo(person([heard(1), heard(3)]), { ...lived, deadLetters: new Set(["m2"]) }),
      [],
    );
  });

  const broken: Record<string, [Told[], string]> = {
    "a message that is missing in between": [[heard(1), heard(3)], "without a gap"],
    "one that is missing at the end": [[heard(1), heard(2)], "without a gap"],
    "one that is missing before a gap": [[heard(1), heard(3), gap], "without a gap"],
    "messages out of order": [[heard(2), heard(1), heard(3)], "out of order"],
    "a message that comes twice": [[heard(1), heard(1), heard(2), heard(3)], "twice"],
  };
  for (const [what, [told, sentence]] of Object.entries(broken)) {
    it(`is broken by ${what}`, () => {
      assert.match(brokenTo(person(told), lived).join(), new RegExp(sentence));
    });
  }

  const all = [1, 2, 3].map(heard);
  const results: Record<string, [Publish["result"], string]> = {
    "never settles": [undefined, "never settled"],
    "is delivered as another": [
      { status: "delivered", id: "id2", seq: "3", requestId: "r2" },
      "nothing has this number",
    ],
    "is queued, and was not": [{ status: "queued", id: "id9", requestId: "r9" }, "never queued"],
    "has failed for good, and is published": [
      new PublishError("timeout", "", { id: "id2" }),
      "failed for good",
    ],
  };
  for (const [what, [result, sentence]] of Object.entries(results)) {
    it(`is broken by a publish that ${what}`, () => {
      const publishes = [{ data: 2, result }];
      assert.match(brokenTo(person(all, publishes), lived).join(), new RegExp(sentence));
    });
  }

  it("is kept by publishes that say what is true", () => {
    const publishes: Publish[] = [
      { data: 1, result: { status: "delivered", id: "id1", seq: "1", requestId: "r1" } },
      { data: 2, result: { status: "queued", id: "id2", requestId: "r2" } },
      { data: 3, result: new PublishError("timeout", "", { id: "id3", maybePublished: true }) },
      { data: 4, result: new PublishError("timeout", "", { id: "id4" }) },
    ];
    assert.deepEqual(brokenTo(person(all, publishes), lived), []);
  });

  it("is broken by one who is not in the room at the end, but for a refusal", () => {
    assert.match(brokenTo(person(all, [], { state: "waiting" }), lived).join(), /is waiting/);
    const closed = { state: "closed", closed: { reason: "refused" } } as const;
    assert.match(brokenTo(person(all, [], closed), lived).join(), /is closed \(refused\)/);
    assert.deepEqual(brokenTo({ ...person([], [], closed), told: [] }, lived), []);
  });

  it("is broken by a list of members that is wrong", () => {
    const members = new Map([["ann", 2]]);
    assert.match(brokenTo(person(all, [], { members }), lived).join(), /ann 2; there are ann 1/);
  });
});

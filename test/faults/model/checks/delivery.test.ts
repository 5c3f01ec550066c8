import assert from "node:assert/strict";
import type { MembersFrame } from "../../../../handlers/protocol/index.ts";
import { acknowledged } from "./acknowledged.ts";
import { contents } from "./contents.ts";
import { deadLetters } from "./dead-letters.ts";
import { noGap } from "./no-gap.ts";
import { once } from "./once.ts";
import { oneOrder } from "./one-order.ts";
import { Story } from "./story.ts";

const minute = 60_000;

describe("the check of acknowledgements", () => {
  it("finds one for what is not queued", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.flight(ann, "text 1");
    story.hears(ann, { type: "ack", requestId: "of nothing" });
    assert.deepEqual(story.judgedBy(acknowledged), [
      "ann's was acknowledged text 1, which never came onto the queue.",
    ]);
  });

  it("finds one for an id that was sent more than five minutes before", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.publish(ann, 1, "x");
    story.now += 6 * minute;
    story.flight(ann, '{"action":"message","id":"x","data":2}');
    story.hears(ann, { type: "ack", requestId: "of nothing" });
    assert.deepEqual(story.judgedBy(acknowledged), [
      'ann\'s was acknowledged {"action":"message","id":"x","data":2}, which never came onto the queue.',
    ]);
  });

  it("finds one for another user's id", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const ben = story.connect("ben");
    story.publish(ann, 1, "x");
    story.flight(ben, '{"action":"message","id":"x","data":2}');
    story.hears(ben, { type: "ack", requestId: "of nothing" });
    assert.equal(story.judgedBy(acknowledged).length, 1);
  });
});

describe("the check for gaps", () => {
  it("finds a message that was left out", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const first = story.publish(ann, 1);
    story.deliver(story.publish(ann, 2), ann);
    assert.deepEqual(story.judgedBy(noGap), [
      `ann's never heard message ${first.sequenceNumber} of red (${first.body}), and is still connected.`,
    ]);
  });

  it("finds what one that is open did not hear at the end", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const [first, second] = story.send(ann, "text 1", "text 2");
    assert.ok(first && second);
    assert.deepEqual(story.judgedBy(noGap), [
      `ann's never heard message ${first.sequenceNumber} of red (text 1), and 1 more, and is still connected.`,
    ]);
  });

  it("finds a gap of one that is closed, and no missing end", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const ben = story.connect("ben");
    const [first, second, third] = story.send(ann, "text 1", "text 2", "text 3");
    assert.ok(first && second && third);
    for (const message of [first, second, third]) story.deliver(message, ann);
    story.deliver(second, ben);
    story.end(ben, 1000);
    assert.deepEqual(story.judgedBy(noGap), [
      `ben's never heard message ${first.sequenceNumber} of red (text 1), and heard later ones.`,
    ]);
  });

  it("asks for nothing before the welcome", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.deliver(story.publish(ann, 1), ann);
    story.connect("ben");
    assert.deepEqual(story.judgedBy(noGap), []);
  });
});

describe("the check of the order", () => {
  it("finds a message that comes after a later one", () => {
    const story = new Story();
    story.strikes.set("post-5xx", 1);
    const ann = story.connect("ann");
    const [first, second] = story.send(ann, "text 1", "text 2");
    assert.ok(first && second);
    story.deliver(second, ann);
    story.deliver(first, ann);
    assert.deepEqual(story.judgedBy(oneOrder), [
      `ann's heard message ${first.sequenceNumber} after ${second.sequenceNumber}, for the first time.`,
    ]);
  });

  it("finds what precedes the welcome and comes behind it", () => {
    const story = new Story();
    story.strikes.set("redelivery", 1);
    const before = story.publish(story.connect("ann"), 1);
    const ben = story.connect("ben");
    const welcomed = before.sequenceNumber.slice(0, -1);
    story.deliver(before, ben);
    assert.deepEqual(story.judgedBy(oneOrder), [
      `ben's heard message ${before.sequenceNumber} after ${welcomed}2, for the first time.`,
    ]);
  });

  it("allows a change that the welcome held already", () => {
    const story = new Story();
    story.strikes.set("redelivery", 1);
    const joined = story.change("joined", story.connect("ann"));
    const ben = story.connect("ben");
    story.deliver(joined, ben);
    assert.deepEqual(story.judgedBy(oneOrder), []);
  });

  it("allows a change of which a later one was told", () => {
    const story = new Story();
    story.strikes.set("redelivery", 1);
    const ann = story.connect("ann");
    const before = story.publish(ann, 1);
    const ben = story.connect("ben");
    const joined = story.change("joined", ben);
    const left = story.change("left", ben);
    story.deliver(left, ann);
    story.deliver(joined, ann);
    assert.deepEqual(story.judgedBy(oneOrder), []);
    const other = { ...joined.frame, user: "tom" } as typeof joined.frame;
    story.hears(ann, { ...other, seq: before.sequenceNumber } as typeof joined.frame);
    assert.deepEqual(story.judgedBy(oneOrder), [
      `ann's heard presence ${before.sequenceNumber} after ${left.sequenceNumber}, for the first time.`,
    ]);
  });

  it("allows changes of which a later list was told", () => {
    const story = new Story();
    story.strikes.set("redelivery", 1);
    const ann = story.connect("ann");
    const joined = story.change("joined", story.connect("ben"));
    const left = story.change("left", story.connect("tom"));
    const list: Omit<MembersFrame, "seq"> = {
      type: "members",
      members: [],
      truncated: true,
      presence: false,
    };
    story.hears(ann, { ...list, seq: left.sequenceNumber });
    story.deliver(joined, ann);
    story.hears(ann, { ...list, seq: joined.sequenceNumber });
    assert.deepEqual(story.judgedBy(oneOrder), []);
    const late = story.change("joined", story.connect("eve"));
    const message = story.publish(ann, 1);
    story.deliver(message, ann);
    ann.received = ann.received.filter(({ text }) => !text.includes(late.sequenceNumber));
    story.hears(ann, { ...list, seq: late.sequenceNumber });
    assert.deepEqual(story.judgedBy(oneOrder), [
      `ann's heard members ${late.sequenceNumber} after ${message.sequenceNumber}, for the first time.`,
    ]);
  });

  it("finds a repeat where nothing had gone wrong", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const message = story.publish(ann, 1);
    story.deliver(message, ann);
    story.deliver(message, ann);
    assert.deepEqual(story.judgedBy(oneOrder), [
      `ann's heard message ${message.sequenceNumber} again, and nothing had gone wrong.`,
    ]);
  });

  it("finds that a sender's messages are queued in another order", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const first = story.publish(ann, 1);
    const second = story.publish(ann, 2);
    story.queued.splice(
      story.queued.findIndex(({ messageId }) => messageId === first.messageId),
      2,
      { ...first, sequenceNumber: second.sequenceNumber },
      { ...second, sequenceNumber: first.sequenceNumber },
    );
    assert.deepEqual(story.judgedBy(oneOrder), [
      `ann's sent ${first.sequenceNumber} after ${second.sequenceNumber} was acknowledged.`,
    ]);
  });
});

describe("the check of ids", () => {
  it("finds one that was queued twice within five minutes, and none after them", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.publish(ann, 1, "x");
    story.now += minute;
    story.publish(ann, 2, "x");
    story.now += 5 * minute;
    story.publish(ann, 3, "x");
    assert.deepEqual(story.judgedBy(once), [
      "The id x of ann was queued for red again after 61.01 s.",
    ]);
  });
});

describe("the check of contents", () => {
  for (const [what, change] of [
    ["other data", { data: "other" }],
    ["another sender", { from: "ben" }],
    ["another time", { at: 1 }],
    ["another room", { room: "blue" }],
    ["another request", { requestId: "other" }],
    ["a seq of nothing", { seq: "18999999999999999999" }],
    ["an id that nobody gave", { id: "x" }],
  ] as const) {
    it(`finds a message with ${what}`, () => {
      const story = new Story();
      const ann = story.connect("ann");
      const { frame } = story.publish(ann, 1);
      story.hears(ann, { ...frame, ...change } as typeof frame);
      const [violation] = story.judgedBy(contents);
      assert.match(violation ?? "", /^ann's heard .*, and the queue has nothing of the kind\.$/);
    });
  }

  it("finds a room without presence that never had too many", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const { sequenceNumber: seq } = story.change("joined", story.connect("ben"));
    story.hears(ann, { type: "members", seq, members: [], truncated: true, presence: false });
    assert.match(story.judgedBy(contents)[0] ?? "", /^ann's heard .*"members"/);
    story.settings = { presenceLimit: 1, largeRoomMembers: 5, laneCount: 2 };
    assert.deepEqual(story.judgedBy(contents), []);
  });

  it("finds a frame over 32 KB", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.hears(ann, {
      type: "batch",
      events: Array(40).fill(story.publish(ann, "x".repeat(900)).frame),
    });
    assert.match(story.judgedBy(contents).at(-1) ?? "", /^ann's got a frame of \d+ bytes\.$/);
  });

  it("finds a message on the queue that nobody sent", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.accept(ann, "text 1");
    const [, message] = story.queued;
    assert.deepEqual(story.judgedBy(contents), [
      `Message ${message?.sequenceNumber} is on the queue, and nobody sent it.`,
    ]);
  });
});

describe("the check of dead letters", () => {
  it("finds one that nothing has kept back", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const message = story.publish(ann, 1);
    story.deadLetters.add(message.messageId);
    assert.deepEqual(story.judgedBy(deadLetters), [
      `Message ${message.sequenceNumber} of red is a dead letter, and nothing had gone wrong.`,
    ]);
  });

  it("finds that what nobody can read is none", () => {
    const story = new Story();
    const message = story.backend("x".repeat(25_000));
    assert.deepEqual(story.judgedBy(deadLetters), [
      `Message ${message.sequenceNumber} of red cannot be read, and is no dead letter.`,
    ]);
  });
});

import assert from "node:assert/strict";
import { closings, type MembersFrame } from "../../../../handlers/protocol/index.ts";
import { closed } from "./closed.ts";
import { presence } from "./presence.ts";
import { rows } from "./rows.ts";
import { Story } from "./story.ts";
import { welcomed } from "./welcomed.ts";

describe("the check of presence", () => {
  it("finds who was never told that somebody left", () => {
    const story = new Story();
    story.connect("ann");
    const ben = story.connect("ben");
    const tom = story.connect("tom");
    tom.closed = { code: 1000, at: story.now };
    story.rows = story.rows.filter(({ user }) => user !== "tom");
    story.deliver(story.change("left", tom), ben);
    assert.deepEqual(story.judgedBy(presence), [
      "ann's believes that tom has 1 connections in red; it is 0.",
    ]);
  });

  it("takes a repeat below what was heard for old", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const ben = story.connect("ben");
    story.end(ben, 1000);
    story.hears(ann, {
      type: "presence",
      seq: "18000000000000000001",
      user: "ben",
      connections: 1,
    });
    assert.deepEqual(story.judgedBy(presence), []);
  });

  it("asks for nothing about one whose last change is a dead letter", () => {
    const story = new Story();
    story.connect("ann");
    const ben = story.connect("ben");
    ben.closed = { code: 1000, at: story.now };
    story.rows = story.rows.filter(({ user }) => user !== "ben");
    story.deadLetters.add(story.change("left", ben).messageId);
    assert.deepEqual(story.judgedBy(presence), []);
  });
});

describe("the check of presence, where a room can have none", () => {
  const off: Omit<MembersFrame, "seq"> = {
    type: "members",
    members: [],
    truncated: true,
    presence: false,
  };
  const settings = { presenceLimit: 2, largeRoomMembers: 4, laneCount: 2 };

  /** Three are there, and ann and ben have been told that these are too many. */
  function crowded() {
    const story = new Story();
    story.settings = settings;
    const [ann, ben, tom] = [story.connect("ann"), story.connect("ben"), story.connect("tom")];
    const { sequenceNumber: seq } = story.change("joined", tom);
    for (const one of [ann, ben, tom]) story.hears(one, { ...off, seq });
    return { story, ann, ben, tom };
  }

  /** tom leaves, and ann alone is told what that comes to. */
  function emptied() {
    const all = crowded();
    const { story, ann, ben, tom } = all;
    tom.closed = { code: 1000, at: story.now };
    story.rows = story.rows.filter(({ user }) => user !== "tom");
    const { sequenceNumber: seq } = story.change("left", tom);
    const members = [ann, ben].map(({ plan: { user } }) => ({ user, connections: 1 }));
    story.hears(ann, { type: "members", seq, members, truncated: false, presence: true });
    story.backend("behind it");
    return all;
  }

  it("asks for nothing of who was told that there is none", () => {
    const { story } = crowded();
    story.rows.push({ room: "red", user: "eve", connectionId: "unknown" });
    assert.deepEqual(story.judgedBy(presence), []);
  });

  it("finds who was not told that there is presence again", () => {
    const { story } = emptied();
    assert.deepEqual(story.judgedBy(presence), [
      "ben's believes that red has no presence, and it has.",
    ]);
  });

  it("asks for none as long as the room is served in lanes", () => {
    const { story } = emptied();
    const [last] = story.queued.slice(-1);
    assert.ok(last);
    story.laneTask(0, 2, last);
    assert.deepEqual(story.judgedBy(presence), []);
  });

  it("asks for nothing of who has lost a list with a dead task", () => {
    const { story, tom } = crowded();
    story.rows = story.rows.filter(({ user }) => user !== "tom");
    const [ben] = story.connections.filter(({ plan }) => plan.user === "ben");
    assert.ok(ben);
    ben.received.pop();
    assert.equal(story.judgedBy(presence).length, 1);
    const task = story.laneTask(1, 2, {
      ...story.change("left", tom),
      attributes: { kind: "members" },
    });
    story.deadLetters.add(task.messageId);
    assert.deepEqual(story.judgedBy(presence), []);
  });
});

describe("the check of rows", () => {
  it("finds one without a connection, unless nobody posts to it", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const ben = story.connect("ben", { rights: { subscribe: false, publish: true } });
    ann.closed = { code: 1006, at: story.now };
    ben.closed = { code: 1006, at: story.now };
    assert.deepEqual(story.judgedBy(rows), ["ann has a row in red without a connection."]);
  });

  it("finds a connection without a row", () => {
    const story = new Story();
    story.connect("ann");
    story.rows = [];
    assert.deepEqual(story.judgedBy(rows), ["ann's is connected to red and has no row."]);
  });

  it("finds one that only one side takes for open", () => {
    const story = new Story();
    const ann = story.connect("ann");
    ann.ended = { by: "vanish", at: story.now };
    assert.deepEqual(story.judgedBy(rows), [
      "ann's and the gateway do not agree whether it is open.",
    ]);
  });
});

describe("the check of closings", () => {
  it("finds one that was closed without being told why", () => {
    const story = new Story();
    const ann = story.connect("ann");
    ann.treatment.deletions = 1;
    story.end(ann, 1000);
    assert.deepEqual(story.judgedBy(closed), ["ann's was closed without being told why."]);
    ann.treatment.closingStruck = true;
    assert.deepEqual(story.judgedBy(closed), []);
  });

  it("finds one that was closed for no reason, and none that was idle", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const ben = story.connect("ben");
    story.end(ann, 1001);
    story.now += 600_000;
    story.end(ben, 1001);
    assert.deepEqual(story.judgedBy(closed), [
      "ann's was closed with 1001 for no reason.",
      "ann's was closed without being told why.",
    ]);
  });

  it("finds one that was told and is open", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.close(ann, closings.unreachable);
    ann.closed = undefined;
    assert.deepEqual(story.judgedBy(closed), [
      "ann's was told that it would be closed, and is open.",
    ]);
  });

  it("finds one that was told so although its token was good", () => {
    const story = new Story();
    story.close(story.connect("ann"), closings.tokenExpired);
    assert.deepEqual(story.judgedBy(closed), [
      "ann's was told that its token had expired, and it had not.",
    ]);
  });
});

describe("the check of closings for who sends too much", () => {
  it("finds one for whom nobody had waited", () => {
    const story = new Story();
    const ann = story.connect("ann");
    for (let n = 1; n <= 5; n++) story.publish(ann, n);
    story.now += 50_000;
    story.close(ann, closings.rateLimited);
    assert.deepEqual(story.judgedBy(closed), [
      "ann's was told that it sends too much, and nobody waited for it.",
    ]);
    const [told] = ann.received.filter(({ text }) => text.includes("closing"));
    assert.ok(told);
    told.at += 20_000;
    assert.deepEqual(story.judgedBy(closed), []);
  });
});

describe("the check of welcomes", () => {
  it("finds one that never came, unless all attempts may have met 410", () => {
    const story = new Story();
    const ann = story.connect("ann");
    ann.received = [];
    ann.treatment.goneAnswers = 5;
    assert.deepEqual(story.judgedBy(welcomed), [
      "ann's is connected to red and never had its welcome.",
    ]);
    ann.treatment.goneAnswers = 6;
    assert.deepEqual(story.judgedBy(welcomed), []);
  });

  it("excuses one that was let go before its handshake had ended", () => {
    const story = new Story();
    const ann = story.connect("ann");
    ann.received = [];
    ann.treatment.deletedTooEarly = true;
    assert.deepEqual(story.judgedBy(welcomed), []);
  });

  it("excuses no connection that was never announced", () => {
    const story = new Story();
    const ann = story.connect("ann");
    ann.received = [];
    ann.treatment.goneAnswers = 6;
    story.queued.length = 0;
    assert.equal(story.judgedBy(welcomed).length, 1);
  });
});

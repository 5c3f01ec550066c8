import assert from "node:assert/strict";
import { deadLetters } from "./dead-letters.ts";
import { lanes } from "./lanes.ts";
import { noGap } from "./no-gap.ts";
import { Story } from "./story.ts";

const minute = 60_000;

describe("the checks of a room in lanes", () => {
  /** ann's hash begins with `S`, ben's with `Z`: they are in different halves of what it can begin with. */
  const halves = { ann: 0, ben: 1 };

  it("excuse what a dead task held, to those in its lane alone", () => {
    const story = new Story();
    story.strikes.set("lane-send-fails", 1);
    const [ann, ben] = [story.connect("ann"), story.connect("ben")];
    const message = story.backend(1);
    for (const lane of [0, 1]) story.laneTask(lane, 2, message);
    story.deliver(message, ben);
    const missing = `ann's never heard message ${message.sequenceNumber} of red (1), and is still connected.`;
    assert.deepEqual(story.judgedBy(noGap), [missing]);
    const [taskOfAnn, taskOfBen] = story.laneTasks;
    assert.ok(taskOfAnn && taskOfBen && ann);
    story.deadLetters.add(taskOfBen.messageId);
    assert.deepEqual(story.judgedBy(noGap), [missing]);
    story.deadLetters.add(taskOfAnn.messageId);
    assert.deepEqual(story.judgedBy(noGap), []);
  });

  it("find a message that goes past lanes which may hold a task", () => {
    const story = new Story();
    story.connect("ann");
    story.laneTask(0, 2, story.backend(1));
    const past = story.backend(2);
    story.now += 3 * 60 * minute;
    story.backend(3);
    assert.deepEqual(story.judgedBy(lanes), [
      `Message ${past.sequenceNumber} of red went past its lanes, which may hold earlier ones.`,
    ]);
  });

  it("find what is for one and goes to the lane of others", () => {
    for (const lane of [0, 1]) {
      const story = new Story();
      const [joined] = [story.change("joined", story.connect("ben"))];
      story.laneTask(lane, 2, { ...joined, user: "ben" });
      assert.equal(story.judgedBy(lanes).length, lane === halves.ben ? 0 : 1);
    }
  });

  it("find a dead task where nothing had gone wrong", () => {
    const story = new Story();
    story.connect("ann");
    story.deadLetters.add(story.laneTask(halves.ann, 2, story.backend(1)).messageId);
    assert.deepEqual(story.judgedBy(deadLetters), [
      "A task of lane 0 of red is a dead letter, and nothing had gone wrong.",
    ]);
  });
});

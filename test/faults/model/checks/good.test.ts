import assert from "node:assert/strict";
import { closings, errors } from "../../../../handlers/protocol/index.ts";
import { judge } from "./index.ts";
import { Story } from "./story.ts";

describe("the checks", () => {
  it("find nothing in a story without faults", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const ben = story.connect("ben");
    const eve = story.connect("eve", { rights: { subscribe: false, publish: true } });
    const tom = story.connect("tom", { rights: { subscribe: true, publish: false } });
    story.deliver(story.publish(ann, { n: 1 }, "a-1"), ann, ben, tom);
    for (const message of story.send(eve, "text 2", '{"action":"message","data":3}')) {
      story.deliver(message, ann, ben, tom);
    }
    const [wrong] = story.send(ann, '{"action":"message","n":4}');
    story.tellError(ann, errors.dataMissing, wrong);
    story.flight(tom, "text 5");
    story.tellError(tom, errors.publishNotAllowed);
    story.flight(ben, '{"action":"ping"}');
    story.hears(ben, { type: "pong", at: story.now });
    story.deliver(story.backend({ n: 6 }), ann, ben, tom);
    story.close(tom, closings.unreachable);
    assert.deepEqual(judge(story.history()), []);
  });

  it("find nothing in repeats, dead letters and lost welcomes where there were faults", () => {
    const story = new Story();
    story.strikes.set("post-hangs", 3);
    const ann = story.connect("ann");
    const ben = story.connect("ben");
    const first = story.publish(ann, 1);
    const second = story.publish(ann, 2);
    const third = story.publish(ann, 3);
    for (const message of [first, second, first, second, third]) story.deliver(message, ann);
    // To ben the second could not be delivered in ten attempts.
    story.deliver(first, ben);
    story.deliver(third, ben);
    story.deadLetters.add(second.messageId);
    const repeated = story.publish(ann, 4, "again");
    story.deliver(repeated, ann, ben);
    story.flight(ann, '{"action":"message","id":"again","data":5}');
    story.hears(ann, { type: "ack", requestId: "of the repeat" });
    assert.deepEqual(judge(story.history()), []);
  });
});

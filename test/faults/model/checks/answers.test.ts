import assert from "node:assert/strict";
import { closings, errors } from "../../../../handlers/protocol/index.ts";
import { answered } from "./answered.ts";
import { authorised } from "./authorised.ts";
import { Story } from "./story.ts";

describe("the check of answers", () => {
  it("finds a frame that was not answered", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.flight(ann, "text 1");
    assert.deepEqual(story.judgedBy(answered), [
      "ann's sent text 1 and was answered 0 ack, not 1.",
    ]);
  });

  it("asks for no answer of a connection that has ended", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.flight(ann, "text 1");
    story.end(ann, 1006);
    assert.deepEqual(story.judgedBy(answered), []);
  });

  it("finds an answer of the wrong kind", () => {
    const story = new Story();
    const ann = story.connect("ann", { rights: { subscribe: true, publish: false } });
    story.flight(ann, "text 1");
    story.tellError(ann, errors.notQueued);
    assert.deepEqual(story.judgedBy(answered), [
      "ann's sent text 1 and was answered 0 not-allowed, not 1.",
      "ann's sent text 1 and was answered 1 not-queued, not 0.",
    ]);
  });

  it("finds a frame of the gateway's own", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.flight(ann, '{"action":"ping"}');
    story.hears(ann, { message: "Internal server error" });
    assert.deepEqual(story.judgedBy(answered), [
      'ann\'s sent {"action":"ping"} and was answered 0 pong, not 1.',
      'ann\'s sent {"action":"ping"} and was answered 1 frames that are no answer, not 0.',
    ]);
  });

  it("finds a second answer, and one to nothing", () => {
    const story = new Story();
    const ann = story.connect("ann");
    story.hears(ann, { type: "pong", at: 0 });
    const [message] = story.send(ann, "text 1");
    story.hears(ann, { type: "ack", requestId: message?.attributes["requestId"] ?? "" });
    assert.deepEqual(story.judgedBy(answered), [
      "ann's sent text 1 and was answered 2 ack, not 1.",
      `ann's was answered twice for ${message?.attributes["requestId"]}.`,
      "ann's had sent nothing and was answered pong.",
    ]);
  });

  it("finds an error that was never told", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const [message] = story.send(ann, '{"action":"message","n":1}');
    assert.deepEqual(story.judgedBy(answered), [
      `ann's was never told error 4103 about ${message?.attributes["requestId"]}.`,
    ]);
  });

  it("finds that one who sent too late was closed and not told of the message", () => {
    const story = new Story();
    const ann = story.connect("ann", { tokenSeconds: 60 });
    story.now = ann.expiresAt + 10_000;
    const [message] = story.send(ann, "text 1");
    story.close(ann, closings.tokenExpired);
    assert.deepEqual(story.judgedBy(answered), [
      `ann's was never told error 4107 about ${message?.attributes["requestId"]}.`,
    ]);
    story.strikeTimes.push(story.now - 60_000);
    assert.deepEqual(story.judgedBy(answered), [], "a batch may have been under way");
  });

  it("finds an error of another's, and one with the wrong code", () => {
    const story = new Story();
    const ann = story.connect("ann");
    const ben = story.connect("ben");
    const [message] = story.send(ann, '{"action":"message","n":1}');
    story.tellError(ann, errors.dataMissing, message);
    story.tellError(ann, errors.idInvalid, message);
    story.tellError(ben, errors.dataMissing, message);
    const requestId = message?.attributes["requestId"];
    assert.deepEqual(story.judgedBy(answered), [
      `ann's heard error 4106 about ${requestId}, wrongly.`,
      `ben's heard error 4103 about ${requestId}, wrongly.`,
    ]);
  });
});

describe("the check of rights", () => {
  it("finds what was delivered to one who may not subscribe", () => {
    const story = new Story();
    const ann = story.connect("ann", { rights: { subscribe: false, publish: true } });
    const { frame, sequenceNumber } = story.publish(ann, 1);
    story.hears(ann, frame);
    assert.deepEqual(story.judgedBy(authorised), [
      `ann's heard message ${sequenceNumber} without the right to subscribe.`,
    ]);
  });

  it("finds what was sent after the hearer's token had expired", () => {
    const story = new Story();
    const ann = story.connect("ann", { tokenSeconds: 60 });
    story.now = ann.expiresAt - 10;
    const message = story.backend(1);
    story.deliver(message, ann);
    story.end(ann, 1000);
    assert.deepEqual(story.judgedBy(authorised), [
      `ann's heard message ${message.sequenceNumber}, which was sent after its token had expired.`,
    ]);
  });

  it("finds what was delivered long after the hearer's token had expired", () => {
    const story = new Story();
    const ann = story.connect("ann", { tokenSeconds: 60 });
    const message = story.backend(1);
    story.now = ann.expiresAt + 31_000;
    story.deliver(message, ann);
    story.end(ann, 1000);
    assert.deepEqual(story.judgedBy(authorised), [
      `ann's heard message ${message.sequenceNumber} 31 s after its token had expired.`,
    ]);
  });

  it("finds what an expired sender or one without the right got delivered", () => {
    const story = new Story();
    const ann = story.connect("ann", { tokenSeconds: 60 });
    const ben = story.connect("ben", { rights: { subscribe: true, publish: false } });
    story.now = ann.expiresAt;
    const late = story.publish(ann, 1);
    story.deliver(late, ben);
    story.end(ann, 1000);
    const forbidden = story.publish(ben, 2);
    assert.deepEqual(story.judgedBy(authorised), [
      `ben's heard ${late.sequenceNumber} of ann's, whose token had expired.`,
      `ben's published ${forbidden.sequenceNumber} without the right to.`,
    ]);
  });

  it("finds one that is still open after its token has expired", () => {
    const story = new Story();
    const ann = story.connect("ann", { tokenSeconds: 60 });
    story.now = ann.expiresAt + 1;
    assert.deepEqual(story.judgedBy(authorised), [
      "ann's is still open, although its token has expired.",
    ]);
  });
});

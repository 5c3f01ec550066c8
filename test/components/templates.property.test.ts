import assert from "node:assert/strict";
import fc from "fast-check";
import { messageRequest, textRequest } from "../../components/templates.ts";
import { hashOf } from "../../handlers/lib/connection-context.ts";
import { errors, idPattern } from "../../handlers/protocol/index.ts";
import { type Origin, PlayedRoutes } from "./played-routes.ts";
import { type QueuedMessage, readSendMessage } from "./sqs-form.ts";
import { anyFrame, anyId, anyIdentity, anyText, tooDeep } from "./trouble.ts";

const frames = 100_000;
/** Each mutant below is found within a few dozen. */
const framesForMutant = 5000;
const replies = 5000;

const origins: fc.Arbitrary<Origin> = fc.record({
  identity: anyIdentity,
  connectionId: anyId,
  requestId: anyId,
  at: fc.nat({ max: 4e12 }),
});

/** What is to lie on the queue; undefined: nothing. */
function expectedMessage(frame: string, origin: Origin): QueuedMessage | undefined {
  const { identity, connectionId, requestId, at } = origin;
  const { id, isMessage } = readFrame(frame);
  if (!identity.rights.publish || (isMessage && frame.includes(tooDeep))) return undefined;
  const isNamed = isMessage && typeof id === "string" && idPattern.test(id);
  return {
    group: identity.room,
    deduplicationId: isNamed ? `c-${hashOf(identity.user)}-${id}` : `r-${requestId}`,
    body: frame,
    attributes: {
      kind: isMessage ? "message" : "text",
      connectionId,
      requestId,
      user: identity.user,
      sentAt: String(at),
      expiresAt: String(identity.expiresAt),
    },
  };
}

function readFrame(frame: string): { isMessage: boolean; id?: unknown } {
  try {
    const { action, id } = Object(JSON.parse(frame));
    return { isMessage: action === "message", id };
  } catch {
    return { isMessage: false };
  }
}

function queued(routes: PlayedRoutes, frame: string, origin: Origin): QueuedMessage | undefined {
  const form = routes.requestOf(frame, origin);
  return form === undefined ? undefined : readSendMessage(form);
}

/** Every frame is one message of its sender's, or none where it may not or cannot be published. */
function queuesWhatItShould(routes: PlayedRoutes) {
  return fc.property(anyFrame, origins, (frame, origin) => {
    assert.deepEqual(queued(routes, frame, origin), expectedMessage(frame, origin));
  });
}

describe("Any frame of any sender", function () {
  this.timeout(120_000);
  const { stackTraceLimit } = Error;
  let routes: PlayedRoutes;

  before(async () => {
    routes = await PlayedRoutes.record();
    // Half of the frames are not JSON; no error needs to know where it was thrown.
    Error.stackTraceLimit = 0;
  });

  after(() => {
    Error.stackTraceLimit = stackTraceLimit;
  });

  it("is one message in the sender's room, of the sender, with its own text; or none", () => {
    fc.assert(queuesWhatItShould(routes), { numRuns: frames });
  });

  it("stays in its parameter even as text that is not Unicode, which becomes question marks", () => {
    const marked = (text: string) => text.replace(/\p{Surrogate}/gu, "?");
    const half = fc.constantFrom("\ud800", "\udc00", "\udc00\ud800");
    const texts = fc.tuple(anyText, half, anyText).map((parts) => parts.join("|"));
    const property = fc.property(texts, texts, origins, (frame, user, origin) => {
      const identity = { ...origin.identity, rights: { subscribe: true, publish: true } };
      const message = queued(routes, frame, { ...origin, identity: { ...identity, user } });
      assert.deepEqual([message?.body, message?.attributes["user"]], [frame, user].map(marked));
      assert.equal(message?.group, identity.room);
    });
    fc.assert(property, { numRuns: replies });
  });

  describe("is let out of its parameter, and found out,", () => {
    const encoding = /\$util\.urlEncode\(([^()]+)\)/g;
    const templates = { message: messageRequest, $default: textRequest };
    const isFound = (mutant: PlayedRoutes) =>
      fc.check(queuesWhatItShould(mutant), { numRuns: framesForMutant, endOnFailure: true }).failed;

    for (const [routeKey, template] of Object.entries(templates)) {
      for (const { index, 0: whole, 1: value = "" } of template.matchAll(encoding)) {
        const parameter = /([\w.]+)=[^=]*$/.exec(template.slice(0, index))?.[1];
        it(`without the encoding of ${value} in ${parameter} of ${routeKey}`, () => {
          const before = template.slice(0, index);
          const after = template.slice(index + whole.length);
          const mutant = routes.changed((of) => (of === template ? before + value + after : of));
          assert.ok(isFound(mutant));
        });
      }
    }

    const others = { "[A-Za-z0-9_-]{1,64}": ".+", '$context.authorizer.publish == "true"': "true" };
    for (const [part, weaker] of Object.entries(others)) {
      it(`with ${weaker} for ${part}`, () => {
        assert.ok(isFound(routes.changed((template) => template.replace(part, weaker))));
      });
    }
  });

  it("is answered with a frame of the protocol, to the letter, whatever the queue has said", () => {
    const answers = fc.record({
      status: fc.constantFrom(200, 201, 299, 300, 400, 403, 413, 429, 500, 503),
      headers: fc.constant({}),
      body: anyText,
    });
    const property = fc.property(anyFrame, origins, answers, (frame, origin, answer) => {
      const { requestId, identity } = origin;
      const { code, message } = identity.rights.publish
        ? errors.notQueued
        : errors.publishNotAllowed;
      const expected =
        answer.status < 300
          ? { type: "ack", requestId }
          : { type: "error", code, message, requestId };
      assert.equal(routes.replyTo(frame, origin, answer), JSON.stringify(expected));
    });
    fc.assert(property, { numRuns: replies });
  });

  it("that is a ping is answered with the time", () => {
    const answer = { status: 200, headers: {}, body: "" };
    const property = fc.property(origins, (origin) => {
      const reply = routes.replyTo('{"action":"ping"}', origin, answer);
      assert.equal(reply, `{"type":"pong","at":${origin.at}}`);
    });
    fc.assert(property, { numRuns: replies });
  });
});

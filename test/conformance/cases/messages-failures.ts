import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { assertAnswers, assertErrorFrame, named, seenFrames } from "../frames.ts";
import { assumed, observed, pages } from "../sources.ts";

const lostAnswers = observed("answers at re:Post: without a statusCode, an error comes");

/** What a client hears of a message that leads nowhere. */
export const cases: Case[] = [
  {
    id: "no-route-is-forbidden",
    area: "messages",
    title:
      "Without a $default route a message that names none is answered by Forbidden, and the connection stays open.",
    sources: [pages.routes, seenFrames],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.connect(target.outputs.stages.bare.url);
      for (const text of ["hello", "{}", '{"action":"unknown"}']) {
        assertErrorFrame(await client.ask(text), "Forbidden");
      }
      assert.deepEqual(await client.ask({ action: "ping" }), { type: "pong" });
    },
  },
  {
    id: "function-that-throws-is-an-error-frame",
    area: "messages",
    title:
      "A function that throws is answered by Internal server error with the ids of connection and request, and the connection stays open.",
    sources: [seenFrames],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client, id } = await named(target);
      for (const order of ["throw", "throw-text"]) {
        const frame = await client.ask({ action: "echo", do: order });
        assertErrorFrame(frame, "Internal server error");
        const { requestContext } = (await target.report(name, "echo")).event;
        assert.deepEqual([frame.connectionId, frame.requestId], [id, requestContext.requestId]);
      }
      await assertAnswers(client);
    },
  },
  {
    id: "malformed-answer-is-an-error-frame",
    area: "messages",
    title:
      "A function whose answer has no status, or a body that is no text, is answered by Internal server error.",
    sources: [lostAnswers],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const answer of [
        {},
        null,
        "text",
        { body: "no status" },
        { statusCode: "none" },
        { statusCode: 200, body: { a: 1 } },
      ]) {
        const frame = await client.ask({ action: "echo", do: "answer", answer });
        assertErrorFrame(frame, "Internal server error");
      }
    },
  },
  {
    id: "integration-past-its-timeout",
    area: "messages",
    title:
      "A function that takes longer than the integration's timeout is answered by an error frame, and the connection stays open.",
    sources: [pages.quotas, seenFrames],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const frame = await client.ask({ action: "impatient", do: "wait", for: 1000 });
      assertErrorFrame(frame, frame.message);
      await assertAnswers(client);
      await target.grace();
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "timeout-frame",
    area: "messages",
    title: "The frame for an integration past its timeout says Endpoint request timed out.",
    sources: [assumed("as INTEGRATION_TIMEOUT of REST APIs")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const frame = await client.ask({ action: "impatient", do: "wait", for: 1000 });
      assertErrorFrame(frame, "Endpoint request timed out");
    },
  },
];

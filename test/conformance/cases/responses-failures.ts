import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { assertAnswers, assertErrorFrame, named } from "../frames.ts";
import { assumed, pages } from "../sources.ts";

const noWords = assumed("as for any integration that fails");

/** Templates that fail, and what they see. */
export const cases: Case[] = [
  {
    id: "request-template-that-fails",
    area: "responses",
    title:
      "A request template that fails is an Internal server error, and the connection stays open.",
    sources: [noWords],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const frame = await client.ask({ action: "bad-request-template", text: "not JSON" });
      assertErrorFrame(frame, "Internal server error");
      const good = { action: "bad-request-template", text: '{"a":"fine"}' };
      assert.deepEqual(await client.ask(good), { matched: "2xx" });
    },
  },
  {
    id: "response-template-that-fails",
    area: "responses",
    title: "A response template that fails is an Internal server error.",
    sources: [noWords],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      assertErrorFrame(
        await client.ask({ action: "bad-response-template" }),
        "Internal server error",
      );
      await assertAnswers(client);
    },
  },
  {
    id: "mock-without-a-status",
    area: "responses",
    title: "A MOCK whose request template renders no statusCode is an Internal server error.",
    sources: [assumed("as REST APIs do it")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      assertErrorFrame(await client.ask({ action: "no-status" }), "Internal server error");
      const frame = { action: "by-status", status: "none" };
      assertErrorFrame(await client.ask(frame), "Internal server error");
    },
  },
  {
    id: "integration-responses-see-the-connection",
    area: "responses",
    title: "A response template has the context of the request, and the authorizer's.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client, id } = await named(target);
      const context = await client.ask({ action: "reply", template: "context" });
      assert.equal(context.connectionId, id);
      assert.deepEqual([context.routeKey, context.stage], ["reply", "main"]);
      assert.deepEqual(
        [context["authorizer.principalId"], context["authorizer.case"]],
        ["somebody", name],
      );
      assert.equal(context.requestId, context.extendedRequestId);
      assert.match(context.messageId, /./);
    },
  },
];

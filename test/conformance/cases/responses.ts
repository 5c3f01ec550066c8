import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { assertAnswers, named } from "../frames.ts";
import { assumed, observed, pages } from "../sources.ts";

const statusSelection = observed("aws-cdk integ.aws.ts: a status chooses the response");

/** Who is answered, and with what. */
export const cases: Case[] = [
  {
    id: "one-way-route-answers-nothing",
    area: "responses",
    title:
      "A route without a route response does its work and answers nothing, whatever its integration.",
    sources: [pages.routeResponses, pages.messages],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      client.send({ action: "silent-mock" });
      client.send({ action: "silent" });
      await target.report(name, "silent");
      client.send({ action: "enqueue-silently" });
      await target.mail("rendered", name);
      await target.grace();
      assert.deepEqual(client.unread, []);
      await assertAnswers(client);
    },
  },
  {
    id: "half-of-two-way-answers-nothing",
    area: "responses",
    title:
      "A route with a route response but no selection expression, or the other way round, answers nothing.",
    sources: [pages.routeResponses, pages.selections],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      for (const action of ["only-selection", "only-response"]) {
        client.send({ action });
        await target.report(name, action);
      }
      await target.grace();
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "one-way-failure-of-a-function",
    area: "responses",
    title: "A one-way function that throws is an error frame all the same.",
    sources: [observed("issues about chat samples, whose routes are one-way")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const frame = await client.ask({ action: "silent", do: "throw" });
      assert.equal(frame.message, "Internal server error");
      await assertAnswers(client);
    },
  },
  {
    id: "proxied-body-passes-through",
    area: "responses",
    title: "The client is sent the body that a proxied function returns, JSON or not.",
    sources: [pages.responses],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const body of ['{"a": 1}', "plain text", "grüße 😀", " ", "$context.stage #if"]) {
        client.send({ action: "echo", do: "answer", answer: { statusCode: 200, body } });
        assert.equal(await client.next(), body);
      }
    },
  },
  {
    id: "proxied-status-changes-nothing",
    area: "responses",
    title: "The body is sent whatever status the function returns.",
    sources: [assumed("a proxied answer passes through")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const statusCode of [201, 302, 400, 500, "404"]) {
        const answer = { statusCode, body: `with ${statusCode}` };
        client.send({ action: "echo", do: "answer", answer });
        assert.equal(await client.next(), answer.body);
      }
    },
  },
  {
    id: "empty-answer-sends-nothing",
    area: "responses",
    title:
      "Where there is nothing to send, no frame is sent: a function without a body, an empty template.",
    sources: [assumed("nothing says that an empty frame is sent")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const answer of [{ statusCode: 200 }, { statusCode: 200, body: "" }]) {
        client.send({ action: "echo", do: "answer", answer });
      }
      client.send({ action: "empty" });
      await target.grace();
      assert.deepEqual(client.unread, []);
      await assertAnswers(client);
    },
  },
  {
    id: "status-chooses-the-response",
    area: "responses",
    title:
      "The integration response whose expression matches the status is taken, and $default where none does.",
    sources: [pages.responses, statusSelection],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const [status, matched] of [
        [200, "2xx"],
        [202, "2xx"],
        [404, "404"],
        [400, "default"],
        [302, "default"],
        [500, "5xx"],
        [503, "5xx"],
      ]) {
        assert.deepEqual(await client.ask({ action: "by-status", status }), { matched });
      }
    },
  },
  {
    id: "no-response-for-a-status",
    area: "responses",
    title:
      "A status that no integration response matches, or an integration that has none, is an Internal server error.",
    sources: [
      assumed("the guide asks for one at least, and for $default; not what happens without"),
    ],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      assert.deepEqual(await client.ask({ action: "no-default", status: 200 }), { matched: "2xx" });
      for (const frame of [{ action: "no-default", status: 500 }, { action: "no-responses" }]) {
        assert.equal((await client.ask(frame)).message, "Internal server error");
      }
    },
  },
  {
    id: "status-chooses-the-template",
    area: "responses",
    title:
      "A response's template can be chosen by the status; $default is taken where there is none for it.",
    sources: [pages.selections, pages.messages],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const [status, text] of [
        [200, "two hundred"],
        [404, "not found"],
        [500, "another"],
      ] as const) {
        client.send({ action: "by-response-status", status });
        assert.equal(await client.next(), text);
      }
    },
  },
  {
    id: "request-chooses-the-template",
    area: "responses",
    title:
      "A response's template can be chosen by the message; $default is taken where there is none of that name.",
    sources: [pages.selections, pages.messages],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      client.send({ action: "reply", template: "static" });
      assert.equal(await client.next(), "not JSON, and nothing to render");
      for (const template of ["unknown", undefined]) {
        assert.equal((await client.ask({ action: "reply", template })).type, "pong");
      }
    },
  },
  {
    id: "status-in-a-response-template",
    area: "responses",
    title: "In a response template $context.status is what the integration answered.",
    sources: [pages.variables],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const frame = await client.ask({ action: "reply", template: "status" });
      assert.deepEqual(frame, { status: "200" });
    },
  },
];

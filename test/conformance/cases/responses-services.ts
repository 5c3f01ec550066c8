import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { assertAnswers, assertErrorFrame, named } from "../frames.ts";
import { assumed, gatewayGuide, observed, pages, serviceModel } from "../sources.ts";

const mapping = gatewayGuide("data mapping for WebSocket APIs", "websocket-api-data-mapping");
const missingKey = observed(
  "aws-solutions-constructs issue 1172",
  "https://github.com/awslabs/aws-solutions-constructs/issues/1172",
);
const noWords = assumed("as for any integration that fails");
const jsonOfSqs = observed(
  "localstack pull request 9102, for REST APIs",
  "https://github.com/localstack/localstack/pull/9102",
);
const statusSelection = observed("aws-cdk integ.aws.ts: a status chooses the response");

/** What services answer, and what they are sent. */
export const cases: Case[] = [
  {
    id: "two-way-queue-route",
    area: "responses",
    title: "A two-way route can acknowledge what SQS has taken, by the id of the request.",
    sources: [pages.responses, statusSelection],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      const frame = { action: "enqueue", text: "a & b = c % d + e" };
      const { queued } = await client.ask(frame);
      assert.match(queued, /./);
      assert.deepEqual(JSON.parse((await target.mail("rendered", name)).Body ?? ""), frame);
    },
  },
  {
    id: "service-refusal-chooses-the-response",
    area: "responses",
    title:
      "What SQS refuses is an answer: a message without a body, and a queue that is not there, take the response for 4xx.",
    sources: [statusSelection, serviceModel("sqs", "SendMessage")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const action of ["refused", "no-such-queue"]) {
        assert.equal((await client.ask({ action })).matched, "4xx", action);
      }
    },
  },
  {
    id: "service-refusal-without-a-response",
    area: "responses",
    title: "A refusal for which there is no integration response is an Internal server error.",
    sources: [assumed("as for a status of a MOCK")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const { message } = await client.ask({ action: "refused-unmatched" });
      assert.equal(message, "Internal server error");
    },
  },
  {
    id: "one-way-refusal-of-a-service",
    area: "responses",
    title: "What a service refuses on a one-way route the client does not hear.",
    sources: [pages.messages, assumed("that this is so for refusals, too")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      client.send({ action: "refused-silently" });
      await target.grace();
      assert.deepEqual(client.unread, []);
      await assertAnswers(client);
    },
  },
  {
    id: "answer-of-sqs-in-json",
    area: "responses",
    title:
      "Asked by Accept, SQS answers the query protocol in JSON, and a response template can read the message's id in it.",
    sources: [jsonOfSqs],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      const { id } = await client.ask({ action: "enqueue-for-id" });
      assert.equal(id, (await target.mail("rendered", name)).MessageId);
    },
  },
  {
    id: "no-response-template-passes-the-answer",
    area: "responses",
    title: "Without a response template the client is sent what the service answered.",
    sources: [jsonOfSqs, assumed("that it passes")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      const { SendMessageResponse } = await client.ask({ action: "enqueue-plainly" });
      const { MessageId } = await target.mail("rendered", name);
      assert.equal(SendMessageResponse.SendMessageResult.MessageId, MessageId);
    },
  },
  {
    id: "path-parameter-from-the-message",
    area: "responses",
    title: "A mapped parameter can put a property of the message into the integration's path.",
    sources: [mapping],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      const queue = new URL(target.outputs.queues.rendered).pathname.split("/").at(-1);
      const frame = { action: "enqueue-by-path", queue };
      const { queued } = await client.ask(frame);
      assert.match(queued, /./);
      assert.deepEqual(JSON.parse((await target.mail("rendered", name)).Body ?? ""), frame);
    },
  },
  {
    id: "never-passes-through",
    area: "responses",
    title:
      "Where passthroughBehavior is NEVER, a message for which there is no request template is refused.",
    sources: [pages.messages, missingKey],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const template of ["unknown", undefined]) {
        const frame = await client.ask({ action: "missing-template", template });
        assert.equal(frame.matched, undefined);
        assert.equal(typeof frame.message, "string");
      }
    },
  },
  {
    id: "never-passes-through-frame",
    area: "responses",
    title: "The frame for a missing request template says Internal server error.",
    sources: [missingKey, noWords],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const frame = await client.ask({ action: "missing-template", template: "unknown" });
      assertErrorFrame(frame, "Internal server error");
    },
  },
  {
    id: "request-template-by-the-message",
    area: "responses",
    title:
      "A request template can be chosen by the message; $default is taken where there is none of that name.",
    sources: [pages.messages],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      for (const [template, text] of [
        ["stageVariable", "green"],
        ["unknown", "the default"],
        [undefined, "the default"],
      ]) {
        await client.ask({ action: "render", template });
        assert.equal((await target.mail("rendered", name)).Body, text);
      }
    },
  },
];

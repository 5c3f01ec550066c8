import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { contextVariables } from "../fixture/templates.ts";
import { named, renderer } from "../frames.ts";
import { assumed, observed, pages } from "../sources.ts";

const texts = [
  "plain",
  "two words & more = 100% + 1",
  "quotes \" and ' and \\ and /",
  "line\nbreak\ttab",
  "grüße 日本 😀",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a client may send
  "$context.requestId #if(true)x#end ${context.stage} $util.urlEncode('a') ##",
];

/** What request templates read: `$input`, `$context`, `$stageVariables`. */
export const cases: Case[] = [
  {
    id: "input-body-is-the-text",
    area: "templates",
    title:
      "$input.body is the message as it came, white space and all; what looks like a template in it is not rendered.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      for (const value of texts) {
        const text = ` {"action" : "render",\n "template":"body", "value":${JSON.stringify(value)} }`;
        await client.ask(text);
        assert.equal((await target.mail("rendered", name)).Body, text);
      }
    },
  },
  {
    id: "input-json-is-json",
    area: "templates",
    title: "$input.json(path) is the JSON of what is there: a text keeps its quotes.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const values = [...texts, 7, -1.5, true, false, [], ["a", 1], {}, { a: { b: [null, "c"] } }];
      const render = await renderer(target, "json");
      for (const value of values) assert.deepEqual(JSON.parse(await render(value)), value);
    },
  },
  {
    id: "input-json-of-the-root",
    area: "templates",
    title: "$input.json('$') is the whole message.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "jsonRoot");
      assert.deepEqual(JSON.parse(await render({ a: ["b", 1] })), {
        action: "render",
        template: "jsonRoot",
        value: { a: ["b", 1] },
      });
    },
  },
  {
    id: "input-json-of-nothing",
    area: "templates",
    title: "$input.json of what is missing, or null, is two quotes.",
    sources: [observed("REST APIs")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "json");
      for (const value of [undefined, null]) assert.equal(await render(value), '""');
    },
  },
  {
    id: "input-json-keeps-numbers",
    area: "templates",
    title: "$input.json keeps the digits of a large whole number, and the point of 1.0.",
    sources: [assumed("Java's numbers")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      for (const number of ["12345678901234567890", "1.0", "-7"]) {
        await client.ask(`{"action":"render","template":"json","value":${number}}`);
        assert.equal((await target.mail("rendered", name)).Body, number);
      }
    },
  },
  {
    id: "input-path-is-the-text",
    area: "templates",
    title: "$input.path(path) of a text is that text, without quotes.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "path");
      for (const value of texts) assert.equal(await render(value), value);
    },
  },
  {
    id: "input-path-of-other-values",
    area: "templates",
    title:
      "$input.path of a number or a boolean is its text, of a list its JSON, of an object Java's text of a map.",
    sources: [observed("REST APIs, for objects and lists")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "path");
      for (const [value, text] of [
        [7, "7"],
        [1.5, "1.5"],
        [true, "true"],
        [["a", 1], '["a",1]'],
        [{ a: 1, b: "c" }, "{a=1, b=c}"],
      ]) {
        assert.equal(await render(value), text);
      }
    },
  },
  {
    id: "input-path-goes-inside",
    area: "templates",
    title: "A path goes into objects and lists.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "pathInside");
      assert.equal(await render({ a: [{ b: "first" }, { b: "second" }] }), "second");
    },
  },
  {
    id: "context-of-a-message",
    area: "templates",
    title: "The documented variables of $context have a value on a message route.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const headers = { "User-Agent": "conformance/2" };
      const { name, client, id } = await named(target, { headers });
      const { queued } = await client.ask({ action: "render", template: "context" });
      const context = JSON.parse((await target.mail("rendered", name)).Body ?? "");
      assert.deepEqual(Object.keys(context), contextVariables);
      for (const variable of contextVariables) assert.match(context[variable], /./, variable);
      assert.equal(context.connectionId, id);
      assert.equal(context.requestId, queued);
      assert.equal(context.extendedRequestId, queued);
      const { eventType, routeKey, stage } = context;
      assert.deepEqual([eventType, routeKey, stage], ["MESSAGE", "render", "main"]);
      assert.match(context.requestTime, /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/);
      for (const time of ["connectedAt", "requestTimeEpoch"]) {
        assert.ok(Math.abs(Number(context[time]) - target.now()) < 60_000, time);
      }
      assert.equal(context["identity.userAgent"], "conformance/2");
      assert.match(context["identity.sourceIp"], /^[\d.:a-f]+$/);
      assert.equal(context["authorizer.case"], name);
    },
  },
  {
    id: "context-agrees-with-the-handshake",
    area: "templates",
    title:
      "apiId, domainName and connectedAt are the same in a template as in the events of functions.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const client = await target.open({ name });
      const { requestContext } = (await target.report(name, "connect")).event;
      const context = await client.ask({ action: "reply", template: "context" });
      for (const variable of ["apiId", "domainName", "connectedAt"]) {
        assert.equal(context[variable], String(requestContext[variable]), variable);
      }
    },
  },
  {
    id: "authorizer-context-is-text",
    area: "templates",
    title: "What an authorizer returned as a number or a boolean is a text in templates.",
    sources: [
      pages.variables,
      observed("the sample websocketratelimit: the context on message routes"),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target, { outcome: "context" });
      await client.ask({ action: "render", template: "authorizer" });
      assert.equal((await target.mail("rendered", name)).Body, "7|true");
    },
  },
  {
    id: "stage-variables",
    area: "templates",
    title:
      "$stageVariables has the variables of the stage, in request and response templates and in each notation.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "stageVariable");
      assert.equal(await render(undefined), "green");
      const client = await target.open();
      const frame = { action: "reply", template: "stageVariable" };
      assert.deepEqual(await client.ask(frame), { colour: "green" });
      client.send({ action: "reply", template: "stageVariableForms" });
      assert.equal(await client.next(), "green|green|green");
    },
  },
  {
    id: "what-is-undefined-renders-empty",
    area: "templates",
    title:
      "A path, a context variable, a stage variable or a parameter that is not there renders as nothing.",
    sources: [observed("serverless-patterns and others rely on it; Velocity alone would print it")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const render = await renderer(target, "missing");
      assert.equal(await render(undefined), "[|||]");
      const client = await target.open();
      client.send({ action: "reply", template: "missing" });
      assert.equal(await client.next(), "[||]");
    },
  },
];

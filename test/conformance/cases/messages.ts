import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { named } from "../frames.ts";
import { assumed, lambdaGuide, pages } from "../sources.ts";

const proxy = lambdaGuide("API Gateway events", "services-apigateway");

/** Which route a message takes, and what its function is told. */
export const cases: Case[] = [
  {
    id: "message-takes-the-route-it-names",
    area: "messages",
    title: "A message goes to the route whose key its selected property has, wherever that stands.",
    sources: [pages.routes],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const text of [
        '{"action":"echo"}',
        ' {\n\t"other": {"action": "silent"}, "list": ["silent"], "action" : "echo" } ',
        '{"\\u0061ction":"ec\\u0068o"}',
      ]) {
        const { name, client } = await named(target);
        client.send(text);
        assert.equal(await client.next(), text);
        const { requestContext } = (await target.report(name, "echo")).event;
        assert.equal(requestContext.routeKey, "echo", text);
      }
    },
  },
  {
    id: "what-names-no-route-takes-default",
    area: "messages",
    title:
      "Text that is not JSON, JSON without the property, and a name that is not exactly that of a route go to $default as they are.",
    sources: [pages.routes, pages.messages],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      for (const text of [
        "hello",
        '{"action":"echo"',
        "action=echo",
        "{}",
        "[]",
        "null",
        "7",
        '"echo"',
        '["echo"]',
        '{"Action":"echo"}',
        '{"nested":{"action":"echo"}}',
        '{"action":"unknown"}',
        '{"action":""}',
        '{"action":"Echo"}',
        '{"action":"echo "}',
      ]) {
        client.send(text);
        assert.equal(await client.next(), text);
        const { event } = await target.report(name, "$default");
        assert.deepEqual([event.requestContext.routeKey, event.body], ["$default", text]);
      }
    },
  },
  {
    id: "odd-names-take-default",
    area: "messages",
    title:
      "A name that is null, an object, or that of a route for the connection's life goes to $default.",
    sources: [assumed("$connect and $disconnect are no routes for messages")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      for (const action of [null, { echo: 1 }, "$connect", "$disconnect"]) {
        await client.ask({ action });
        const { event } = await target.report(name, "$default");
        assert.deepEqual(JSON.parse(event.body), { action });
      }
      assert.deepEqual(await target.reported(name), ["authorizer"]);
    },
  },
  {
    id: "empty-text-takes-default",
    area: "messages",
    title: "An empty text is a message, too: it goes to $default.",
    sources: [assumed("it is not JSON")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      client.send("");
      const { event } = await target.report(name, "$default");
      assert.deepEqual([event.body, event.isBase64Encoded], ["", false]);
    },
  },
  {
    id: "selection-inside-of-a-property",
    area: "messages",
    title:
      "A selection expression can name a property inside of another; a number or a boolean there is taken as text.",
    sources: [pages.routes],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.connect(target.outputs.stages.nestedKey.url);
      for (const [name, route] of [
        ["one", "one"],
        [1, "1"],
        [true, "true"],
        ["two", "default"],
      ]) {
        assert.deepEqual(await client.ask({ call: { name } }), { route });
      }
      assert.deepEqual(await client.ask({ call: "one" }), { route: "default" });
    },
  },
  {
    id: "selection-of-several-properties",
    area: "messages",
    title: "A selection expression can join several properties with text between them.",
    sources: [pages.routes, pages.selections],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.connect(target.outputs.stages.joinedKey.url);
      assert.deepEqual(await client.ask({ kind: "one", version: 1 }), { route: "one-1" });
      assert.deepEqual(await client.ask({ kind: "one", version: 2 }), { route: "default" });
    },
  },
  {
    id: "message-event",
    area: "messages",
    title:
      "The event of a message has its text, its context and the stage's variables, and nothing of the handshake.",
    sources: [pages.variables, proxy],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client, id } = await named(target);
      const text = '{ "action": "echo" }';
      client.send(text);
      const { event } = await target.report(name, "echo");
      const { connectionId, eventType, stage, authorizer } = event.requestContext;
      assert.deepEqual([connectionId, eventType, stage], [id, "MESSAGE", "main"]);
      assert.deepEqual([authorizer.principalId, authorizer.case], ["somebody", name]);
      assert.deepEqual([event.body, event.isBase64Encoded], [text, false]);
      assert.deepEqual(event.stageVariables, { colour: "green" });
      assert.equal(event.queryStringParameters, undefined);
      assert.equal(event.headers?.["X-Caller"], undefined);
    },
  },
  {
    id: "message-ids",
    area: "messages",
    title: "Each message has a message id and a request id of its own.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      const ids = new Set<string>();
      for (let count = 0; count < 3; count++) {
        await client.ask({ action: "echo" });
        const { requestContext } = (await target.report(name, "echo")).event;
        assert.equal(requestContext.extendedRequestId, requestContext.requestId);
        ids.add(requestContext.messageId).add(requestContext.requestId);
      }
      assert.equal(ids.size, 6);
    },
  },
  {
    id: "text-is-not-changed",
    area: "messages",
    title: "A function gets a message, and the client its answer, character for character.",
    sources: [proxy],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (const text of [
        "grüße, 日本, 😀",
        '{"action" :"echo","n":1.0,"n":12345678901234567890,"s":"\\u00e9\\/"}',
        "  spaces and lines \r\n\t",
        "a=b&c=%26+d",
      ]) {
        client.send(text);
        assert.equal(await client.next(), text);
      }
    },
  },
  {
    id: "answers-go-to-who-asked",
    area: "messages",
    title: "What a route answers goes to the connection that asked, and to no other.",
    sources: [pages.routeResponses],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const [asking, silent] = [await target.open(), await target.open()];
      await asking.ask({ action: "echo" });
      await asking.ask({ action: "reply" });
      await target.grace();
      assert.deepEqual(silent.unread, []);
    },
  },
  {
    id: "slow-message-holds-nobody-up",
    area: "messages",
    title: "A message does not wait for the answer to the one before it on the same connection.",
    sources: [
      pages.messages,
      assumed("that it does not wait; the guide promises no order of answers"),
    ],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      client.send({ action: "echo", do: "wait", for: 1000 });
      client.send({ action: "reply" });
      assert.equal((await client.nextJson()).type, "pong");
      assert.equal((await client.nextJson()).for, 1000);
    },
  },
];

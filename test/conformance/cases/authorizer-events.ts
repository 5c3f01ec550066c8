import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { gatewayGuide, observed } from "../sources.ts";

const authorizers = gatewayGuide(
  "WebSocket Lambda REQUEST authorizers",
  "apigateway-websocket-api-lambda-auth",
);
const output = gatewayGuide("Lambda authorizer output", "api-gateway-lambda-authorizer-output");

/** What an authorizer is told, and what others are told of it. */
export const cases: Case[] = [
  {
    id: "authorizer-event",
    area: "authorizer",
    title:
      "An authorizer gets type REQUEST, the method's ARN, headers, query, stage variables and the connection's context.",
    sources: [authorizers],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name, headers: { "X-Mixed": "a" }, query: { more: "b c" } });
      const { event } = await target.report(name, "authorizer");
      const { apiId, stage, routeKey, eventType } = event.requestContext;
      assert.equal(event.type, "REQUEST");
      assert.match(
        event.methodArn,
        /^arn:aws[a-z-]*:execute-api:[a-z0-9-]+:\d{12}:[a-z0-9]+\/main\/\$connect$/,
      );
      assert.ok(event.methodArn.includes(`:${apiId}/`));
      assert.deepEqual([stage, routeKey, eventType], ["main", "$connect", "CONNECT"]);
      assert.equal(event.headers["X-Mixed"], "a");
      assert.deepEqual(event.multiValueHeaders["X-Mixed"], ["a"]);
      assert.equal(event.queryStringParameters.more, "b c");
      assert.deepEqual(event.stageVariables, { colour: "green" });
    },
  },
  {
    id: "authorizer-and-connect-share-the-request",
    area: "authorizer",
    title: "The authorizer and $connect are told the same connection and the same request.",
    sources: [authorizers],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name });
      const asked = (await target.report(name, "authorizer")).event.requestContext;
      const connected = (await target.report(name, "connect")).event.requestContext;
      assert.equal(asked.connectionId, connected.connectionId);
      assert.equal(asked.requestId, connected.requestId);
      assert.equal(asked.authorizer, undefined);
    },
  },
  {
    id: "context-reaches-every-route-as-text",
    area: "authorizer",
    title:
      "The authorizer's context and principalId are in every later event, numbers and booleans as text.",
    sources: [
      output,
      observed(
        "serverless-offline issue 1379",
        "https://github.com/dherault/serverless-offline/issues/1379",
      ),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const client = await target.open({ name, outcome: "context" });
      await client.ask({ action: "echo" });
      await client.ask({ action: "nobody's" });
      await client.close();
      for (const source of ["connect", "echo", "$default", "disconnect"]) {
        const { authorizer } = (await target.report(name, source)).event.requestContext;
        const { integrationLatency: _, ...context } = authorizer;
        assert.deepEqual(
          context,
          {
            principalId: "somebody",
            case: name,
            text: "two words",
            number: "7",
            fraction: "1.5",
            yes: "true",
            no: "false",
          },
          source,
        );
      }
    },
  },
  {
    id: "roomcast-401-without-room",
    area: "authorizer",
    title:
      "Roomcast's identity source is the room: without it the answer is 401, whatever the token.",
    sources: [authorizers],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const headers = { Authorization: `Bearer ${await target.token("alice", [room])}` };
      for (const query of [{}, { room_id: "" }, { room: room }]) {
        const { status } = await target.handshake(target.outputs.url, { query, headers });
        assert.equal(status, 401, JSON.stringify(query));
      }
      await target.connect(target.outputs.url, { query: { room_id: room }, headers });
    },
  },
  {
    id: "roomcast-401-without-a-good-token",
    area: "authorizer",
    title:
      "Roomcast throws Unauthorized for no token, one that is none, and one that has expired: each is a 401.",
    sources: [gatewayGuide("Lambda authorizers", "apigateway-use-lambda-authorizer")],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const query = { room_id: room };
      const expired = await target.token("alice", [room], -3600);
      for (const headers of [
        {},
        { Authorization: "Bearer nothing" },
        { Authorization: "Basic YWxpY2U6c2VjcmV0" },
        { Authorization: `Bearer ${expired}` },
      ]) {
        const { status } = await target.handshake(target.outputs.url, { query, headers });
        assert.equal(status, 401);
      }
    },
  },
  {
    id: "roomcast-403-for-another-room",
    area: "authorizer",
    title: "Roomcast answers a Deny for a room that the token does not grant: 403.",
    sources: [output],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const headers = { Authorization: `Bearer ${await target.token("alice", [target.unique()])}` };
      const query = { room_id: target.unique() };
      assert.equal((await target.handshake(target.outputs.url, { query, headers })).status, 403);
    },
  },
];

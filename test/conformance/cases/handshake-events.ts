import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { gatewayGuide, lambdaGuide, observed, pages } from "../sources.ts";

const { variables } = pages;
const proxyEvent = lambdaGuide("API Gateway events", "services-apigateway");

/** What `$connect` is told. */
export const cases: Case[] = [
  {
    id: "connect-event-context",
    area: "handshake",
    title:
      "The event of $connect says which connection, route, stage, API and request it is for, and when.",
    sources: [variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const before = target.now();
      await target.open({ name });
      const { requestContext } = (await target.report(name, "connect")).event;
      assert.equal(requestContext.eventType, "CONNECT");
      assert.equal(requestContext.routeKey, "$connect");
      assert.equal(requestContext.stage, "main");
      for (const key of ["connectionId", "requestId", "apiId", "domainName"]) {
        assert.match(requestContext[key], /./, key);
      }
      assert.equal(requestContext.extendedRequestId, requestContext.requestId);
      // Milliseconds; the clocks of two machines may be a minute apart.
      for (const key of ["connectedAt", "requestTimeEpoch"]) {
        assert.ok(Math.abs(requestContext[key] - before) < 60_000, key);
      }
    },
  },
  {
    id: "request-time-is-in-common-log-format",
    area: "handshake",
    title: "requestTime is in the Common Log Format, as 09/Apr/2026:12:34:56 +0000.",
    sources: [variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name });
      const { requestContext } = (await target.report(name, "connect")).event;
      assert.match(
        requestContext.requestTime,
        /^\d\d\/[A-Z][a-z]{2}\/\d{4}:\d\d:\d\d:\d\d \+0000$/,
      );
    },
  },
  {
    id: "ids-end-in-an-equals-sign",
    area: "handshake",
    title: "Connection and request ids are 16 characters of base64 and end in =.",
    sources: [observed("every error frame that was ever quoted")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name });
      const { requestContext } = (await target.report(name, "connect")).event;
      for (const key of ["connectionId", "requestId"]) {
        assert.match(requestContext[key], /^[A-Za-z0-9_+/-]{15}=$/);
      }
    },
  },
  {
    id: "connect-event-identity",
    area: "handshake",
    title: "identity has the client's address and its User-Agent.",
    sources: [variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name, headers: { "User-Agent": "conformance/1" } });
      const { identity } = (await target.report(name, "connect")).event.requestContext;
      assert.match(identity.sourceIp, /^[\d.:a-f]+$/);
      assert.equal(identity.userAgent, "conformance/1");
    },
  },
  {
    id: "headers-keep-their-case",
    area: "handshake",
    title: "Headers come as the client wrote them, once as text and once as lists.",
    sources: [proxyEvent, observed("aws.md 4.2: functions have to normalise them")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name, headers: { "x-MiXeD": "Value" } });
      const { event } = await target.report(name, "connect");
      assert.equal(event.headers["x-MiXeD"], "Value");
      assert.deepEqual(event.multiValueHeaders["x-MiXeD"], ["Value"]);
    },
  },
  {
    id: "query-is-decoded-and-repeated",
    area: "handshake",
    title:
      "Query parameters come decoded; of a repeated one the last is the text, and all are the list.",
    sources: [proxyEvent],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const query = `outcome=allow&case=${name}&twice=a%20b&twice=c%26d&empty=`;
      const { url } = target.outputs.stages.main;
      await target.connect(url, { query, headers: { "X-Caller": "conformance" } });
      const { event } = await target.report(name, "connect");
      assert.equal(event.queryStringParameters.twice, "c&d");
      assert.deepEqual(event.multiValueQueryStringParameters.twice, ["a b", "c&d"]);
      assert.equal(event.queryStringParameters.empty, "");
    },
  },
  {
    id: "connect-event-has-stage-variables",
    area: "handshake",
    title: "The event of $connect has the stage's variables.",
    sources: [gatewayGuide("stage variables"), proxyEvent],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name });
      const { event } = await target.report(name, "connect");
      assert.deepEqual(event.stageVariables, { colour: "green" });
    },
  },
  {
    id: "connect-event-has-no-body",
    area: "handshake",
    title: "The event of $connect has no body and is not base64.",
    sources: [observed("recorded events")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name });
      const { event } = await target.report(name, "connect");
      assert.deepEqual([event.body, event.isBase64Encoded], [undefined, false]);
      assert.equal(event.requestContext.messageId, undefined);
    },
  },
  {
    id: "connected-at-stays",
    area: "handshake",
    title:
      "connectedAt and the connection's id are the same in all events of a connection; request ids differ.",
    sources: [variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const client = await target.open({ name });
      await client.ask({ action: "echo" });
      await client.close();
      const contexts = [];
      for (const source of ["connect", "echo", "disconnect"]) {
        contexts.push((await target.report(name, source)).event.requestContext);
      }
      for (const key of ["connectedAt", "connectionId", "apiId", "stage", "domainName"]) {
        assert.equal(new Set(contexts.map((context) => context[key])).size, 1, key);
      }
      assert.equal(new Set(contexts.map(({ requestId }) => requestId)).size, 3);
    },
  },
];

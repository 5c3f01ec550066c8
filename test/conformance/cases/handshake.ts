import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { ask } from "../client.ts";
import { assumed, gatewayGuide, observed, pages } from "../sources.ts";

const { lifecycle } = pages;
const { quotas } = pages;
const emulators = observed("emulators only (serverless-offline, architect/sandbox)");

/** Who gets in. */
export const cases: Case[] = [
  {
    id: "connect-keeps-the-upgrade-waiting",
    area: "handshake",
    title: "The upgrade is pending until $connect has answered.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const begin = Date.now();
      await target.open({ connect: "wait" });
      // What $connect waits for; timers may come a millisecond early.
      assert.ok(Date.now() - begin >= 399);
    },
  },
  {
    id: "post-to-a-pending-handshake-is-gone",
    area: "handshake",
    title: "PostToConnection to a connection whose $connect has not ended is refused as gone.",
    sources: [
      lifecycle,
      observed("re:Post, 410 Gone", "https://repost.aws/knowledge-center/410-gone-api-gateway"),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const client = await target.open({ name, connect: "post" });
      assert.equal((await target.report(name, "connect")).found, "GoneException");
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "connect-2xx-lets-in",
    area: "handshake",
    title: "Any 2xx of $connect opens the connection.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const connect of ["200", "201", "204"]) {
        const client = await target.open({ connect });
        assert.equal((await client.ask({ action: "echo" })).action, "echo");
      }
    },
  },
  {
    id: "connect-non-2xx-refuses",
    area: "handshake",
    title: "A status of $connect that is not 2xx opens no connection.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const connect of ["400", "401", "403", "404", "429", "500", "503"]) {
        const { status } = await target.knock({ connect });
        assert.ok(status >= 400, `${connect} was answered by ${status}`);
      }
    },
  },
  {
    id: "connect-status-is-passed-on",
    area: "handshake",
    title: "The client is answered with the status of $connect, not with its body.",
    sources: [emulators],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      for (const connect of ["400", "401", "403", "404", "429", "500", "503"]) {
        const { status, body } = await target.knock({ connect });
        assert.equal(status, Number(connect));
        assert.doesNotMatch(body, /from \$connect/);
      }
    },
  },
  {
    id: "connect-failure-refuses",
    area: "handshake",
    title: "A $connect that throws, or whose answer has no status, opens no connection.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const connect of ["throw", "no-status", "nothing"]) {
        const { status } = await target.knock({ connect });
        assert.ok(status >= 500, `${connect} was answered by ${status}`);
      }
    },
  },
  {
    id: "connect-failure-is-502",
    area: "handshake",
    title: "A $connect that throws, or whose answer has no status, is a 502.",
    sources: [emulators],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      for (const connect of ["throw", "no-status", "nothing"]) {
        const { status, body } = await target.knock({ connect });
        assert.deepEqual([status, JSON.parse(body).message], [502, "Internal server error"]);
      }
    },
  },
  {
    id: "connect-past-its-timeout-refuses",
    area: "handshake",
    title: "A $connect that takes longer than the integration's timeout opens no connection.",
    sources: [quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { status } = await target.knock({ stage: "impatientConnect", connect: "wait" });
      assert.ok(status >= 500);
    },
  },
  {
    id: "connect-past-its-timeout-is-504",
    area: "handshake",
    title: "A $connect that takes longer than the integration's timeout is a 504.",
    sources: [assumed("as INTEGRATION_TIMEOUT of REST APIs")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { status } = await target.knock({ stage: "impatientConnect", connect: "wait" });
      assert.equal(status, 504);
    },
  },
  {
    id: "connect-without-permission-refuses",
    area: "handshake",
    title: "A $connect function that API Gateway may not invoke opens no connection.",
    sources: [
      gatewayGuide(
        "Set up a WebSocket API integration request",
        "apigateway-websocket-api-routes-integrations",
      ),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { status } = await target.knock({ stage: "unpermittedConnect" });
      assert.ok(status >= 500);
    },
  },
  {
    id: "no-connect-route-lets-everyone-in",
    area: "handshake",
    title: "An API without a $connect route lets everyone in.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.connect(target.outputs.stages.bare.url);
      assert.deepEqual(await client.ask({ action: "ping" }), { type: "pong" });
    },
  },
  {
    id: "mock-connect-decides-by-its-status",
    area: "handshake",
    title: "A MOCK $connect lets in with the status 200 and refuses with 403.",
    sources: [observed("AWS Solutions Constructs build one; nobody says how it behaves")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      await target.open({ stage: "mockConnect", connect: "200" });
      assert.equal((await target.knock({ stage: "mockConnect", connect: "403" })).status, 403);
    },
  },
  {
    id: "unknown-stage-is-forbidden",
    area: "handshake",
    title: "A stage that does not exist, and a path below one, are answered by 403 Forbidden.",
    sources: [assumed("as for REST APIs")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { url } = target.outputs.stages.bare;
      for (const address of [`${url}-other`, `${url}/below`]) {
        const { status, body } = await target.handshake(address);
        assert.deepEqual([status, JSON.parse(body)], [403, { message: "Forbidden" }]);
      }
    },
  },
  {
    id: "plain-http-is-refused",
    area: "handshake",
    title: "A GET without an upgrade is answered by 426 Upgrade Required.",
    sources: [assumed("RFC 9110, 426")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { status } = await ask(target.outputs.stages.bare.url, {});
      assert.equal(status, 426);
    },
  },
  {
    id: "odd-upgrade-is-a-bad-request",
    area: "handshake",
    title:
      "An upgrade without a WebSocket key, or of another version, is a 400, and nothing is called.",
    sources: [assumed("RFC 6455, 4.2.1")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      for (const headers of [{ "Sec-WebSocket-Version": "7" }, { "Sec-WebSocket-Key": "short" }]) {
        assert.equal((await target.knock({ name, headers })).status, 400);
      }
      assert.deepEqual(await target.reported(name), []);
    },
  },
  {
    id: "address-over-4096-characters-refused",
    area: "handshake",
    title: "An address has 4096 characters at most: 3500 get in, 6000 do not.",
    sources: [quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      await target.open({ query: { filler: "x".repeat(3500) } });
      const { status } = await target.knock({ query: { filler: "x".repeat(6000) } });
      assert.ok(status >= 400);
    },
  },
  {
    id: "compression-is-not-negotiated",
    area: "handshake",
    title: "No extension is negotiated, though the client offers compression.",
    sources: [assumed("AWS names no extension")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { status, headers } = await target.knock({ compression: true });
      assert.deepEqual([status, headers["sec-websocket-extensions"]], [101, undefined]);
    },
  },
  {
    id: "handshakes-are-apart",
    area: "handshake",
    title: "Connections that are opened at once have ids of their own, and only their own answers.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const names = Array.from({ length: 3 }, () => target.unique());
      const clients = await Promise.all(names.map((name) => target.open({ name })));
      for (const [index, client] of clients.entries()) {
        client.send({ action: "echo", index });
      }
      const answers = await Promise.all(clients.map((client) => client.nextJson()));
      assert.deepEqual(
        answers.map(({ index }) => index),
        names.map((_, index) => index),
      );
      const reports = await Promise.all(names.map((name) => target.report(name, "connect")));
      const ids = reports.map(({ event }) => event.requestContext.connectionId);
      assert.equal(new Set(ids).size, names.length);
    },
  },
];

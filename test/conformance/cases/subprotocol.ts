import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { gatewayGuide, observed } from "../sources.ts";

const page = gatewayGuide(
  "routes that require a WebSocket subprotocol",
  "websocket-connect-route-subprotocol",
);
const header = "sec-websocket-protocol";

/** `Sec-WebSocket-Protocol`: what is offered, and what is answered. */
export const cases: Case[] = [
  {
    id: "subprotocol-is-what-connect-returns",
    area: "subprotocol",
    title: "Of several offered subprotocols the one that $connect returns is answered.",
    sources: [page],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const protocol of ["one", "two"]) {
        const client = await target.open({
          connect: "protocol",
          protocols: ["one", "two", "three"],
          query: { protocol },
        });
        assert.equal(client.protocol, protocol);
      }
    },
  },
  {
    id: "subprotocol-is-not-echoed",
    area: "subprotocol",
    title: "Where $connect returns no subprotocol none is answered, though some were offered.",
    sources: [
      page,
      observed(
        "serverless-offline issue 1176",
        "https://github.com/dherault/serverless-offline/issues/1176",
      ),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { status, headers } = await target.knock({ protocols: ["one", "two"] });
      assert.deepEqual([status, headers[header]], [101, undefined]);
    },
  },
  {
    id: "client-gives-up-without-its-subprotocol",
    area: "subprotocol",
    title: "A client that offered subprotocols ends a connection for which none was answered.",
    sources: [
      page,
      observed(
        "browsers: Sent non-empty 'Sec-WebSocket-Protocol' header but no response was received",
      ),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      await assert.rejects(target.open({ protocols: ["one"] }), /Server sent no subprotocol/);
    },
  },
  {
    id: "subprotocol-header-in-any-case",
    area: "subprotocol",
    title: "$connect may write the header's name in lower case.",
    sources: [observed("chalice pull request 1768", "https://github.com/aws/chalice/pull/1768")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open({
        connect: "protocol-lower-case",
        protocols: ["one"],
        query: { protocol: "one" },
      });
      assert.equal(client.protocol, "one");
    },
  },
  {
    id: "subprotocol-is-the-only-header",
    area: "subprotocol",
    title: "Of the headers that $connect returns, Sec-WebSocket-Protocol alone is forwarded.",
    sources: [page],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { status, headers } = await target.knock({
        connect: "protocol",
        protocols: ["one"],
        query: { protocol: "one" },
      });
      assert.deepEqual([status, headers[header], headers["x-other"]], [101, "one", undefined]);
    },
  },
  {
    id: "subprotocol-that-was-not-offered",
    area: "subprotocol",
    title: "A subprotocol that $connect returns is answered even if the client did not offer it.",
    sources: [page],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      for (const protocols of [[], ["one"]]) {
        const { status, headers } = await target.knock({
          connect: "protocol",
          protocols,
          query: { protocol: "other" },
        });
        assert.deepEqual([status, headers[header]], [101, "other"]);
      }
    },
  },
  {
    id: "authorizer-sets-no-subprotocol",
    area: "subprotocol",
    title: "An authorizer cannot choose the subprotocol: what its context says is not answered.",
    sources: [page],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { status, headers } = await target.knock({
        outcome: "context-protocol",
        protocols: ["chosen"],
      });
      assert.deepEqual([status, headers[header]], [101, undefined]);
    },
  },
  {
    id: "mock-connect-sets-no-subprotocol",
    area: "subprotocol",
    title: "A $connect that is no proxied function answers no subprotocol.",
    sources: [page],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { status, headers } = await target.knock({
        stage: "mockConnect",
        connect: "200",
        protocols: ["one"],
      });
      assert.deepEqual([status, headers[header]], [101, undefined]);
    },
  },
  {
    id: "functions-see-all-offers",
    area: "subprotocol",
    title: "The authorizer and $connect see all offered subprotocols, in the client's order.",
    sources: [page],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({
        name,
        connect: "protocol",
        protocols: ["one", "bearer.not-a-token"],
        query: { protocol: "one" },
      });
      for (const source of ["authorizer", "connect"]) {
        const { event } = await target.report(name, source);
        const offers = Object.entries<string>(event.headers)
          .filter(([name]) => name.toLowerCase() === header)
          .flatMap(([, value]) => value.split(",").map((offer) => offer.trim()));
        assert.deepEqual(offers, ["one", "bearer.not-a-token"], source);
      }
    },
  },
  {
    id: "subprotocol-as-identity-source",
    area: "subprotocol",
    title: "The offered subprotocols can be an identity source: without any the answer is 401.",
    sources: [
      page,
      observed("anomalyco/sst issue 5618", "https://github.com/anomalyco/sst/issues/5618"),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const stage = "byProtocol";
      assert.equal((await target.knock({ stage })).status, 401);
      const protocols = ["one"];
      const query = { protocol: "one" };
      const client = await target.open({ stage, connect: "protocol", protocols, query });
      assert.equal(client.protocol, "one");
    },
  },
  {
    id: "roomcast-token-among-the-subprotocols",
    area: "subprotocol",
    title:
      "Roomcast takes a token among the offers, as browsers have to send it, and answers its own name, never the token.",
    sources: [page],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const bearer = `bearer.${await target.token("alice", [room])}`;
      const query = { room_id: room };
      const { url } = target.outputs;
      const client = await target.connect(url, { query, protocols: ["roomcast.v1", bearer] });
      assert.equal(client.protocol, "roomcast.v1");
      const { status, headers } = await target.handshake(url, { query, protocols: [bearer] });
      assert.deepEqual([status, headers[header]], [101, undefined]);
    },
  },
];

import assert from "node:assert/strict";
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Case } from "../case.ts";
import { named } from "../frames.ts";
import { assumed, gatewayGuide, pages, serviceModel } from "../sources.ts";
import type { FixtureTarget } from "../target.ts";

const commands = gatewayGuide(
  "@connections commands",
  "apigateway-how-to-call-websocket-api-connections",
);
const model = (shape: string) => serviceModel("apigatewaymanagementapi", shape);
const kilobyte = 1024;

/** What the management API does with a connection that is there. */
export const cases: Case[] = [
  {
    id: "post-sends-a-text",
    area: "management",
    title: "PostToConnection answers 200 and sends its data as one text frame, as it is.",
    sources: [commands, model("PostToConnection")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const binary: boolean[] = [];
      client.socket.on("message", (_data, isBinary) => binary.push(isBinary));
      for (const text of ["hello", '{"a": 1}', "grüße 😀", " \n", "$context.stage #if"]) {
        const { $metadata } = await post(target, id, text);
        assert.equal($metadata.httpStatusCode, 200);
        assert.equal(await client.next(), text);
      }
      assert.deepEqual(new Set(binary), new Set([false]));
    },
  },
  {
    id: "posts-keep-their-order",
    area: "management",
    title: "Posts that wait for each other arrive in their order.",
    sources: [commands],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const texts = Array.from({ length: 12 }, (_, index) => `post ${index}`);
      for (const text of texts) await post(target, id, text);
      const arrived: string[] = [];
      while (arrived.length < texts.length) arrived.push(await client.next());
      assert.deepEqual(arrived, texts);
    },
  },
  {
    id: "post-reaches-one-connection",
    area: "management",
    title: "A post reaches the connection of its id and no other.",
    sources: [commands],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const [one, other] = [await named(target), await named(target)];
      await post(target, one.id, "for one");
      assert.equal(await one.client.next(), "for one");
      await target.grace();
      assert.deepEqual(other.client.unread, []);
    },
  },
  {
    id: "get-connection",
    area: "management",
    title:
      "GetConnection tells when the connection began and was last active, and the client's address and User-Agent.",
    sources: [commands, model("GetConnectionResponse")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.open({ name, headers: { "User-Agent": "conformance/3" } });
      const { requestContext } = (await target.report(name, "connect")).event;
      const found = await get(target, requestContext.connectionId);
      assert.equal(found.$metadata.httpStatusCode, 200);
      // In whole seconds it may be.
      const connectedAt = found.ConnectedAt?.getTime() ?? 0;
      assert.ok(Math.abs(connectedAt - requestContext.connectedAt) < 2000);
      assert.ok((found.LastActiveAt?.getTime() ?? 0) >= connectedAt);
      assert.equal(found.Identity?.SourceIp, requestContext.identity.sourceIp);
      assert.equal(found.Identity?.UserAgent, "conformance/3");
    },
  },
  {
    id: "last-active-moves",
    area: "management",
    title:
      "LastActiveAt is the time of the last message in either direction; asking does not move it.",
    sources: [model("GetConnectionResponse")],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const begin = target.now();
      const idleSince = async () => {
        const { ConnectedAt, LastActiveAt } = await get(target, id);
        assert.equal(ConnectedAt?.getTime(), begin);
        return (LastActiveAt?.getTime() ?? 0) - begin;
      };
      await target.clock.advance(60_000);
      assert.equal(await idleSince(), 0);
      client.send({ action: "silent-mock" });
      await target.clock.settle();
      assert.equal(await idleSince(), 60_000);
      await target.clock.advance(30_000);
      await post(target, id, "news");
      await target.clock.advance(30_000);
      assert.equal(await idleSince(), 90_000);
    },
  },
  {
    id: "delete-connection-answers-204",
    area: "management",
    title: "DeleteConnection answers 204, and the client is closed.",
    sources: [commands, model("DeleteConnection")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const { $metadata } = await managed(target).send(
        new DeleteConnectionCommand({ ConnectionId: id }),
      );
      assert.equal($metadata.httpStatusCode, 204);
      await client.closed;
    },
  },
  {
    id: "what-was-posted-before-delete-arrives",
    area: "management",
    title: "What was posted before DeleteConnection arrives before the close.",
    sources: [assumed("that a post is answered once it is on its way")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      await post(target, id, "farewell");
      await managed(target).send(new DeleteConnectionCommand({ ConnectionId: id }));
      await client.closed;
      assert.deepEqual(client.unread, ["farewell"]);
    },
  },
  {
    id: "post-of-32-kilobytes",
    area: "management",
    title: "A post of 31 KB arrives whole.",
    sources: [pages.quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      await post(target, id, "x".repeat(31 * kilobyte));
      assert.equal((await client.next()).length, 31 * kilobyte);
    },
  },
  {
    id: "post-of-128-kilobytes",
    area: "management",
    title: "A post of up to 131 072 bytes arrives whole, in as many frames as it takes.",
    sources: [model("PostToConnectionRequest.Data"), assumed("that API Gateway divides it")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      for (const bytes of [33 * kilobyte, 128 * kilobyte]) {
        await post(target, id, "x".repeat(bytes));
        assert.equal((await client.next()).length, bytes);
      }
    },
  },
  {
    id: "empty-post",
    area: "management",
    title: "A post without data sends an empty text.",
    sources: [assumed("the model sets a maximum and no minimum")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      await post(target, id, "");
      assert.equal(await client.next(), "");
    },
  },
  {
    id: "id-with-or-without-encoding",
    area: "management",
    title: "The = in a connection's id may stand in the path as it is, or as %3D.",
    sources: [commands, assumed("that it need not be encoded, RFC 3986")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      for (const encode of [encodeURIComponent, (text: string) => text]) {
        const command = new PostToConnectionCommand({ ConnectionId: id, Data: encode(id) });
        command.middlewareStack.add(
          (next) => (args) => {
            const request = args.request as { path: string };
            request.path = request.path.replace(/[^/]+$/, encode(id));
            return next(args);
          },
          { step: "build" },
        );
        await managed(target).send(command);
        assert.equal(await client.next(), encode(id));
      }
    },
  },
];

function managed(target: FixtureTarget) {
  return target.management(target.outputs.stages.main.management);
}

function post(target: FixtureTarget, ConnectionId: string, Data: string) {
  return managed(target).send(new PostToConnectionCommand({ ConnectionId, Data }));
}

function get(target: FixtureTarget, ConnectionId: string) {
  return managed(target).send(new GetConnectionCommand({ ConnectionId }));
}

import assert from "node:assert/strict";
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  type GoneException,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Case } from "../case.ts";
import { managed } from "../endings.ts";
import { named } from "../frames.ts";
import { observed, pages, serviceModel } from "../sources.ts";

const { lifecycle } = pages;
const { quotas } = pages;
const recorded = observed("recorded events");

/** What `$disconnect` is told, and when. */
export const cases: Case[] = [
  {
    id: "disconnect-event",
    area: "disconnect",
    title:
      "$disconnect is told its connection, with event type DISCONNECT and the authorizer's context.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client, id } = await named(target);
      await client.close(1000);
      const { requestContext, isBase64Encoded } = (await target.report(name, "disconnect")).event;
      const { connectionId, eventType, routeKey, authorizer, messageId } = requestContext;
      assert.deepEqual([connectionId, eventType, routeKey], [id, "DISCONNECT", "$disconnect"]);
      assert.equal(authorizer.principalId, "somebody");
      assert.deepEqual([messageId, isBase64Encoded], [undefined, false]);
    },
  },
  {
    id: "delete-connection-ends-it",
    area: "disconnect",
    title: "DeleteConnection closes the connection, and $disconnect is called.",
    sources: [serviceModel("apigatewaymanagementapi", "DeleteConnection"), lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client, id } = await named(target);
      await managed(target).send(new DeleteConnectionCommand({ ConnectionId: id }));
      await client.closed;
      const { event } = await target.report(name, "disconnect");
      assert.equal(event.requestContext.connectionId, id);
    },
  },
  {
    id: "closed-connection-is-gone",
    area: "disconnect",
    title: "Once $disconnect was called the connection is gone for the management API.",
    sources: [serviceModel("apigatewaymanagementapi", "GoneException")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client, id } = await named(target);
      await managed(target).send(new GetConnectionCommand({ ConnectionId: id }));
      await client.close();
      await target.report(name, "disconnect");
      await assert.rejects(
        managed(target).send(new GetConnectionCommand({ ConnectionId: id })),
        (error: GoneException) =>
          error.name === "GoneException" && error.$metadata.httpStatusCode === 410,
      );
    },
  },
  {
    id: "disconnect-event-has-no-query",
    area: "disconnect",
    title:
      "The handshake's query and headers are in the event of $connect, not in that of $disconnect.",
    sources: [pages.variables],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      await client.close();
      const { event } = await target.report(name, "disconnect");
      assert.equal(event.queryStringParameters, undefined);
      assert.equal(event.headers?.["X-Caller"], undefined);
      assert.equal(event.body, undefined);
      assert.deepEqual(event.stageVariables, { colour: "green" });
    },
  },
  {
    id: "disconnect-event-headers",
    area: "disconnect",
    title:
      "The event of $disconnect has the headers Host, x-api-key, X-Forwarded-For and x-restapi, all but the first empty.",
    sources: [recorded],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      await client.close();
      const { headers } = (await target.report(name, "disconnect")).event;
      const { host } = new URL(target.outputs.stages.main.url);
      assert.deepEqual(headers, {
        Host: host,
        "x-api-key": "",
        "X-Forwarded-For": "",
        "x-restapi": "",
      });
    },
  },
  {
    id: "disconnect-that-fails-is-not-noticed",
    area: "disconnect",
    title: "A $disconnect that throws changes nothing for the client: its close is answered.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = `${target.unique()}-throw`;
      const client = await target.open({ name });
      assert.equal((await client.close(1000)).code, 1000);
      await target.report(name, "disconnect");
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "no-disconnect-for-whom-connect-refused",
    area: "disconnect",
    title: "$disconnect is not called where $connect refused.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      await target.knock({ name, connect: "403" });
      await target.report(name, "connect");
      assert.deepEqual(await target.reported(name), ["authorizer"]);
    },
  },
  {
    id: "no-disconnect-route-is-needed",
    area: "disconnect",
    title: "An API without a $disconnect route closes its connections as any other.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.connect(target.outputs.stages.bare.url);
      assert.equal((await client.close(1000, "done")).code, 1000);
    },
  },
  {
    id: "disconnect-once",
    area: "disconnect",
    title: "$disconnect is called once for a connection, after everything else.",
    sources: [lifecycle],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      await client.ask({ action: "echo" });
      await client.close();
      await target.report(name, "disconnect");
      assert.deepEqual((await target.reported(name)).toSorted(), ["authorizer", "echo"]);
    },
  },
  {
    id: "roomcast-is-told-of-the-end",
    area: "disconnect",
    title:
      "After two hours a connection ends whatever it does, and Roomcast's $disconnect takes it out of its room.",
    sources: [quotas, lifecycle],
    where: "laptop clock",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const early = await target.join("alice", room, 12 * 3600);
      for (let minutes = 0; minutes < 115; minutes += 5) {
        await target.clock.advance(5 * 60_000);
        early.send({ action: "ping" });
        await target.clock.settle();
      }
      assert.ok(early.isOpen);
      const late = await target.join("bob", room);
      await target.clock.advance(6 * 60_000);
      assert.equal((await early.closed).code, 1001);
      for (;;) {
        const frame = await target.clock.until(late.nextJson());
        if (frame.type === "presence" && frame.user === "alice") {
          assert.equal(frame.connections, 0);
          return;
        }
      }
    },
  },
];

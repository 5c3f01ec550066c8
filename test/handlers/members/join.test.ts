import assert from "node:assert/strict";
import { type ConnectionContext, hashOf } from "../../../handlers/lib/connection-context.ts";
import type { RouteEvent } from "../../../handlers/lib/gateway-events.ts";
import { join } from "../../../handlers/lib/members/join.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { noon, noonSeconds, RecordedLog } from "../support.ts";

const context: ConnectionContext = {
  room: "lobby",
  user: "a#lice",
  userHash: hashOf("a#lice"),
  subscribe: "true",
  publish: "true",
  expiresAt: String(noonSeconds + 60),
};

function routeEvent(
  headers?: Record<string, string>,
  changed: Partial<ConnectionContext> = {},
): RouteEvent<ConnectionContext> {
  return {
    ...(headers === undefined ? {} : { headers }),
    requestContext: {
      connectionId: "Connection1=",
      requestId: "request-1",
      connectedAt: noon,
      authorizer: { ...context, ...changed },
    },
  };
}

describe("join", () => {
  function fakes(connections = 0) {
    const added: Member[] = [];
    const counted: unknown[] = [];
    const log = new RecordedLog();
    const members = {
      add: async (member: Member) => void added.push(member),
      countOf: async (room: string, user: { user: string; userHash: string }) => {
        counted.push([room, user]);
        return connections;
      },
    };
    return { added, counted, log, options: { members, maximumConnectionsPerUser: 20, log } };
  }

  it("puts exactly this row into the room", async () => {
    const { added, counted, options } = fakes();
    assert.deepEqual(await join(routeEvent(), options), { statusCode: 200 });
    assert.deepEqual(added, [
      {
        room: "lobby",
        connectionId: "Connection1=",
        user: "a#lice",
        userHash: hashOf("a#lice"),
        subscribe: true,
        connectedAt: noon,
        tokenExpiresAt: noonSeconds + 60,
      },
    ]);
    assert.deepEqual(counted, [["lobby", { user: "a#lice", userHash: hashOf("a#lice") }]]);
  });

  it("notes who may not subscribe", async () => {
    const { added, options } = fakes();
    await join(routeEvent({}, { subscribe: "false" }), options);
    assert.equal(added[0]?.subscribe, false);
  });

  it("takes as many connections of a user as are allowed", async () => {
    const { added, options } = fakes(19);
    assert.deepEqual(await join(routeEvent(), options), { statusCode: 200 });
    assert.equal(added.length, 1);
  });

  for (const connections of [20, 21]) {
    it(`answers 429 where the user has ${connections} of 20 connections`, async () => {
      const { added, log, options } = fakes(connections);
      assert.deepEqual(await join(routeEvent(), options), { statusCode: 429 });
      assert.deepEqual(added, []);
      assert.deepEqual(log.lines, [
        {
          level: "warn",
          event: "connection refused",
          status: 429,
          reason: "the user has too many connections in this room",
          connectionId: "Connection1=",
        },
      ]);
    });
  }

  const offers: [offer: string, isAnswered: boolean][] = [
    ["roomcast.v1", true],
    ["roomcast.v1, bearer.a.b.c", true],
    ["bearer.a.b.c,roomcast.v1", true],
    ["bearer.a.b.c", false],
    ["roomcast.v2", false],
    ["roomcast.v10", false],
    ["", false],
  ];
  for (const [offer, isAnswered] of offers) {
    it(`answers the offer "${offer}" with ${isAnswered ? "roomcast.v1 only" : "none"}`, async () => {
      const { options } = fakes();
      assert.deepEqual(
        await join(routeEvent({ "sec-websocket-protocol": offer }), options),
        isAnswered
          ? { statusCode: 200, headers: { "Sec-WebSocket-Protocol": "roomcast.v1" } }
          : { statusCode: 200 },
      );
    });
  }

  it("fails when the row cannot be written, so that nobody is connected and not listed", async () => {
    const { options } = fakes();
    const refusal = new Error("not written");
    const members = { ...options.members, add: () => Promise.reject(refusal) };
    await assert.rejects(join(routeEvent(), { ...options, members }), refusal);
  });
});

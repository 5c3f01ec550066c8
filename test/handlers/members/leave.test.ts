import assert from "node:assert/strict";
import { contextOf, hashOf } from "../../../handlers/lib/connection-context.ts";
import { leave } from "../../../handlers/lib/members/leave.ts";
import type { MemberKey } from "../../../handlers/lib/members/member.ts";
import { noon, noonSeconds } from "../support.ts";

const rights = { subscribe: true, publish: false };
const event = {
  requestContext: {
    connectionId: "Connection1=",
    requestId: "request-1",
    connectedAt: noon,
    authorizer: contextOf({ room: "lobby", user: "a#lice", rights, expiresAt: noonSeconds }),
    disconnectStatusCode: 1001,
  },
};

describe("leave", () => {
  it("removes the row by its whole key", async () => {
    const removed: MemberKey[] = [];
    const remove = async (key: MemberKey) => void removed.push(key);
    assert.deepEqual(await leave(event, { remove }), { statusCode: 200 });
    assert.deepEqual(removed, [
      { room: "lobby", userHash: hashOf("a#lice"), user: "a#lice", connectionId: "Connection1=" },
    ]);
  });

  it("fails when the row cannot be removed, so that the failure shows in the metrics", async () => {
    const refusal = new Error("not removed");
    await assert.rejects(leave(event, { remove: () => Promise.reject(refusal) }), refusal);
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { contextOf, hashOf } from "../../handlers/lib/connection-context.ts";
import { noonSeconds } from "./support.ts";

describe("contextOf", () => {
  it("holds strings only, since API Gateway makes strings of everything", () => {
    const rights = { subscribe: true, publish: false };
    const context = contextOf({ room: "lobby", user: "alice", rights, expiresAt: noonSeconds });
    assert.deepEqual(context, {
      room: "lobby",
      user: "alice",
      userHash: hashOf("alice"),
      subscribe: "true",
      publish: "false",
      expiresAt: "1767268800",
    });
  });
});

describe("hashOf", () => {
  it("is SHA-256 in base64url", () => {
    // printf alice | openssl dgst -sha256 -binary | base64, in the URL's alphabet
    assert.equal(hashOf("alice"), "K9gGyX8OAK8aH8Myj6djqSaXI8jbj6xPk69x2xhtbpA");
  });

  it("has 43 characters that need no escaping, whoever the user is", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (user) => {
        assert.match(hashOf(user), /^[A-Za-z0-9_-]{43}$/);
      }),
    );
  });

  it("leaves room for the longest id in a deduplication id of 128 characters", () => {
    assert.equal(`c-${hashOf("alice")}-${"i".repeat(64)}`.length, 110);
  });
});

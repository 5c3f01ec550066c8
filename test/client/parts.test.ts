import assert from "node:assert/strict";
import { systemPlatform } from "../../client/lib/platform.ts";
import { isAbove, Repeats } from "../../client/lib/repeats.ts";
import { isToken, readToken } from "../../client/lib/token.ts";
import { idPattern } from "../../handlers/protocol/index.ts";
import { noon } from "./fake-platform.ts";
import { seq, token, tokenFor } from "./room-in-test.ts";

const endless = Number.POSITIVE_INFINITY;

describe("readToken", () => {
  const iat = noon / 1000;

  it("says what is left of a token's life", () => {
    assert.equal(readToken(tokenFor(600), "lobby", noon).remainingMs, 600_000);
    assert.equal(readToken(tokenFor(600), "lobby", noon + 599_000).remainingMs, 1000);
    assert.equal(readToken(token({ exp: iat + 60 }), "lobby", noon).remainingMs, 60_000);
  });

  it("does not trust the clock: more than its lifetime is never left, and some always", () => {
    assert.equal(readToken(tokenFor(600), "lobby", noon - 3_600_000).remainingMs, 600_000);
    assert.equal(readToken(tokenFor(600), "lobby", noon + 600_000).remainingMs, 600_000);
    assert.equal(readToken(token({ exp: iat }), "lobby", noon).remainingMs, endless);
  });

  it("says whether the token may subscribe", () => {
    const may = (rooms: unknown, room = "lobby") =>
      readToken(tokenFor(60, { rooms }), room, noon).maySubscribe;
    assert.equal(may({ lobby: ["subscribe"] }), true);
    assert.equal(may({ lobby: ["publish"] }), false);
    assert.equal(may({ "news-*": ["publish"], "*": ["subscribe"] }, "news-1"), true);
    assert.equal(may(["team-*"], "team-7"), true);
    assert.equal(may(undefined), false);
  });

  it("takes what it cannot read for endless, and for one that may subscribe", () => {
    const number = `a.${Buffer.from("1").toString("base64url")}.c`;
    for (const text of ["a.b.c", number, token({ exp: "x" })]) {
      const facts = readToken(text, "lobby", noon);
      assert.deepEqual(facts, { remainingMs: endless, maySubscribe: true });
    }
  });

  it("reads names of any alphabet, and Base64url of any length", () => {
    for (const sub of ["\u00e4lice", "\u{1f600}\u{1f600}", "a", "ab", "abc", "~~~\u00ff\u00fe?>"]) {
      assert.equal(readToken(tokenFor(600, { sub }), "lobby", noon).remainingMs, 600_000);
    }
  });
});

describe("isToken", () => {
  it("takes what can be offered as a subprotocol", () => {
    assert.equal(isToken(token()), true);
    for (const text of ["", "a.b", "a.b.c.d", "a.b.c d", "a,b.c.d", "a.b.c\n", undefined, 5]) {
      assert.equal(isToken(text), false, String(text));
    }
  });
});

describe("Repeats", () => {
  it("remembers so many ids, and forgets the oldest", () => {
    const repeats = new Repeats(3);
    const news = ["a", "b", "c", "a", "d", "b", "a"].map((id) => repeats.isNew(id));
    assert.deepEqual(news, [true, true, true, false, true, false, true]);
  });
});

describe("isAbove", () => {
  it("compares numbers of any length", () => {
    assert.equal(isAbove(seq(2), seq(1)), true);
    assert.equal(isAbove(seq(1), seq(1)), false);
    assert.equal(isAbove("10", "9"), true);
    assert.equal(isAbove("9", "10"), false);
    assert.equal(isAbove("1", ""), true);
  });
});

describe("the client's ids", () => {
  it("are what the server takes, and differ", () => {
    const ids = Array.from({ length: 100 }, () => systemPlatform.newId());
    assert.ok(ids.every((id) => idPattern.test(id)));
    assert.equal(new Set(ids).size, 100);
  });
});

import assert from "node:assert/strict";
import fc from "fast-check";
import { rightsIn } from "../../../handlers/lib/authorization/rights.ts";

const none = { subscribe: false, publish: false };
const both = { subscribe: true, publish: true };
const subscribeOnly = { subscribe: true, publish: false };
const publishOnly = { subscribe: false, publish: true };

describe("rightsIn", () => {
  const cases: [title: string, claim: unknown, room: string, rights: typeof none][] = [
    ["both rights", { lobby: ["subscribe", "publish"] }, "lobby", both],
    ["one right", { lobby: ["subscribe"] }, "lobby", subscribeOnly],
    ["the other right", { lobby: ["publish"] }, "lobby", publishOnly],
    ["another room", { lobby: ["publish"] }, "Lobby", none],
    ["part of a name", { lob: ["publish"] }, "lobby", none],
    ["a list", ["other", "lobby"], "lobby", both],
    ["a list of patterns", ["news-*"], "news-42", both],
    ["a list of other rooms", ["news-*"], "lobby", none],
    ["adding up", { "*": ["subscribe"], "lob*": ["publish"] }, "lobby", both],
    ["not adding up others", { "*": ["subscribe"], "news-*": ["publish"] }, "lobby", subscribeOnly],
    ["an unknown right", { lobby: ["administer"] }, "lobby", none],
    ["an unknown right beside a known one", { lobby: [1, "publish"] }, "lobby", publishOnly],
    ["no rights", { lobby: [] }, "lobby", none],
    ["no claim", undefined, "lobby", none],
    ["null", null, "lobby", none],
    ["a string", "lobby", "lobby", none],
    ["a number", 1, "lobby", none],
    ["true", true, "lobby", none],
    ["a right that is no list", { lobby: "publish" }, "lobby", none],
    ["rights by name", { lobby: { publish: true } }, "lobby", none],
    ["null for rights", { lobby: null }, "lobby", none],
    ["rights in upper case", { lobby: ["PUBLISH"] }, "lobby", none],
    ["a list with what is no string", [1, null, ["lobby"], { lobby: [] }], "lobby", none],
    [
      "malformed beside well-formed",
      { "*": "publish", lobby: ["subscribe"] },
      "lobby",
      subscribeOnly,
    ],
    ["an empty pattern", ["", "**x"], "lobby", none],
    ["a pattern of regular expressions", ["l.bby", "lob+y", "[a-z]*", "^lobby$"], "lobby", none],
    ["a beginning and an end that overlap", ["lobby*y", "lob*obby"], "lobby", none],
    ["a beginning and an end that meet", ["lob*by"], "lobby", both],
    ["a dot as itself", ["a.b:*"], "a.b:c", both],
  ];
  for (const [title, claim, room, rights] of cases) {
    it(`knows ${title}`, () => {
      assert.deepEqual(rightsIn(room, claim), rights);
    });
  }

  const inherited = ["__proto__", "constructor", "toString", "hasOwnProperty"];
  for (const room of inherited) {
    it(`grants nothing in a room ${room} that no claim names`, () => {
      assert.deepEqual(rightsIn(room, {}), none);
      assert.deepEqual(rightsIn(room, []), none);
    });
  }

  it("takes __proto__ in a claim for a room and nothing else", () => {
    const claim = JSON.parse('{"__proto__":["subscribe"],"lobby":["publish"]}');
    assert.deepEqual(rightsIn("__proto__", claim), subscribeOnly);
    assert.deepEqual(rightsIn("lobby", claim), publishOnly);
    assert.deepEqual(rightsIn("other", JSON.parse('{"__proto__":{"other":["publish"]}}')), none);
  });

  it("matches * as any run of characters, as a plain definition does", () => {
    const text = (alphabet: string, maxLength: number) =>
      fc.string({ unit: fc.constantFrom(...alphabet), maxLength });
    fc.assert(
      fc.property(text("ab*", 8), text("ab", 8), (pattern, room) => {
        const expected = isMatch(pattern, room) ? both : none;
        assert.deepEqual(rightsIn(room, [pattern]), expected);
      }),
      { numRuns: 1000 },
    );
  });

  it("matches every pattern that is made from the room by stars", () => {
    const pieces = fc.array(fc.string({ maxLength: 5 }).map((text) => text.replaceAll("*", "-")));
    fc.assert(
      fc.property(pieces, pieces, (kept, dropped) => {
        const room = kept.map((piece, index) => piece + (dropped[index] ?? "")).join("");
        assert.deepEqual(rightsIn(room, [kept.map((piece) => `${piece}*`).join("") || "*"]), both);
      }),
    );
  });

  // A backtracking matcher would not come to an end with these.
  const room = "a".repeat(100);
  const pathological: [title: string, pattern: string, rights: typeof none][] = [
    ["many stars and no end", `${"a*".repeat(50)}b`, none],
    ["stars that cannot all be found", `*${"a*".repeat(101)}`, none],
    ["a star for each letter", `*${"a*".repeat(100)}`, both],
    ["an alternating pattern", `${"*a*a".repeat(25)}*b*`, none],
    ["a million stars", "*".repeat(1_000_000), both],
    ["a million stars and letters", `${"*a".repeat(500_000)}`, none],
  ];
  for (const [title, pattern, rights] of pathological) {
    it(`comes to an end with ${title}`, () => {
      assert.deepEqual(rightsIn(room, [pattern]), rights);
    });
  }
});

/** The definition, without regard to time: a star stands for nothing, or for a character and a star. */
function isMatch(pattern: string, room: string): boolean {
  if (pattern === "") {
    return room === "";
  }
  if (pattern.startsWith("*")) {
    return isMatch(pattern.slice(1), room) || (room !== "" && isMatch(pattern, room.slice(1)));
  }
  return pattern[0] === room[0] && isMatch(pattern.slice(1), room.slice(1));
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { hashOf } from "../../../handlers/lib/connection-context.ts";
import {
  parseSortKey,
  rowLifetimeSeconds,
  sortKeyOf,
  userPrefix,
} from "../../../handlers/lib/members/member.ts";

const keyOf = (user: string, connectionId = "Connection1=") => ({
  userHash: hashOf(user),
  user,
  connectionId,
});

describe("sort key", () => {
  it("is hash, user and connection", () => {
    assert.equal(sortKeyOf(keyOf("alice")), `${hashOf("alice")}#alice#Connection1=`);
  });

  it("begins with what all connections of a user share", () => {
    assert.equal(userPrefix(keyOf("alice")), `${hashOf("alice")}#alice#`);
  });

  for (const user of ["alice", "#", "##", "a#b", "#a#", "a#Connection1=", " ", "👩‍🚀#"]) {
    it(`is read again as it was written, for the user ${JSON.stringify(user)}`, () => {
      assert.deepEqual(parseSortKey(sortKeyOf(keyOf(user))), keyOf(user));
    });
  }

  it("is read again as it was written, for any user", () => {
    const unit = fc.oneof(
      { weight: 1, arbitrary: fc.constant("#") },
      { weight: 3, arbitrary: fc.string({ unit: "grapheme", minLength: 1, maxLength: 1 }) },
    );
    const users = fc.string({ unit, minLength: 1 });
    const connectionIds = fc.stringMatching(/^[A-Za-z0-9_=-]{1,40}$/);
    fc.assert(
      fc.property(users, connectionIds, (user, connectionId) => {
        const key = keyOf(user, connectionId);
        assert.deepEqual(parseSortKey(sortKeyOf(key)), key);
      }),
    );
  });

  const others: [title: string, key: string][] = [
    ["nothing", ""],
    ["a hash alone", hashOf("alice")],
    ["a hash without a connection", `${hashOf("alice")}#alice`],
    ["a hash without a user", `${hashOf("alice")}#Connection1=`],
    ["another length of hash", `short#alice#Connection1=`],
    ["a mark", "#large"],
    ["a mark as long as a hash", `#${"x".repeat(42)}#alice#Connection1=`],
  ];
  for (const [title, key] of others) {
    it(`is not read from ${title}`, () => {
      assert.equal(parseSortKey(key), undefined);
    });
  }

  it("sorts every mark before every member, since # comes before a hash's characters", () => {
    for (const character of "ABCZabcz0189-_") {
      assert.ok("#" < character, character);
    }
  });
});

describe("rowLifetimeSeconds", () => {
  it("is more than the two hours of a connection, in seconds", () => {
    assert.equal(rowLifetimeSeconds, 7800);
  });
});

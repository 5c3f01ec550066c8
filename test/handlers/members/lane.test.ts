import assert from "node:assert/strict";
import fc from "fast-check";
import { hashOf } from "../../../handlers/lib/connection-context.ts";
import {
  laneGroup,
  laneOf,
  parseLaneGroup,
  sortKeysOf,
} from "../../../handlers/lib/members/lane.ts";
import { sortKeyOf } from "../../../handlers/lib/members/member.ts";
import { laneCounts } from "../../../handlers/protocol/index.ts";

/** All that a hash in base64url can begin with, in the order in which DynamoDB sorts strings. */
const characters = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"].sort();

const lanesOf = (lanes: number) => Array.from({ length: lanes }, (_, lane) => ({ lane, lanes }));

describe("a lane", () => {
  for (const lanes of laneCounts) {
    it(`of ${lanes} is an equal share of the hashes, and all of them are every hash, in order`, () => {
      const shares = lanesOf(lanes).map(({ lane }) =>
        characters.filter((character) => laneOf(`${character}x`, lanes) === lane),
      );
      assert.deepEqual(shares.flat(), characters);
      assert.deepEqual(
        shares.map(({ length }) => length),
        Array(lanes).fill(characters.length / lanes),
      );
    });

    it(`of ${lanes} holds the sort keys of its hashes, and none of another's`, () => {
      const ends = characters.flatMap((character) => [
        `${character}${"-".repeat(42)}#a#c`,
        `${character}${"z".repeat(42)}#\u{10ffff}#c`,
      ]);
      for (const key of ends) {
        const holders = lanesOf(lanes).filter((lane) => isIn(key, sortKeysOf(lane)));
        assert.deepEqual(holders, [{ lane: laneOf(key, lanes), lanes }], key);
      }
    });
  }

  it("holds all connections of a user, whoever it is", () => {
    const users = fc.string({ unit: "grapheme" });
    const connectionIds = fc.stringMatching(/^[A-Za-z0-9_=-]{1,40}$/);
    const counts = fc.constantFrom(...laneCounts);
    fc.assert(
      fc.property(users, connectionIds, counts, (user, connectionId, lanes) => {
        const userHash = hashOf(user);
        const key = sortKeyOf({ userHash, user, connectionId });
        const lane = laneOf(userHash, lanes);
        assert.deepEqual(
          lanesOf(lanes).filter((one) => isIn(key, sortKeysOf(one))),
          [{ lane, lanes }],
        );
      }),
      { numRuns: 500 },
    );
  });

  it("is between sort keys that are in it", () => {
    assert.deepEqual(sortKeysOf({ lane: 0, lanes: 2 }), { from: "-", to: "U~" });
    assert.deepEqual(sortKeysOf({ lane: 1, lanes: 2 }), { from: "V", to: "z~" });
    assert.deepEqual(sortKeysOf({ lane: 63, lanes: 64 }), { from: "z", to: "z~" });
  });

  it("holds no item that is no member", () => {
    for (const lane of laneCounts.flatMap(lanesOf)) {
      for (const key of ["#large", "#cursor", "#cursor#0", "#presence-off"]) {
        assert.equal(isIn(key, sortKeysOf(lane)), false);
      }
    }
  });
});

describe("the message group of a lane", () => {
  it("is the room and the lane, and is read again", () => {
    for (const room of ["lobby", "a", "a.b:c_d-e", "3", "x".repeat(100)]) {
      for (const lane of [0, 9, 63]) {
        const group = laneGroup(room, lane);
        assert.equal(group, `${room}#${lane}`);
        assert.deepEqual(parseLaneGroup(group), { room, lane });
        // SQS API reference, SendMessage, MessageGroupId.
        assert.match(group, /^[A-Za-z0-9!-/:-@[-`{-~]{1,128}$/);
      }
    }
  });

  for (const group of [
    "",
    "#",
    "lobby",
    "lobby#",
    "#3",
    "lobby#x",
    "lobby#-1",
    "lobby#1.5",
    "lobby#100",
    "lobby#3#4",
    "lobby# 3",
  ]) {
    it(`is not read from ${JSON.stringify(group)}`, () => {
      assert.equal(parseLaneGroup(group), undefined);
    });
  }
});

function isIn(key: string, { from, to }: { from: string; to: string }): boolean {
  return from <= key && key <= to;
}

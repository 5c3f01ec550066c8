import assert from "node:assert/strict";
import { Audience } from "../../../handlers/lib/fan-out/audience.ts";
import type { Member } from "../../../handlers/lib/members/member.ts";
import { maxFrameBytes, type WelcomeFrame } from "../../../handlers/protocol/index.ts";
import { member } from "../support.ts";

const joining = member("joining", { user: "joining" });

/** The welcome of one who joins a room of these others. */
function welcomeAmong(others: Member[]): { text: string; frame: WelcomeFrame } {
  const { user, userHash, connectionId } = joining;
  const event = { kind: "joined" as const, seq: "1", change: { user, userHash, connectionId } };
  const audience = new Audience("lobby", [{ index: 0, event }], [...others, joining]);
  const [frame] = audience.deliveryTo(joining).frames;
  assert.ok(frame);
  const { text } = frame.payload;
  return { text, frame: JSON.parse(text) };
}

const longNamed = (count: number, character: string, length: number) =>
  Array.from({ length: count }, (_, index) => {
    const user = `${index}`.padStart(4, "0") + character.repeat(length);
    return member(`c${index}`, { user });
  });

describe("a welcome", () => {
  it("counts the connections of each user, in the order of the table", () => {
    const others = [
      member("1", { user: "b" }),
      member("2", { user: "a" }),
      member("3", { user: "b" }),
    ];
    const { frame } = welcomeAmong(others);
    assert.deepEqual(frame.members, [
      { user: "b", connections: 2 },
      { user: "a", connections: 1 },
      { user: "joining", connections: 1 },
    ]);
    assert.equal(frame.truncated, false);
  });

  for (const [title, character, length] of [
    ["long", "x", 252],
    ["of several bytes each", "é", 126],
    ["that need escaping", '"', 252],
  ] as const) {
    it(`is cut where its frame is full, with user ids ${title}`, () => {
      const others = longNamed(300, character, length);
      const { text, frame } = welcomeAmong(others);
      assert.ok(Buffer.byteLength(text) <= maxFrameBytes);
      assert.equal(frame.truncated, true);
      assert.equal(frame.presence, true);
      const fitting = others.slice(0, frame.members.length);
      assert.deepEqual(
        frame.members,
        fitting.map(({ user }) => ({ user, connections: 1 })),
      );
      const next = { user: others[fitting.length]?.user ?? "", connections: 1 };
      const longer = JSON.stringify({ ...frame, members: [...frame.members, next] });
      assert.ok(Buffer.byteLength(longer) > maxFrameBytes, "one more would have fitted");
    });
  }

  it("is not cut as long as everybody fits", () => {
    const others = longNamed(100, "x", 252);
    const { frame } = welcomeAmong(others);
    assert.equal(frame.members.length, 101);
    assert.equal(frame.truncated, false);
  });
});

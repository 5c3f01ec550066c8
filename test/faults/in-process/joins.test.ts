import assert from "node:assert/strict";
import { recordRoomcast } from "../../support/program.ts";
import { closeWorld, join, openWorld } from "./support.ts";

/** What is promised of presence where everybody comes at once. */
const joins = 1000;
const mostPosts = 100;

describe("a thousand joins in a second", () => {
  afterEach(closeWorld);

  it("cost a member at most 100 posts of presence, and leave it with a right list", async () => {
    const config = { presenceLimit: "2000", largeRoomMembers: "2000" };
    const recorded = await recordRoomcast("dev", { config });
    const world = await openWorld({ recorded, latency: 20 });
    const member = await join(world, "alice");
    const before = member.received.length;
    const rights = { subscribe: true, publish: true };
    const handshakes: Promise<unknown>[] = [];
    for (let joined = 0; joined < joins; joined++) {
      const user = `user-${joined}`;
      handshakes.push(world.connect({ user, room: "lobby", rights, tokenSeconds: 3600 }));
      await world.time.advance(1);
    }
    await world.time.until(Promise.all(handshakes));
    await world.time.advance(60_000);

    const posts = member.received.slice(before);
    const counts = new Map<string, number>();
    for (const { text } of posts) {
      const frame = JSON.parse(text);
      for (const event of frame.type === "batch" ? frame.events : [frame]) {
        const users = event.type === "presence" ? [event] : event.members;
        for (const { user, connections } of users) counts.set(user, connections);
      }
    }
    assert.equal(counts.size, joins);
    assert.ok([...counts.values()].every((count) => count === 1));
    // For `npm run measure`, which shows it.
    console.log(`        ${posts.length} posts of presence`);
    assert.ok(posts.length <= mostPosts, `${posts.length} posts`);
  }).timeout(120_000);
});

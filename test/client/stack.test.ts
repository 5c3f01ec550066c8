import assert from "node:assert/strict";
import { WebSocket } from "ws";
import { connect, type Room } from "../../client/index.ts";
import { SeededRandom } from "../faults/in-process/seeded-random.ts";
import { clientPlatform } from "../support/client-platform.ts";
import { VirtualStack } from "../support/virtual-stack.ts";

const minute = 60_000;

/** A client in a room of a stack whose time stands still, and what it has told. */
class Person {
  readonly room: Room;
  readonly heard: unknown[] = [];
  readonly told: string[] = [];
  connections = 0;

  constructor(stack: VirtualStack, user: string, tokenSeconds: number) {
    const { clock } = stack;
    const random = new SeededRandom(user);
    // Signing takes real time: the clock has to wait for it, as for all else.
    const signing = new Set<Promise<string>>();
    clock.virtual.join({
      name: `${user}'s tokens`,
      async settle() {
        const hasWork = signing.size > 0;
        await Promise.all(signing);
        return hasWork;
      },
    });
    this.room = connect({
      url: stack.url,
      room: "lobby",
      platform: clientPlatform(clock, random, WebSocket),
      token: () => {
        this.connections += 1;
        const token = stack.token(user, ["lobby"], tokenSeconds);
        signing.add(token);
        return token.finally(() => signing.delete(token));
      },
    });
    this.room.on("message", ({ data }) => this.heard.push(data));
    this.room.on("gap", ({ reason }) => this.told.push(`gap ${reason}`));
    this.room.on("state", ({ state }) => this.told.push(state));
  }

  opened(): Promise<void> {
    return new Promise((resolve) => {
      this.room.on("state", ({ state }) => state === "open" && resolve());
    });
  }
}

describe("the client and the whole stack", function () {
  this.timeout(60_000);

  it("live through an hour and a half of tokens for a quarter of one, without a gap or a repeat", async () => {
    const stack = await VirtualStack.start();
    try {
      const people = ["alice", "bob"].map((user) => new Person(stack, user, 15 * 60));
      const [alice, bob] = people as [Person, Person];
      await stack.clock.until(Promise.all([alice.opened(), bob.opened()]));
      const expected: unknown[] = [];
      for (let round = 0; round < 90; round++) {
        const person = round % 2 === 0 ? alice : bob;
        expected.push(round);
        const { status } = await stack.clock.until(person.room.publish(round));
        assert.equal(status, "delivered");
        await stack.clock.advance(minute);
      }
      for (const person of people) {
        assert.deepEqual(person.heard, expected);
        assert.deepEqual(person.told, ["open"]);
        assert.ok(person.connections >= 7, `${person.connections}`);
        assert.deepEqual([...person.room.members].sort(), [
          ["alice", 1],
          ["bob", 1],
        ]);
        person.room.close();
      }
    } finally {
      await stack.close();
    }
  });
});

import assert from "node:assert/strict";
import type { CallFault } from "../../../local/faults.ts";
import type { WorldClient } from "../world.ts";
import { SeededRandom } from "./seeded-random.ts";
import { closeWorld, connect, openWorld } from "./support.ts";

const faults: CallFault[] = [
  { kind: "refused", status: 500, type: "InternalServerError" },
  { kind: "answer-lost" },
  { kind: "hangs", done: true },
  { kind: "crash", done: false },
];

/** A busy life with faults; all that its clients have received, with times. */
async function transcript(seed: number): Promise<string> {
  const world = await openWorld({ seed, latency: 20 });
  const random = new SeededRandom(`steps/${seed}`);
  const faulty = new SeededRandom(`faults/${seed}`);
  world.faults = {
    onCall: () => (faulty.next() < 0.1 ? faults[faulty.integer(faults.length)] : undefined),
    loseDisconnect: () => faulty.next() < 0.3,
    loseDeletion: () => faulty.next() < 0.1,
    onStreamBatch: () => ({ delay: faulty.integer(1000), repeats: faulty.integer(2) }),
    delayQueueBatch: () => (faulty.next() < 0.1 ? faulty.integer(1000) : 0),
  };
  const clients: WorldClient[] = [];
  for (let step = 0; step < 60; step++) {
    const client = clients[random.integer(clients.length)];
    const choice = random.next();
    if (client === undefined || choice < 0.2) {
      const joined = await connect(world, { user: `user-${random.integer(5)}` });
      if (!("status" in joined)) clients.push(joined);
    } else if (choice < 0.6) {
      client.send(JSON.stringify({ action: "message", data: step }));
    } else if (choice < 0.8) {
      await world.publish("lobby", step, `request-${step}`);
    } else if (choice < 0.9) {
      client.vanish();
    } else {
      client.leave();
    }
    await world.time.advance(random.integer(2000));
  }
  await world.time.advance(400_000);
  const result = JSON.stringify(clients.map(({ received, closed }) => ({ received, closed })));
  await closeWorld();
  return result;
}

describe("InProcessWorld, by its seed", () => {
  afterEach(closeWorld);

  it("lives the same life to the byte with the same seed", async () => {
    for (const seed of [1, 2, 3, 4, 5]) {
      const first = await transcript(seed);
      assert.ok(first.length > 5000, `only ${first.length} characters`);
      assert.equal(await transcript(seed), first);
    }
  });

  it("lives another life with another seed", async () => {
    assert.notEqual(await transcript(6), await transcript(7));
  });
});

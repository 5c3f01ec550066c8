import type { WorldFaults } from "../world.ts";

/** All goes well. */
export const noFaults: WorldFaults = {
  onCall: () => undefined,
  loseDisconnect: () => false,
  loseDeletion: () => false,
  onStreamBatch: () => ({ delay: 0, repeats: 0 }),
  delayQueueBatch: () => 0,
};

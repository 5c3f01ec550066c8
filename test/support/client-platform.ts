import type { Platform } from "../../client/index.ts";
import type { Clock } from "../../local/clock.ts";
import type { SeededRandom } from "../faults/in-process/seeded-random.ts";

/** What the client takes from its surroundings, on a test's own time and chance. */
export function clientPlatform(
  clock: Clock,
  random: SeededRandom,
  WebSocket: Platform["WebSocket"],
): Platform {
  return {
    now: () => clock.now(),
    monotonic: () => clock.now(),
    after(milliseconds, callback) {
      const timer = clock.after(milliseconds, callback);
      return () => timer.cancel();
    },
    random: () => random.next(),
    newId: () => random.uuid(),
    isOnline: () => true,
    onWake: () => () => {},
    WebSocket,
  };
}

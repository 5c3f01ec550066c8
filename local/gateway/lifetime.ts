import type { Clock, Timer } from "../clock.ts";
import type { Connection } from "./connection.ts";
import { IDLE_TIMEOUT, MAX_CONNECTION_DURATION } from "./quotas.ts";

/** How API Gateway ends an idle or an old connection (AWS agent toolkit, close codes). */
export const GOING_AWAY = { code: 1001, reason: "Going away" };

/**
 * Closes a connection with 1001 after {@link IDLE_TIMEOUT} without a message in either direction, and
 * after {@link MAX_CONNECTION_DURATION} in any case. WebSocket pings do not count as messages
 * (unconfirmed on AWS).
 *
 * @returns a function that ends the watch
 */
export function limitLifetime(clock: Clock, connection: Connection): () => void {
  let timer: Timer | undefined;
  const watch = () => {
    const idleAt = connection.lastActiveAt + IDLE_TIMEOUT;
    const oldAt = connection.connectedAt + MAX_CONNECTION_DURATION;
    const remaining = Math.min(idleAt, oldAt) - clock.now();
    if (remaining > 0) timer = clock.after(remaining, watch);
    else connection.close(GOING_AWAY.code, GOING_AWAY.reason);
  };
  watch();
  return () => timer?.cancel();
}

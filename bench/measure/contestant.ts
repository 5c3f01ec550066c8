import type { Totals } from "./environments.ts";

/** A way to deliver, as the comparison drives it. */
export interface Contestant {
  /** Delivers messages to a room, as one burst, and resolves when all of it is done. */
  broadcast(room: string, messages: readonly string[]): Promise<void>;
  /** What that came to, since the last time. */
  takeTotals(): Totals;
  close(): Promise<void>;
}

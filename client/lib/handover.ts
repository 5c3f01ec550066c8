import type { Connection } from "./connection.ts";
import type { RoomFrame } from "./frames.ts";
import type { Platform } from "./platform.ts";
import { isAbove } from "./repeats.ts";

/** How long the new connection's frames wait for the old one. */
const holdMs = 5000;
/** How long an old connection is kept in a room in which nothing happens. */
const silenceMs = 60_000;

/**
 * From an old connection to a new one that has had its `welcome`, in one order and without a gap.
 *
 * What stands before the welcome was posted to the old connection, but may still be on its way. A
 * connection hears its room in order: when the old one hears anything from the welcome on, it has heard
 * all before. Until then the new one's frames are held.
 */
export class Handover {
  readonly old: Connection;
  readonly #welcomeSeq: string;
  readonly #platform: Platform;
  readonly #onEnd: (end: { held: RoomFrame[]; isComplete: boolean }) => void;
  #held: RoomFrame[] = [];
  #cancelLimit: () => void;

  /** @param onEnd called once, but not after {@link cancel} */
  constructor(
    platform: Platform,
    old: Connection,
    welcomeSeq: string,
    onEnd: (end: { held: RoomFrame[]; isComplete: boolean }) => void,
  ) {
    this.old = old;
    this.#welcomeSeq = welcomeSeq;
    this.#platform = platform;
    this.#onEnd = onEnd;
    this.#cancelLimit = platform.after(silenceMs, () => this.#end(false));
  }

  /** A frame of the new connection. */
  hold(frame: RoomFrame): void {
    this.#held.push(frame);
    if (this.#held.length === 1) {
      this.#cancelLimit();
      this.#cancelLimit = this.#platform.after(holdMs, () => this.#end(false));
    }
  }

  /** The old connection has heard something, or had done so already. */
  heard(): void {
    if (!isAbove(this.#welcomeSeq, this.old.heardSeq)) this.#end(true);
  }

  /** The old connection is no more. */
  oldEnded(): void {
    this.#end(false);
  }

  /** Ends it here; the result is what was held. */
  cancel(): RoomFrame[] {
    this.#cancelLimit();
    return this.#held;
  }

  #end(isComplete: boolean): void {
    this.#cancelLimit();
    this.#onEnd({ held: this.#held, isComplete });
  }
}

import { type Platform, Stopwatch } from "./platform.ts";

/** How often to look, in milliseconds. Long waits are measured, as no timer runs while a machine sleeps. */
const tickMs = 5000;
/** Clocks that come apart by more than this show that the machine slept. */
const disagreementMs = 5000;
/** Where both clocks count the sleep: timers of hidden pages are up to a minute late by themselves. */
const latenessMs = 75_000;

/** Calls back at short intervals, and when the machine, the page or the network may have come back. */
export class Watch {
  readonly #platform: Platform;
  readonly #onTick: () => void;
  readonly #onWake: () => void;
  readonly #sinceTick: Stopwatch;
  readonly #endWake: () => void;
  #cancelTick = () => {};

  constructor(platform: Platform, onTick: () => void, onWake: () => void) {
    this.#platform = platform;
    this.#onTick = onTick;
    this.#onWake = onWake;
    this.#sinceTick = new Stopwatch(platform);
    this.#endWake = platform.onWake(onWake);
    this.#wait();
  }

  stop(): void {
    this.#endWake();
    this.#cancelTick();
  }

  #wait(): void {
    this.#sinceTick.restart();
    this.#cancelTick = this.#platform.after(tickMs, () => {
      const { elapsed, disagreement } = this.#sinceTick;
      // First: what is called may stop this watch.
      this.#wait();
      if (disagreement > disagreementMs || elapsed > latenessMs) this.#onWake();
      this.#onTick();
    });
  }
}

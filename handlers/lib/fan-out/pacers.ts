import { Pacer } from "./pacer.ts";

/** Posts per second with which a room that is served as a whole begins; those that go at once. */
const roomRate = 1000;
const roomBurst = 500;
/** What a lane may send at once: for so many seconds at its rate. */
const laneBurstSeconds = 0.45;
/** At the start rate of a room, 25 posts go together. */
const tickMs = 25;

interface Budget {
  /** Posts that fan-out may make per second in all. */
  postsPerSecond: number;
  /** Milliseconds. */
  now: () => number;
}

/** For rooms that are served as a whole. */
export function roomPacer({ postsPerSecond, now }: Budget): Pacer {
  const ratePerSecond = Math.min(roomRate, postsPerSecond);
  return new Pacer({ ratePerSecond, burst: roomBurst, ceiling: postsPerSecond, tickMs, now });
}

/** For one of so many lanes: together they begin with the whole budget, which they find out of. */
export function lanePacer(lanes: number, { postsPerSecond, now }: Budget): Pacer {
  const ratePerSecond = postsPerSecond / lanes;
  const burst = ratePerSecond * laneBurstSeconds;
  return new Pacer({ ratePerSecond, burst, ceiling: postsPerSecond, tickMs, now });
}

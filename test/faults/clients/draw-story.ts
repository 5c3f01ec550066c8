import { drawFault } from "../model/draw-fault.ts";
import { faultKinds } from "../model/fault.ts";
import { Random } from "../model/random.ts";
import type { ClientPlan } from "../model/schedule.ts";
import type { Story, StoryStep } from "./story.ts";

type DrawnKind = Parameters<typeof drawFault>[0];

/**
 * Left out: a token's expiry, which comes by itself, and posts answered by 410 during a handshake,
 * since here nobody knows from outside when a handshake has ended.
 */
const kinds = (Object.keys(faultKinds) as (keyof typeof faultKinds)[]).filter(
  (kind): kind is DrawnKind => kind !== "token-expires" && kind !== "post-410",
);
const shareOfLargeRooms = 0.4;
/** How often each kind of step is drawn. */
const weights = { publish: 30, backend: 8, reset: 6, cut: 5, "reset-all": 2, pass: 30 };
/** Of the passes: how many are longer than a connection lives. */
const shareOfLongPasses = 0.03;
const hour = 3_600_000;

/** People, steps and faults, all by the seed. */
export function drawStory(seed: number): Story {
  const random = new Random(seed);
  const people = drawPeople(random);
  const names = people.map(({ name }) => name);
  let n = 0;
  const step = (): StoryStep => {
    const kind = random.weighted(weights);
    switch (kind) {
      case "publish":
        n += 1;
        return { do: kind, who: random.pick(names), n, ...drawBytes(random) };
      case "backend":
        n += 1;
        return { do: kind, room: random.pick(people).room, n };
      case "reset":
      case "cut":
        return { do: kind, who: random.pick(names) };
      case "reset-all":
        return { do: kind };
      case "pass":
        return { do: kind, milliseconds: drawPass(random) };
    }
  };
  const steps = Array.from({ length: random.between(40, 70) }, step);
  for (let faults = random.between(2, 7); faults > 0; faults--) {
    const fault = drawFault(random.pick(kinds), random, names);
    steps.splice(random.between(0, Math.floor(steps.length * 0.8)), 0, { do: "fault", fault });
  }
  const settings = random.chance(shareOfLargeRooms)
    ? { settings: { presenceLimit: 2, largeRoomMembers: 2, laneCount: random.pick([2, 4, 16]) } }
    : {};
  return { seed, ...settings, people, steps };
}

/** A user may be there by several connections: one for each of its devices. */
function drawPeople(random: Random): ClientPlan[] {
  const users = ["ann", "ben", "eve", "kim"].map((name) => `${name}${random.between(1, 99)}`);
  return Array.from({ length: random.between(3, 6) }, (_, index): ClientPlan => {
    const subscribe = random.chance(0.85);
    return {
      name: `p${index + 1}`,
      user: users[index] ?? random.pick(users),
      room: random.chance(0.7) ? "red" : "blue",
      rights: { subscribe, publish: !subscribe || random.chance(0.85) },
      tokenSeconds: random.chance(0.6) ? 6 * 3600 : random.between(60, 900),
      silent: false,
    };
  });
}

function drawBytes(random: Random): { bytes?: number } {
  return random.chance(0.1) ? { bytes: random.between(5000, 20_000) } : {};
}

function drawPass(random: Random): number {
  if (random.chance(shareOfLongPasses)) return random.between(1 * hour, 2.5 * hour);
  const [least, most] = random.pick([
    [1, 200],
    [200, 5000],
    [5000, 60_000],
    [60_000, 360_000],
  ] as const);
  return random.between(least, most);
}

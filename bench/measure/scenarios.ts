import { type OtherWay, otherWays } from "./other-way.ts";

/** Ours, as it is deployed; and with a large room served by one invocation, as a small one is. */
export type Way = "roomcast" | "roomcast-in-one" | OtherWay;

export interface Scenario {
  members: number;
  /** Of a message, as JSON. */
  bytes: number;
  /** Messages of a burst, which fan-out is handed as one batch. */
  messages: number;
  ways: readonly Way[];
  rounds: number;
  /** Broadcasts of a round: a small one alone is too short to be measured. */
  repeats: number;
}

const small = 100;
const large = 4096;
const burst = 10;
/** Posts of a round, at least. */
const leastPosts = 200;

/** How much is measured: a minute's worth, what the page shows, or also what takes minutes each. */
export type Extent = "quick" | "usual" | "long";

/**
 * What is compared. Not everything everywhere: a way that needs minutes for a broadcast is measured
 * where it needs seconds, and the page shows no number where there is none.
 */
export function scenarios(extent: Extent): Scenario[] {
  const list: Scenario[] = [];
  const add = (members: number, bytes: number, messages: number, ways: readonly Way[]) => {
    const repeats = Math.max(1, Math.ceil(leastPosts / (members * messages)));
    list.push({ members, bytes, messages, ways, rounds: roundsOf(members, messages), repeats });
  };
  const all = ["roomcast", ...otherWays] as const;
  const lean = ["roomcast", "floor"] as const;
  for (const members of [10, 100, 1000]) {
    add(members, small, 1, all);
    add(members, large, 1, all);
    add(members, small, burst, members < 1000 ? all : lean);
    add(members, large, burst, members < 100 ? all : lean);
  }
  add(10_000, small, 1, [...all, "roomcast-in-one"]);
  add(10_000, large, 1, lean);
  add(10_000, small, burst, lean);
  add(100_000, small, 1, extent === "long" ? all : lean);
  add(100_000, small, burst, ["roomcast"]);
  return extent === "quick" ? list.filter(isQuick).map(shortened) : list;
}

function isQuick({ members, messages, bytes }: Scenario): boolean {
  return bytes === small && members <= (messages === 1 ? 1000 : 100);
}

function roundsOf(members: number, messages: number): number {
  if (members >= 100_000) return 1;
  if (members * messages >= 10_000) return 3;
  // By this many members the promises are judged.
  return members === 1000 ? 15 : 7;
}

function shortened(scenario: Scenario): Scenario {
  return { ...scenario, rounds: Math.min(scenario.rounds, 7) };
}

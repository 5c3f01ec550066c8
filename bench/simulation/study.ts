import {
  type Binding,
  bindings,
  defaultDeployed,
  type ScaleOptions,
  type ScaleRow,
  simulate,
} from "./scale.ts";
import { defaultWorld, type World } from "./world.ts";

/** A variation of the broadcast to 100 000, and how it went. */
export interface StressRow extends ScaleRow {
  what: string;
}

export interface SimulationResults {
  cpuPerPostMs: number;
  /** One message to a room of so many, under the default quota. */
  scale: ScaleRow[];
  /** A million, under higher quotas. */
  raised: ScaleRow[];
  stress: StressRow[];
  bindings: Binding[];
}

/** The number of members that the target is about. */
export const targetMembers = 100_000;
const million = 1_000_000;

/** All that the page shows. @param cpuPerPostMs Of an environment, as measured. */
export function study(cpuPerPostMs: number, { quick }: { quick: boolean }): SimulationResults {
  const seeds = quick ? 3 : 20;
  const few = quick ? 1 : 3;
  const world = { cpuPerPostMs };
  const at = (members: number, more: Partial<ScaleOptions> = {}): ScaleOptions => ({
    members,
    // A million take as long as ten times a hundred thousand.
    seeds: members > targetMembers ? 1 : seeds,
    ...more,
    world: { ...world, ...more.world },
  });
  return {
    cpuPerPostMs,
    scale: [100, 1000, 10_000, targetMembers, ...(quick ? [] : [million])].map((members) =>
      simulate(at(members)),
    ),
    raised: quick
      ? []
      : [20_000, 50_000, 100_000].map((quota) =>
          simulate(
            at(million, {
              world: { account: { requestsPerSecond: quota, burst: quota / 2 } },
              deployed: {
                postsPerSecond: 0.9 * quota,
                lanes: quota > 50_000 ? 2 * defaultDeployed.lanes : defaultDeployed.lanes,
              },
            }),
          ),
        ),
    stress: stresses.map(({ what, rooms, ...change }) => ({
      what,
      ...simulate(at(targetMembers, { seeds: few, rooms: rooms ?? 1, world: change.world ?? {} })),
    })),
    bindings: [1000, 10_000, targetMembers].flatMap((members) =>
      bindings(at(members, { seeds: few })),
    ),
  };
}

const stresses: { what: string; rooms?: number; world?: Partial<World> }[] = [
  { what: "every environment cold", world: { cold: { ...defaultWorld.cold, share: 1 } } },
  { what: "1 000 other requests/s in the account", world: { othersPerSecond: 1000 } },
  { what: "one connection in fifty never takes anything", world: { stuckShare: 0.02 } },
  {
    what: "a mapping that begins with five invocations and adds five a second",
    world: { mapping: { initial: 5, morePerSecond: 5, most: 50 } },
  },
  { what: "two such rooms at the same moment", rooms: 2 },
  {
    what: "a region with a quarter of the quota, and nothing set",
    world: { account: { requestsPerSecond: 2500, burst: 1250 } },
  },
];

import { lanePacer, roomPacer } from "../../handlers/lib/fan-out/pacers.ts";
import { rounded, spreadOf } from "../lib/statistics.ts";
import { type BroadcastResult, type Service, simulateBroadcast } from "./broadcast.ts";
import { defaultWorld, type World } from "./world.ts";

/** How fan-out is set, as far as the simulation goes by it. */
export interface Deployed {
  largeRoomMembers: number;
  lanes: number;
  /** Of all lanes of a room together. */
  postsPerSecond: number;
}

/** As the program sets it unless it is told otherwise. */
export const defaultDeployed: Deployed = {
  largeRoomMembers: 1000,
  lanes: 16,
  postsPerSecond: 9000,
};

/** A broadcast to so many members, over several seeds. Seconds. */
export interface ScaleRow {
  members: number;
  /** Of the account, requests per second. */
  quota: number;
  postsPerSecond: number;
  lanes: number;
  medianSeconds: number;
  worstSeconds: number;
  /** As soon as the account's quota allows, from the moment at which the message is there. */
  idealSeconds: number;
  /** The share of posts that were throttled, and of the requests of everything else in the account. */
  throttledShare: number;
  othersThrottledShare: number;
  /** Invocations that ended before their members did, and went on behind a cursor. */
  retries: number;
  seeds: number;
}

export interface ScaleOptions {
  members: number;
  world?: Partial<World>;
  deployed?: Partial<Deployed>;
  rooms?: number;
  seeds: number;
}

export function simulate(options: ScaleOptions): ScaleRow {
  const world: World = { ...defaultWorld, ...options.world };
  const deployed: Deployed = { ...defaultDeployed, ...options.deployed };
  const { members, rooms = 1 } = options;
  const service = serviceOf(deployed);
  const results: BroadcastResult[] = Array.from({ length: options.seeds }, (_, seed) =>
    simulateBroadcast({ world, service, members, rooms, seed: seed + 1 }),
  );
  const sum = (pick: (result: BroadcastResult) => number) =>
    results.reduce((total, result) => total + pick(result), 0);
  const seconds = spreadOf(results.map(({ lastReachedMs }) => lastReachedMs / 1000));
  return {
    members,
    quota: world.account.requestsPerSecond,
    postsPerSecond: deployed.postsPerSecond,
    lanes: members > deployed.largeRoomMembers ? deployed.lanes : 1,
    medianSeconds: rounded(seconds.median),
    worstSeconds: rounded(seconds.most),
    idealSeconds: rounded(idealSeconds(members * rooms, world)),
    throttledShare: rounded(sum(({ throttled }) => throttled) / sum(({ posts }) => posts), 3),
    othersThrottledShare: rounded(
      sum(({ othersThrottled }) => othersThrottled) /
        Math.max(
          1,
          sum(({ others }) => others),
        ),
      3,
    ),
    retries: Math.round(sum(({ retries }) => retries) / options.seeds),
    seeds: options.seeds,
  };
}

/** The burst at once, then as many as flow in. */
export function idealSeconds(posts: number, { account }: Pick<World, "account">): number {
  return Math.max(0, posts - account.burst) / account.requestsPerSecond;
}

function serviceOf({ largeRoomMembers, lanes, postsPerSecond }: Deployed): Service {
  return {
    largeRoomMembers,
    lanes,
    pace(kind, now) {
      const budget = { postsPerSecond, now };
      return kind === "lane" ? lanePacer(lanes, budget) : roomPacer(budget);
    },
  };
}

/** What could be changed, and how: the first thing that binds is that whose change helps most. */
const changes: Record<string, (row: ScaleOptions) => ScaleOptions> = {
  "the account's requests per second (L-8A5B8E43), with as much more for the lanes": (row) => {
    const { requestsPerSecond, burst } = row.world?.account ?? defaultWorld.account;
    const posts = row.deployed?.postsPerSecond ?? defaultDeployed.postsPerSecond;
    return {
      ...row,
      world: {
        ...row.world,
        account: { requestsPerSecond: 2 * requestsPerSecond, burst: 2 * burst },
      },
      deployed: { ...row.deployed, postsPerSecond: 2 * posts },
    };
  },
  "the number of lanes": (row) => {
    const lanes = row.deployed?.lanes ?? defaultDeployed.lanes;
    return { ...row, deployed: { ...row.deployed, lanes: 2 * lanes } };
  },
  "memory, and with it CPU, of fan-out": (row) => {
    const cpuPerPostMs = (row.world?.cpuPerPostMs ?? defaultWorld.cpuPerPostMs) / 2;
    return { ...row, world: { ...row.world, cpuPerPostMs } };
  },
  "cold starts": (row) => ({
    ...row,
    world: { ...row.world, cold: { ...defaultWorld.cold, share: 0 } },
  }),
};

export interface Binding {
  members: number;
  /** What was doubled, or taken away. */
  change: string;
  /** The share of the median time that this saves. */
  saved: number;
}

/** How much each change saves, the most first. */
export function bindings(options: ScaleOptions): Binding[] {
  const before = simulate(options).medianSeconds;
  return Object.entries(changes)
    .map(([change, apply]) => ({
      members: options.members,
      change,
      saved: rounded(1 - simulate(apply(options)).medianSeconds / before, 2),
    }))
    .sort((one, other) => other.saved - one.saved);
}

import { type Results, rowOf } from "../results.ts";
import { idealSeconds } from "../simulation/scale.ts";
import { targetMembers } from "../simulation/study.ts";
import { defaultWorld } from "../simulation/world.ts";

/** A promise, and whether this run has kept it. */
export interface Verdict {
  what: string;
  measured: string;
  limit: string;
  kept: boolean;
}

const bytes = 100;
/** The largest room that one invocation serves. */
const members = 1000;

export function verdicts(results: Results): Verdict[] {
  return [
    cpuRatio(results, "tuned-sdk", "of the tuned SDK client's", 0.3),
    cpuRatio(results, "floor", "of the floor's, unsigned posts", 1.6),
    burstPosts(results),
    tableReads(results),
    lastMember(results),
    ...memory(results),
  ];
}

function cpuRatio(
  { comparison }: Results,
  way: "tuned-sdk" | "floor",
  name: string,
  limit: number,
): Verdict {
  const cpu = (of: "roomcast" | typeof way) =>
    rowOf(comparison, { members, bytes, messages: 1, way: of }).cpuPerDelivery.median;
  const ratio = cpu("roomcast") / cpu(way);
  return {
    what: `CPU per delivery ${name} (${members} members, ${bytes} bytes)`,
    measured: ratio.toFixed(2),
    limit: `at most ${limit.toFixed(2)}`,
    kept: ratio <= limit,
  };
}

function burstPosts({ comparison }: Results): Verdict {
  const about = { members: 100, bytes, messages: 10 };
  const ours = rowOf(comparison, { ...about, way: "roomcast" }).posts;
  const usual = rowOf(comparison, { ...about, way: "usual" }).posts;
  const limit = 0.12;
  return {
    what: "Posts for a burst of ten messages of 100 bytes, of the usual way's",
    measured: (ours / usual).toFixed(2),
    limit: `at most ${limit.toFixed(2)}`,
    kept: ours / usual <= limit,
  };
}

function tableReads({ tableReads: rows }: Results): Verdict {
  const units = rows.filter(({ way }) => way === "roomcast").map(({ readUnits }) => readUnits);
  const others = Math.max(...rows.map((row) => row.others));
  return {
    what: `Read units of a broadcast, with 0 to ${others} connections in other rooms`,
    measured: [...new Set(units)].join(", "),
    limit: "the same",
    kept: new Set(units).size === 1,
  };
}

function lastMember({ simulation }: Results): Verdict {
  const row = simulation.scale.find((candidate) => candidate.members === targetMembers);
  const limit = 1.15 * idealSeconds(targetMembers, defaultWorld);
  const worst = row?.worstSeconds ?? Number.POSITIVE_INFINITY;
  return {
    what: `Last of ${targetMembers} members in the simulation, the worst of ${row?.seeds} seeds`,
    measured: `${worst.toFixed(2)} s`,
    limit: `at most ${limit.toFixed(2)} s`,
    kept: worst <= limit,
  };
}

/** Not in a quick run, which has no such room. */
function memory({ about, comparison }: Results): Verdict[] {
  if (about.quick) return [];
  const peaks = comparison
    .filter((row) => row.members === 10_000 && row.way === "roomcast")
    .map(({ peakMegabytes }) => peakMegabytes);
  const limit = 160;
  const peak = Math.max(...peaks);
  return [
    {
      what: "Resident memory of a process of fan-out, for a room of 10 000 members in lanes",
      measured: peaks.length === 0 ? "no result" : `${Math.ceil(peak)} MB`,
      limit: `at most ${limit} MB`,
      kept: peaks.length > 0 && peak <= limit,
    },
  ];
}

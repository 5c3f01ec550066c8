import type { LaptopResults } from "../laptop/laptop.ts";
import type { ComparisonRow } from "../measure/comparison.ts";
import { rowOf } from "../results.ts";
import type { Counted, Point } from "./counted.ts";

/** What the cost model takes from the measurements. @param variables Fan-out's environment. */
export function countedFrom(
  comparison: readonly ComparisonRow[],
  { burst }: Pick<LaptopResults, "burst">,
  variables: Readonly<Record<string, string>>,
): Counted {
  const about = { bytes: 100, messages: 1 };
  const thousand = rowOf(comparison, { ...about, members: 1000, way: "roomcast" });
  const frames = burst.framesPerMember.median;
  return {
    billed: { roomcast: billed(comparison, "roomcast"), usual: billed(comparison, "usual") },
    readUnitsPerMember: thousand.readUnits / thousand.members,
    postsPerBurstOfTen: frames,
    // Each batch makes a frame.
    batchesPerBurstOfTen: frames,
    largeRoomMembers: Number(variables["LARGE_ROOM_MEMBERS"]),
    lanes: Number(variables["LANE_COUNT"]),
  };
}

function billed(comparison: readonly ComparisonRow[], way: ComparisonRow["way"]): Point[] {
  return comparison
    .filter((row) => row.way === way && row.bytes === 100 && row.messages === 1)
    .map((row) => ({ members: row.members, milliseconds: row.billed.median }))
    .sort((one, other) => one.members - other.members);
}

import { rounded } from "../lib/statistics.ts";
import type { ComparisonRow } from "../measure/comparison.ts";
import { rowOf } from "../results.ts";

/** Fan-out's memory, and what of it gives a whole core (Lambda Developer Guide, memory), in megabytes. */
const memory = 1024;
const wholeCore = 1769;

/** How long a post keeps the CPU of fan-out busy, in milliseconds, were Lambda's core as fast as this one. */
export function cpuPerPostFrom(comparison: readonly ComparisonRow[]): number {
  const row = rowOf(comparison, { members: 1000, bytes: 100, messages: 1, way: "roomcast" });
  return rounded(row.cpuPerDelivery.median / 1000 / (memory / wholeCore), 3);
}

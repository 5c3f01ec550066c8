import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { Cost } from "./cost/cost.ts";
import type { LaptopResults } from "./laptop/laptop.ts";
import type { ComparisonRow, Failure } from "./measure/comparison.ts";
import type { StartupResults } from "./measure/startup.ts";
import type { TableReads } from "./measure/table-reads.ts";
import type { SimulationResults } from "./simulation/study.ts";

/** All that a run of the bench has come to: `bench/results.json`. */
export interface Results {
  about: {
    /** As it was passed in. */
    date: string;
    quick: boolean;
    cpu: string;
    cores: number;
    memoryGigabytes: number;
    node: string;
    /** Processes that waited for a core as it began and as it ended: above the cores, others were busy. */
    loadBefore: number;
    loadAfter: number;
    minutes: number;
  };
  comparison: ComparisonRow[];
  failures: Failure[];
  tableReads: TableReads[];
  startup: StartupResults;
  laptop: LaptopResults;
  simulation: SimulationResults;
  costs: Cost[];
}

const file = fileURLToPath(new URL("results.json", import.meta.url));

export async function readResults(path = file): Promise<Results> {
  return JSON.parse(await readFile(path, "utf8"));
}

export async function writeResults(results: Results, path = file): Promise<void> {
  await writeFile(path, `${JSON.stringify(results, undefined, 2)}\n`);
}

/** The row of a scenario. @throws Error when it was not measured. */
export function rowOf(
  rows: readonly ComparisonRow[],
  scenario: Pick<ComparisonRow, "members" | "bytes" | "messages" | "way">,
): ComparisonRow {
  const found = findRow(rows, scenario);
  if (found === undefined) {
    throw new Error(`There is no result for ${JSON.stringify(scenario)}.`);
  }
  return found;
}

export function findRow(
  rows: readonly ComparisonRow[],
  { members, bytes, messages, way }: Pick<ComparisonRow, "members" | "bytes" | "messages" | "way">,
): ComparisonRow | undefined {
  return rows.find(
    (row) =>
      row.members === members &&
      row.bytes === bytes &&
      row.messages === messages &&
      row.way === way,
  );
}

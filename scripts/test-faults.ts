import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { runStories } from "../test/faults/clients/run-stories.ts";
import { storyTable } from "../test/faults/clients/table.ts";
import type { BatchResult } from "../test/faults/model/batch.ts";
import { runInProcesses } from "../test/faults/model/batch-process.ts";
import { unpacked } from "../test/faults/model/packed.ts";
import { run } from "../test/faults/model/run.ts";
import { shrink } from "../test/faults/model/shrink.ts";
import { faultTables } from "../test/faults/model/table.ts";
import { type Figures, sum } from "../test/faults/model/tally.ts";
import { tell } from "../test/faults/model/tell.ts";
import { openWorlds, type WorldKind } from "../test/faults/model/worlds.ts";
import { CommandError, readOptions, runCommand } from "./lib/command.ts";
import { writePart } from "./lib/reliability.ts";

/**
 * Runs the handlers through random schedules of clients and faults, and judges what came of them:
 * `npm run test:faults`. `--schedules N` in one process each core, `--workers N` over worker threads,
 * `--stories N` with the client library, from `--seed S` on; `--write` puts the tables into
 * docs/reliability.md; `--replay SCHEDULE` runs one
 * schedule (packed, JSON, or a file with one of them) and shrinks it if it fails.
 */
await runCommand(async () => {
  const options = readOptions({
    schedules: { type: "string", default: "5000" },
    workers: { type: "string", default: "50" },
    stories: { type: "string", default: "500" },
    seed: { type: "string", default: "1" },
    replay: { type: "string" },
    write: { type: "boolean", default: false },
  });
  const failed = options.replay === undefined ? await main(options) : await replay(options.replay);
  process.exit(failed ? 1 : 0);
});

async function main(options: {
  schedules: string;
  workers: string;
  stories: string;
  seed: string;
  write: boolean;
}): Promise<boolean> {
  const from = readNumber("seed", options.seed);
  const worlds: Record<string, Figures> = {};
  const runs: [WorldKind, number, number][] = [
    ["in one process", readNumber("schedules", options.schedules), availableParallelism()],
    ["in workers", readNumber("workers", options.workers), 1],
  ];
  let failed = false;
  for (const [world, count, processes] of runs) {
    if (count === 0) continue;
    const startedAt = performance.now();
    const batch = { world, from, step: 1, count, untilFailure: false, shrinks: true };
    const results = await runInProcesses(batch, processes);
    worlds[world] = sum(results.map(({ figures }) => figures));
    failed = tellFailures(results) || failed;
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    console.error(`${count} schedules ${world} took ${seconds} s.`);
  }
  if (Object.keys(worlds).length > 0) {
    const tables = faultTables(worlds);
    console.log(tables);
    if (options.write) await writePart("faults", tables);
  }
  return (await stories(from, readNumber("stories", options.stories), options.write)) || failed;
}

async function stories(from: number, count: number, write: boolean): Promise<boolean> {
  if (count === 0) return false;
  const startedAt = performance.now();
  const { figures, failures } = await runStories(from, count);
  for (const { seed, broken } of failures) console.error(`\nSeed ${seed}:\n${broken.join("\n")}`);
  const seconds = Math.round((performance.now() - startedAt) / 1000);
  console.error(`${count} stories of the client took ${seconds} s.`);
  console.log(`\n${storyTable(figures)}`);
  if (write) await writePart("stories", storyTable(figures));
  return failures.length > 0;
}

function tellFailures(results: readonly BatchResult[]): boolean {
  const failures = results.flatMap(({ failure }) => (failure === undefined ? [] : [failure]));
  for (const failure of failures) console.error(`\n${tell(failure)}\n`);
  return failures.length > 0;
}

async function replay(text: string): Promise<boolean> {
  const schedule = unpacked(existsSync(text) ? (await readFile(text, "utf8")).trim() : text);
  const { make } = await openWorlds("in one process");
  const outcome = await run(schedule, make);
  if (outcome.violations.length === 0) {
    console.log("Nothing is violated.");
    return false;
  }
  console.log(tell(await shrink(outcome, make)));
  return true;
}

function readNumber(name: string, text: string): number {
  if (!/^\d+$/.test(text))
    throw new CommandError(`--${name} must be a whole number, not "${text}".`);
  return Number(text);
}

import { drawSchedule } from "./draw-schedule.ts";
import type { Violation } from "./facts.ts";
import { type Outcome, run } from "./run.ts";
import { shrink } from "./shrink.ts";
import { type Figures, figuresOf, sum } from "./tally.ts";
import { openWorlds, type WorldKind } from "./worlds.ts";

/** Schedules to run, by their seeds. */
export interface Batch {
  world: WorldKind;
  /** The first seed. */
  from: number;
  /** Every which seed: several processes share the seeds. */
  step: number;
  count: number;
  /** Whether the first schedule that fails is the last one. */
  untilFailure: boolean;
  /** Whether to look for the least schedule that fails as the first one does. */
  shrinks: boolean;
}

export interface BatchResult {
  figures: Figures;
  /** The first schedule that failed, shrunk if that was asked for. */
  failure: Failure | undefined;
}

/** What is needed to tell of a failing schedule; history left out. */
export type Failure = Pick<Outcome, "schedule"> & {
  seed: number;
  /** How many schedules had been run, this one included. */
  schedules: number;
  violations: readonly Violation[];
};

export async function runBatch(batch: Batch): Promise<BatchResult> {
  const worlds = await openWorlds(batch.world);
  const figures: Figures[] = [];
  let failed: Outcome | undefined;
  let schedules = 0;
  for (let index = 0; index < batch.count; index++) {
    const outcome = await run(drawSchedule(batch.from + index * batch.step), worlds.make);
    figures.push(figuresOf(outcome));
    if (outcome.violations.length > 0) {
      failed ??= outcome;
      schedules ||= index + 1;
      if (batch.untilFailure) break;
    }
  }
  // In workers the order of things is not the same each time, so that leaving out proves nothing.
  const canShrink = batch.shrinks && batch.world === "in one process";
  const least = failed && canShrink ? await shrink(failed, worlds.make) : failed;
  await worlds.close();
  return {
    figures: sum(figures),
    failure: least && {
      seed: least.schedule.seed,
      schedules,
      schedule: least.schedule,
      violations: least.violations,
    },
  };
}

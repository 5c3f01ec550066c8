import { type MakeWorld, type Outcome, run } from "./run.ts";
import type { Schedule, Step } from "./schedule.ts";

/** A schedule that fails takes some 100 ms, so that this is a minute or less. */
const defaultRuns = 500;

/**
 * Leaves out of a failing schedule what is not needed for the same check to fail: faults and steps,
 * many at once and then one by one, clients that are never used, and the size of what is sent.
 *
 * @param runs How many schedules may be tried.
 * @returns The least that was found, with what it violates.
 */
export async function shrink(
  failing: Outcome,
  makeWorld: MakeWorld,
  runs = defaultRuns,
): Promise<Outcome> {
  const check = failing.violations[0]?.check;
  let least = failing;
  let left = runs;
  const tryOut = async (steps: Step[]): Promise<boolean> => {
    if (left-- <= 0) return false;
    const outcome = await run(withSteps(failing.schedule, steps), makeWorld);
    const violations = outcome.violations.filter((violation) => violation.check === check);
    if (violations.length === 0) return false;
    least = { ...outcome, violations };
    return true;
  };
  let before: number;
  do {
    before = sizeOf(least.schedule);
    await leaveOut(() => least.schedule.steps, tryOut);
    await makeSmaller(() => least.schedule.steps, tryOut);
  } while (sizeOf(least.schedule) < before && left > 0);
  return least;
}

/** In halves, quarters and so on, down to single steps (delta debugging). */
async function leaveOut(
  current: () => Step[],
  tryOut: (steps: Step[]) => Promise<boolean>,
): Promise<void> {
  for (let size = Math.ceil(current().length / 2); size >= 1; size = Math.floor(size / 2)) {
    // From the end: what comes last has the least influence on the rest.
    for (let end = current().length; end > 0; end -= size) {
      const steps = current();
      await tryOut([...steps.slice(0, Math.max(0, end - size)), ...steps.slice(end)]);
    }
  }
}

async function makeSmaller(
  current: () => Step[],
  tryOut: (steps: Step[]) => Promise<boolean>,
): Promise<void> {
  for (let index = 0; index < current().length; index++) {
    const step = current()[index];
    for (const smaller of step === undefined ? [] : smallerThan(step)) {
      if (await tryOut(current().with(index, smaller))) break;
    }
  }
}

function smallerThan(step: Step): Step[] {
  switch (step.do) {
    case "publish": {
      const { bytes, id, ...rest } = step;
      return [
        ...(bytes === undefined && id === undefined ? [] : [rest]),
        ...(bytes !== undefined && id !== undefined ? [{ ...rest, id }] : []),
      ];
    }
    case "burst":
    case "backend": {
      const { bytes, ...rest } = step;
      return [
        ...(bytes === undefined ? [] : [rest]),
        ...(step.count > 1 ? [{ ...step, count: 1 }] : []),
        ...(step.count > 2 ? [{ ...step, count: Math.ceil(step.count / 2) }] : []),
      ];
    }
    case "fault": {
      const { extent } = step.fault;
      return [
        ...(extent.times > 1 && extent.milliseconds === undefined
          ? [{ ...step, fault: { ...step.fault, extent: { ...extent, times: 1 } } }]
          : []),
        ...(extent.skip > 0
          ? [{ ...step, fault: { ...step.fault, extent: { ...extent, skip: 0 } } }]
          : []),
      ];
    }
    default:
      return [];
  }
}

/** Clients that no step names are left out. */
function withSteps(schedule: Schedule, steps: Step[]): Schedule {
  const used = new Set(steps.map((step) => ("client" in step ? step.client : "")));
  return { ...schedule, clients: schedule.clients.filter(({ name }) => used.has(name)), steps };
}

function sizeOf(schedule: Schedule): number {
  return JSON.stringify(schedule).length;
}

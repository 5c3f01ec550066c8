import type { World } from "../world.ts";
import { judge } from "./checks/index.ts";
import { drive } from "./drive.ts";
import type { Violation } from "./facts.ts";
import type { History } from "./history.ts";
import type { Schedule } from "./schedule.ts";

/** Makes a fresh world for a schedule, whose seed decides what it leaves to chance. */
export type MakeWorld = (schedule: Schedule) => World | Promise<World>;

export interface Outcome {
  schedule: Schedule;
  /** Undefined when the world broke down. */
  history: History | undefined;
  violations: readonly Violation[];
}

/** Runs a schedule in a world of its own, and judges what came of it. */
export async function run(schedule: Schedule, makeWorld: MakeWorld): Promise<Outcome> {
  const world = await makeWorld(schedule);
  try {
    const history = await drive(world, schedule);
    return { schedule, history, violations: judge(history) };
  } catch (error) {
    const sentence = error instanceof Error ? (error.stack ?? error.message) : String(error);
    return { schedule, history: undefined, violations: [{ check: "the world itself", sentence }] };
  } finally {
    await world.close();
  }
}

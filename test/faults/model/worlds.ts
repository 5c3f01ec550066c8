import type { MakeWorld } from "./run.ts";

/** Where schedules can take place, by what the tables call it. */
export type WorldKind = "in one process" | "in workers";

export interface Worlds {
  make: MakeWorld;
  close(): Promise<void>;
}

/** Loads what a kind of world needs; many can then be made, one after the other. */
export async function openWorlds(kind: WorldKind): Promise<Worlds> {
  if (kind === "in one process") {
    const { recordRoomcast } = await import("../../support/program.ts");
    const { InProcessWorld } = await import("../in-process/in-process-world.ts");
    const recorded = await recordRoomcast("dev");
    return { make: (seed) => new InProcessWorld({ seed, recorded }), close: async () => {} };
  }
  const { WorkersStack } = await import("../workers/workers-stack.ts");
  const stack = await WorkersStack.start();
  return { make: () => stack.open(), close: () => stack.close() };
}

import type { MakeWorld } from "./run.ts";
import type { RoomSettings } from "./schedule.ts";

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
    return {
      // The same settings are recorded once.
      async make({ seed, settings }) {
        const recorded = await recordRoomcast("dev", { config: configOf(settings) });
        return new InProcessWorld({ seed, recorded });
      },
      close: async () => {},
    };
  }
  const { WorkersStack } = await import("../workers/workers-stack.ts");
  const stacks = new Map<string, Promise<Awaited<ReturnType<typeof WorkersStack.start>>>>();
  return {
    async make({ settings }) {
      const key = JSON.stringify(settings ?? {});
      const stack = stacks.get(key) ?? WorkersStack.start(configOf(settings));
      stacks.set(key, stack);
      return (await stack).open();
    },
    async close() {
      for (const stack of stacks.values()) await (await stack).close();
    },
  };
}

/** As in `Pulumi.<stack>.yaml`, without the namespace. */
export function configOf(settings: RoomSettings | undefined): Record<string, string> {
  return Object.fromEntries(
    Object.entries(settings ?? {}).map(([name, value]) => [name, String(value)]),
  );
}

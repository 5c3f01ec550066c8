import { availableParallelism } from "node:os";
import { join } from "node:path";
import { mapConcurrently } from "../handlers/lib/fan-out/map-concurrently.ts";
import type { Batch } from "../test/faults/model/batch.ts";
import { runInProcess } from "../test/faults/model/batch-process.ts";
import { seededBugs } from "../test/faults/seeded-bugs/catalogue.ts";
import { PatchedCopy } from "../test/faults/seeded-bugs/patched-copy.ts";
import type { SeededBug } from "../test/faults/seeded-bugs/seeded-bug.ts";
import { readOptions, runCommand } from "./lib/command.ts";
import { table } from "./lib/markdown.ts";
import { writePart } from "./lib/reliability.ts";

/** After so many schedules a bug counts as missed; the sources as they are have to pass all of them. */
const mostSchedules = 400;
const firstSeed = 1;

interface Result {
  bug: SeededBug | undefined;
  /** The check that found it, and in which schedule; undefined when none did. */
  caught: { check: string; schedules: number; sentence: string } | undefined;
}

/**
 * Puts each bug of the catalogue into a copy of the sources, and runs the fault suite there until it
 * finds it: `npm run test:seeded-bugs`. `--only TEXT` takes the bugs whose name has it; `--write` puts
 * the table into docs/reliability.md. Fails when one is missed, when one no longer applies, and when
 * the sources without a bug fail.
 */
await runCommand(async () => {
  const { only = "", write } = readOptions({
    only: { type: "string" },
    write: { type: "boolean", default: false },
  });
  const bugs = seededBugs.filter(({ name }) => name.includes(only));
  const results = await mapConcurrently([undefined, ...bugs], availableParallelism(), hunt);
  const rows = results.flatMap(({ bug, caught }) =>
    bug === undefined
      ? []
      : [
          [
            bug.name,
            bug.harm,
            caught?.check ?? "**missed**",
            caught === undefined ? `more than ${mostSchedules}` : String(caught.schedules),
          ],
        ],
  );
  const text = table(["bug", "harm", "found by the check", "after schedules"], rows).join("\n");
  const control = results.find(({ bug }) => bug === undefined)?.caught;
  console.log(text);
  console.log(
    control === undefined
      ? `\nWithout a bug nothing is violated in ${mostSchedules} schedules.`
      : `\nWithout a bug ${control.check} is violated after ${control.schedules}: ${control.sentence}`,
  );
  if (write) await writePart("seeded bugs", text);
  const isAllWell =
    control === undefined &&
    results.every(({ bug, caught }) => bug === undefined || caught !== undefined);
  process.exit(isAllWell ? 0 : 1);
});

async function hunt(bug: SeededBug | undefined): Promise<Result> {
  const copy = await PatchedCopy.create(bug);
  const batch: Batch = {
    world: "in one process",
    from: firstSeed,
    step: 1,
    count: mostSchedules,
    untilFailure: true,
    shrinks: false,
  };
  try {
    const file = join(copy.folder, "test/faults/model/batch-process.ts");
    const { failure } = await runInProcess(batch, file);
    const [violation] = failure?.violations ?? [];
    const caught = violation && { ...violation, schedules: failure?.schedules ?? 0 };
    console.error(
      `${bug?.name ?? "no bug"}: ${caught ? `${caught.check}: ${caught.sentence}` : "nothing found"}`,
    );
    return { bug, caught };
  } finally {
    await copy.remove();
  }
}

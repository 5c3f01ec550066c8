import { foundSchedules } from "./found.ts";
import { runBatch } from "./model/batch.ts";
import { run } from "./model/run.ts";
import { tell } from "./model/tell.ts";
import { openWorlds } from "./model/worlds.ts";

/** Fixed, so that a run fails for a change and not by chance. */
const firstSeed = 1_000_000;
const schedules = 200;

describe("Roomcast under faults", function () {
  this.timeout(180_000);

  it(`keeps its promises in ${schedules} schedules in one process`, async () => {
    const { failure } = await runBatch({
      world: "in one process",
      from: firstSeed,
      step: 1,
      count: schedules,
      untilFailure: true,
      shrinks: true,
    });
    if (failure !== undefined) throw new Error(tell(failure));
  });

  for (const { finding, schedule } of foundSchedules) {
    it(`keeps its promises where once ${finding}`, async () => {
      const { make } = await openWorlds("in one process");
      const outcome = await run(schedule, make);
      if (outcome.violations.length > 0) throw new Error(tell(outcome));
    });
  }
});

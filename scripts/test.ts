import { availableParallelism } from "node:os";
import { runMocha } from "./lib/mocha.ts";

/** Runs the tests on Node 24, whatever Node npm runs on: the named files, or all. */
const named = process.argv.slice(2);
const runs =
  named.length > 0
    ? [named]
    : [
        [
          ...["--parallel", "--jobs", String(availableParallelism())],
          ...["--ignore", "test/end-to-end/**", "test/**/*.test.ts"],
        ],
        // One after the other: they run the commands, and look at the clock.
        ["test/end-to-end/**/*.test.ts"],
      ];

for (const options of runs) {
  const code = await runMocha(options);
  process.exitCode ||= code;
}

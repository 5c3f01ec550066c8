import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

/** Runs mocha on Node 24, whatever Node npm runs on: the named files, or all. Ends with its parent. */
const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
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

let running: ChildProcess | undefined;
let isEnding = false;
const end = () => {
  isEnding = true;
  running?.kill("SIGTERM");
};
process.once("SIGTERM", end);
process.once("disconnect", end);
process.channel?.unref();
for (const options of runs) {
  if (!isEnding) {
    running = spawn(process.execPath, [mocha, ...options], { stdio: "inherit" });
    const [code] = (await once(running, "exit")) as [number | null];
    process.exitCode ||= code ?? 1;
  }
}

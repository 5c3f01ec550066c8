import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs mocha on Node 24, whatever Node npm runs on; options are passed on. */
const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
const { status } = spawnSync(process.execPath, [mocha, ...process.argv.slice(2)], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;

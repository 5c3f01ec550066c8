import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs mocha on Node 24, whatever Node npm runs on: the named files, or all. */
const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : ["test/**/*.test.ts"];
const { status } = spawnSync(process.execPath, [mocha, ...files], {
  stdio: "inherit",
});
process.exitCode = status ?? 1;

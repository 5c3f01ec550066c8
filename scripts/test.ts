import { spawn } from "node:child_process";
import { fileURLToPath } from "node:url";

/** Runs mocha on Node 24, whatever Node npm runs on: the named files, or all. Ends with its parent. */
const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));
const named = process.argv.slice(2);
const files = named.length > 0 ? named : ["test/**/*.test.ts"];
const child = spawn(process.execPath, [mocha, ...files], { stdio: "inherit" });
process.once("SIGTERM", () => child.kill("SIGTERM"));
process.once("disconnect", () => child.kill("SIGTERM"));
process.channel?.unref();
child.once("exit", (code) => {
  process.exitCode = code ?? 1;
});

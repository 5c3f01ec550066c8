import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";

const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));

let running: ChildProcess | undefined;
let isEnding = false;

/**
 * Runs mocha on this Node, with these options and files; its output is this command's. Resolves with
 * its exit code. Ends with this command's parent, after which nothing is run any more.
 */
export async function runMocha(
  options: readonly string[],
  environment: NodeJS.ProcessEnv = process.env,
): Promise<number> {
  endWithParent();
  if (isEnding) return 1;
  running = spawn(process.execPath, [mocha, ...options], { stdio: "inherit", env: environment });
  const [code] = (await once(running, "exit")) as [number | null];
  return code ?? 1;
}

function endWithParent(): void {
  if (process.listeners("disconnect").includes(end)) return;
  process.once("SIGTERM", end);
  process.once("disconnect", end);
  process.channel?.unref();
}

function end(): void {
  isEnding = true;
  running?.kill("SIGTERM");
}

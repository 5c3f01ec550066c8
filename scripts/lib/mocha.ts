import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { buffer } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export interface MochaOptions {
  environment?: NodeJS.ProcessEnv;
  /** Whether its output waits until it has ended, since another run's is being written. */
  isHeldBack?: boolean;
}

/** What runs the tests. */
export const mocha = fileURLToPath(import.meta.resolve("mocha/bin/mocha.js"));

const running = new Set<ChildProcess>();
let isEnding = false;

/**
 * Runs mocha on this Node, with these arguments; its output is this command's. Resolves with its exit
 * code. Ends with this command's parent, after which nothing is run any more.
 */
export async function runMocha(
  mochaArguments: readonly string[],
  { environment = process.env, isHeldBack = false }: MochaOptions = {},
): Promise<number> {
  endWithParent();
  if (isEnding) return 1;
  const child = spawn(process.execPath, [mocha, ...mochaArguments], {
    stdio: ["inherit", isHeldBack ? "pipe" : "inherit", "inherit"],
    env: environment,
  });
  running.add(child);
  const output = child.stdout === null ? undefined : buffer(child.stdout);
  const [code] = (await once(child, "exit")) as [number | null];
  running.delete(child);
  if (output !== undefined) process.stdout.write(await output);
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
  for (const child of running) child.kill("SIGTERM");
}

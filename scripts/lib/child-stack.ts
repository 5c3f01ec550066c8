import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { access, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import type { ReadyFile } from "./ready-file.ts";

/** A stack that was started as a person does, with a folder of its own. */
export interface ChildStack {
  ready: ReadyFile;
  /** What it leaves on this machine (`ROOMCAST_LOCAL`): its signing key. */
  folder: string;
  /** From spawning `npm start` to the ready file. */
  startMs: number;
  stop(): Promise<void>;
}

const endLimitMs = 5000;
const root = fileURLToPath(new URL("../..", import.meta.url));

/** Spawns `npm start` on a free port. @throws Error when it ends before it is ready. */
export async function startChildStack(): Promise<ChildStack> {
  const folder = await mkdtemp(join(tmpdir(), "roomcast-"));
  const readyFile = join(folder, "ready.json");
  const startedAt = performance.now();
  const child = spawn("npm", ["start", "--", "--port", "0"], {
    cwd: root,
    env: { ...process.env, ROOMCAST_LOCAL: folder },
    stdio: "ignore",
  });
  while (!(await exists(readyFile))) {
    if (child.exitCode !== null) {
      throw new Error("npm start has ended before the stack was ready.");
    }
    await sleep(2);
  }
  const startMs = performance.now() - startedAt;
  const ready: ReadyFile = JSON.parse(await readFile(readyFile, "utf8"));
  return { ready, folder, startMs, stop: () => stop(child, folder) };
}

async function stop(child: ChildProcess, folder: string): Promise<void> {
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
  // npm is gone before what it started: that removes the file as it ends.
  const deadline = performance.now() + endLimitMs;
  while (await exists(join(folder, "ready.json"))) {
    if (performance.now() > deadline) {
      throw new Error("The stack has not ended with npm start.");
    }
    await sleep(20);
  }
  await rm(folder, { recursive: true, force: true });
}

async function exists(path: string): Promise<boolean> {
  return await access(path).then(
    () => true,
    () => false,
  );
}

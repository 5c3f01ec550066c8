import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { type Batch, type BatchResult, runBatch } from "./batch.ts";

const thisFile = fileURLToPath(import.meta.url);

/**
 * Runs a batch in a process of its own.
 *
 * @param file This module, or the same one of a copy of the repository.
 * @throws Error when the process ends without a result; what it had to say is on stderr.
 */
export async function runInProcess(batch: Batch, file: string = thisFile): Promise<BatchResult> {
  const child = fork(file, [JSON.stringify(batch)], {
    // What the handlers log would drown everything else.
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  let result: BatchResult | undefined;
  child.on("message", (message) => {
    result = message as BatchResult;
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (result === undefined) throw new Error(`A process for schedules ended with ${code}.`);
  return result;
}

/** Shares a batch among so many processes, seed by seed. */
export async function runInProcesses(batch: Batch, processes: number): Promise<BatchResult[]> {
  const shares = Array.from(
    { length: processes },
    (_, index): Batch => ({
      ...batch,
      from: batch.from + index,
      step: processes,
      count: Math.ceil((batch.count - index) / processes),
    }),
  );
  return await Promise.all(
    shares.filter(({ count }) => count > 0).map((share) => runInProcess(share)),
  );
}

if (process.argv[1] === thisFile) {
  process.once("disconnect", () => process.exit(1));
  const result = await runBatch(JSON.parse(process.argv[2] ?? ""));
  process.send?.(result, () => process.exit(0));
}

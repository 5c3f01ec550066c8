import { execFileSync } from "node:child_process";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundleFolder, bundleHandlers, type HandlerName, handlerNames } from "../bundle.ts";
import { startChildStack } from "./child-stack.ts";
import { PackProcess } from "./policy/pack-process.ts";

/** What `npm run measure` and `npm run bench` both measure; times in milliseconds, one for each run. */

/** Bytes of each handler's bundle, minified. */
export async function bundleSizes(): Promise<Record<HandlerName, number>> {
  await bundleHandlers();
  const sizes = handlerNames.map(
    async (name) => [name, (await stat(`${bundleFolder(name)}/index.mjs`)).size] as const,
  );
  return Object.fromEntries(await Promise.all(sizes)) as Record<HandlerName, number>;
}

/** Recording the program, each time in a new process, as the SDK's state is. */
export function recordingTimes(count: number): number[] {
  const file = fileURLToPath(new URL("record-once.ts", import.meta.url));
  return Array.from({ length: count }, () =>
    Number(execFileSync(process.execPath, [file], { encoding: "utf8" })),
  );
}

/** Start of the policy pack by Pulumi's runner. */
export async function packStartTimes(count: number): Promise<number[]> {
  return await repeat(count, async () => {
    const pack = await PackProcess.start();
    await pack.stop();
    return pack.startedInMs;
  });
}

/** From spawning `npm start` to the ready file. */
export async function stackStartTimes(count: number): Promise<number[]> {
  return await repeat(count, async () => {
    const stack = await startChildStack();
    await stack.stop();
    return stack.startMs;
  });
}

/** One after the other: two at once would slow each other down. */
export async function repeat(count: number, measure: () => Promise<number>): Promise<number[]> {
  const times: number[] = [];
  for (let run = 0; run < count; run++) {
    times.push(await measure());
  }
  return times;
}

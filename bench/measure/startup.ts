import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { bundleFolder, type HandlerName, handlerNames } from "../../scripts/bundle.ts";
import {
  bundleSizes,
  packStartTimes,
  repeat,
  stackStartTimes,
} from "../../scripts/lib/measurements.ts";
import { runProgram } from "../../test/support/run-program.ts";
import { rounded, type Spread, spreadOf } from "../lib/statistics.ts";
import type { Deployment } from "./deployment.ts";

/** Times in milliseconds. */
export interface StartupResults {
  handlers: { name: HandlerName; bytes: number; import: Spread }[];
  npmStart: Spread;
  /** The whole program under Pulumi's own runner, against an engine that answers at once. */
  program: Spread;
  policyPack: Spread;
}

const importFile = fileURLToPath(new URL("import-once.ts", import.meta.url));

export async function measureStartup(
  deployment: Deployment,
  { quick }: { quick: boolean },
): Promise<StartupResults> {
  const count = quick ? 1 : 5;
  const sizes = await bundleSizes();
  return {
    handlers: handlerNames.map((name) => ({
      name,
      bytes: sizes[name],
      import: spread(Array.from({ length: 2 * count }, () => importOnce(name, deployment))),
    })),
    npmStart: spread(await stackStartTimes(count)),
    program: spread(await repeat(count, timeProgram)),
    policyPack: spread(await packStartTimes(count)),
  };
}

function importOnce(name: HandlerName, deployment: Deployment): number {
  const env = deployment.variablesOf(name);
  const args = [importFile, `${bundleFolder(name)}/index.mjs`];
  return Number(execFileSync(process.execPath, args, { env, encoding: "utf8" }));
}

async function timeProgram(): Promise<number> {
  const startedAt = performance.now();
  const { exitCode, problems } = await runProgram("dev");
  if (exitCode !== 0) throw new Error(`The program has failed: ${problems.join(" ")}`);
  return performance.now() - startedAt;
}

function spread(times: readonly number[]): Spread {
  const { median, least, most, count } = spreadOf(times);
  return { median: rounded(median), least: rounded(least), most: rounded(most), count };
}

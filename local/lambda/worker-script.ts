import { fileURLToPath } from "node:url";
import { build } from "esbuild";

let script: Promise<string> | undefined;

/**
 * The worker's code as one plain script, made once per process. Node could run `worker.ts` as it
 * is, but would strip its types in every worker anew: that doubles the time of a cold start.
 */
export function workerScript(): Promise<string> {
  script ??= bundle();
  return script;
}

async function bundle(): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL("./worker.ts", import.meta.url))],
    bundle: true,
    platform: "node",
    // A worker started from a text runs it as CommonJS.
    format: "cjs",
    target: "node22",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

import { timeRecording } from "./lib/record-program.ts";

/**
 * Ends an installation: builds the bundles, and has Node keep what it compiles on the way, so that
 * the first start is as quick as all others. Without it everything works, only slower once.
 */
try {
  await import("../local/runtime.ts");
  await timeRecording();
} catch (error) {
  console.error(`Not warmed up: ${(error as Error).message}`);
}

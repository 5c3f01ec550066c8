import { fileURLToPath } from "node:url";
import { findPulumi, runCli } from "./pulumi-cli.ts";
import { readPulumiOptions } from "./pulumi-options.ts";
import { policyOptions } from "./pulumi-stack.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The one way to run Pulumi: always with the policy pack and the stack's configuration of it. Ends
 * this process as the CLI ends, by code or signal.
 *
 * @throws CommandError before the CLI is started, when it would run otherwise than that.
 */
export async function runPulumi(
  command: "preview" | "up",
  words: readonly string[],
): Promise<void> {
  const { stack, stackName, further } = readPulumiOptions(command, words, process.env);
  const policies = await policyOptions(root, stackName);
  const executable = findPulumi(root, process.env);
  const { code, signal } = await runCli(
    executable,
    [command, "--stack", stack, ...policies, ...further],
    { root, environment: process.env },
  );
  if (signal !== null) {
    process.kill(process.pid, signal);
  }
  process.exitCode = code ?? 1;
}

import { awsAddresses } from "../../local/recording/outputs.ts";
import { record } from "../../local/recording/record.ts";
import { bundleHandlers } from "../bundle.ts";
import { readStackConfiguration } from "./stack-configuration.ts";

/**
 * Records the program of the stack dev, with its bundles built before.
 *
 * @returns How many milliseconds it took, from the import of the program to its last output.
 */
export async function recordProgram(): Promise<number> {
  const place = { partition: "aws", region: "eu-west-1", accountId: "000000000000" };
  const { project, config } = await readStackConfiguration("dev");
  await bundleHandlers();
  const startedAt = performance.now();
  await record(() => import("../../index.ts"), {
    project,
    stack: "dev",
    config,
    place,
    addresses: awsAddresses(place),
  });
  return performance.now() - startedAt;
}

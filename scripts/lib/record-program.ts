import { awsAddresses } from "../../local/recording/outputs.ts";
import { type Recording, record } from "../../local/recording/record.ts";
import { bundleHandlers } from "../bundle.ts";
import { readStackConfiguration } from "./stack-configuration.ts";

export interface RecordedStack extends Recording {
  /** Pulumi's project name. */
  project: string;
}

/** Records the program as a stack would have it, in no account. One at a time in a process. */
export async function recordProgram(stack: string): Promise<RecordedStack> {
  const { project, config } = await readStackConfiguration(stack);
  const region = config["aws:region"] ?? "eu-west-1";
  const place = { partition: "aws", region, accountId: "000000000000" };
  const addresses = awsAddresses(place);
  const load = () => import("../../index.ts");
  return { project, ...(await record(load, { project, stack, config, place, addresses })) };
}

/** How many milliseconds it takes to record the stack dev, when its bundles are built. */
export async function timeRecording(): Promise<number> {
  await bundleHandlers();
  const startedAt = performance.now();
  await recordProgram("dev");
  return performance.now() - startedAt;
}

import { existsSync } from "node:fs";
import { join } from "node:path";
import { CommandError } from "./command.ts";
import { packConfigurationFile, readPackConfiguration } from "./policy/configuration.ts";

/**
 * The options by which the policy pack judges a stack.
 *
 * @param folder That of the repository; the options are relative to it.
 * @throws CommandError when the stack has no configuration, no policy configuration, or a faulty one.
 */
export async function policyOptions(folder: string, stack: string): Promise<string[]> {
  if (!existsSync(join(folder, `Pulumi.${stack}.yaml`))) {
    throw new CommandError(
      `There is no Pulumi.${stack}.yaml. --stack names one of the Pulumi.<stack>.yaml files.`,
    );
  }
  // The heavy half of the SDK stays out: a command should not be felt before the CLI is.
  await import("./policy/lean-sdk.ts");
  const { rules } = await import("../../policy/rules/index.ts");
  await readPackConfiguration(stack, rules, folder);
  return ["--policy-pack", "policy", "--policy-pack-config", packConfigurationFile(stack)];
}

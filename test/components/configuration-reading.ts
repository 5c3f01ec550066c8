import assert from "node:assert/strict";
import { type Configuration, readConfiguration } from "../../components/configuration.ts";
import { type RecordingOptions, recordComponent } from "../support/program.ts";
import { createRole } from "./fixtures.ts";

export type Overrides = NonNullable<RecordingOptions["config"]>;

/** What the configuration of `dev` says with some settings changed. */
export async function configurationWith(
  config: Overrides,
  options: Omit<RecordingOptions, "config"> = {},
): Promise<Configuration> {
  const read: Configuration[] = [];
  await recordComponent(
    () => {
      read.push(readConfiguration());
      // A recording of no cloud resource at all is an error.
      createRole("any");
    },
    { ...options, config },
  );
  const [configuration] = read;
  assert.ok(configuration);
  return configuration;
}

/** The configuration of `dev` with some settings changed has exactly these faults. */
export async function assertFaults(
  config: Overrides,
  faults: readonly string[],
  options: Omit<RecordingOptions, "config"> = {},
): Promise<void> {
  await assert.rejects(configurationWith(config, options), {
    name: "ConfigurationError",
    code: "INVALID_CONFIGURATION",
    message: `INVALID_CONFIGURATION:\n${faults.map((fault) => `  - ${fault}`).join("\n")}`,
  });
}

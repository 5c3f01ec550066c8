import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import { CommandError } from "./command.ts";

export interface StackConfiguration {
  /** Pulumi's project name. */
  project: string;
  /** As in `PULUMI_CONFIG`: namespaced keys, values as text, lists and objects as JSON. */
  config: Record<string, string>;
}

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Reads `Pulumi.yaml` and `Pulumi.<stack>.yaml` as the Pulumi CLI does.
 *
 * @param folder Of the stack's file, unless it is beside the project's.
 * @throws CommandError when there is no such stack, or a value is encrypted.
 */
export async function readStackConfiguration(
  stack: string,
  folder = root,
): Promise<StackConfiguration> {
  const project = (await readYaml(root, "Pulumi.yaml")) as { name: string };
  const file = `Pulumi.${stack}.yaml`;
  const { config = {} } = ((await readYaml(folder, file)) ?? {}) as {
    config?: Record<string, unknown>;
  };
  return {
    project: project.name,
    config: Object.fromEntries(
      Object.entries(config).map(([key, value]) => [
        // Pulumi puts a key without a namespace into the project's.
        key.includes(":") ? key : `${project.name}:${key}`,
        toText(file, key, value),
      ]),
    ),
  };
}

/** The stacks that have a `Pulumi.<stack>.yaml`, sorted. */
export async function allStacks(): Promise<string[]> {
  const files = await readdir(root);
  return files.flatMap((file) => /^Pulumi\.(.+)\.yaml$/.exec(file)?.[1] ?? []).sort();
}

async function readYaml(folder: string, file: string): Promise<unknown> {
  const text = await readFile(join(folder, file), "utf8").catch(() => {
    throw new CommandError(
      `There is no ${file}. --stack names one of the Pulumi.<stack>.yaml files.`,
    );
  });
  try {
    return parse(text);
  } catch (error) {
    throw new CommandError(`${file} is not valid YAML: ${(error as Error).message}`);
  }
}

function toText(file: string, key: string, value: unknown): string {
  if (typeof value === "object" && value !== null && "secure" in value) {
    throw new CommandError(`${file}: ${key} is encrypted; only Pulumi itself can read it.`);
  }
  return typeof value === "string" ? value : JSON.stringify(value);
}

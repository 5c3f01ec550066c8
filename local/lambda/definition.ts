import { copyFile, mkdir, mkdtemp, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { firstGiven, type RecordedResource } from "../recording/resource.ts";
import { RESERVED_VARIABLES, usualLogGroup } from "./variables.ts";

export interface FunctionDefinition {
  name: string;
  arn: string;
  /** Absolute path of the folder that holds the code. */
  folder: string;
  /** True when the folder was made here, out of the program's texts; its user removes it. */
  temporary: boolean;
  handler: string;
  /** For instance `nodejs24.x`. */
  runtime: string;
  /** Seconds, 1 to 900; 3 unless set. */
  timeout: number;
  /** Megabytes; 128 unless set. */
  memorySize: number;
  /** Invocations at the same time, over which it is throttled; undefined: it has none reserved. */
  reservedConcurrency: number | undefined;
  variables: Record<string, string>;
  logging: { format: "Text" | "JSON"; level: string | undefined; group: string };
}

const DEFAULT_TIMEOUT_SECONDS = 3;
const DEFAULT_MEMORY_MEGABYTES = 128;
/** Of all variables together (Lambda quotas). */
const VARIABLES_LIMIT_BYTES = 4096;
/** Of a variable, as the service model has it. */
const VARIABLE_NAME = /^[a-zA-Z]\w+$/;
const LONGEST_TIMEOUT_SECONDS = 900;
const MEMORY_MEGABYTES = { least: 128, most: 10_240 };
/** Those that Lambda still creates functions with, November 2026 (Lambda Developer Guide, runtimes). */
const RUNTIMES = new Set(["nodejs22.x", "nodejs24.x", "nodejs26.x"]);
/** What the code would find on Lambda and not here, or would run in another way. */
const NOT_PLAYED = [
  "capacityProviderConfig",
  "durableConfig",
  "fileSystemConfig",
  "layers",
  "tenancyConfig",
];

/**
 * Reads a recorded `aws:lambda/function:Function`. Relative paths of its code are taken from
 * `projectFolder`. Rejects with a sentence that names the function when it could not run here:
 * container images, zip files, other languages; and for what Lambda would refuse.
 */
export async function functionDefinition(
  resource: RecordedResource,
  projectFolder = process.cwd(),
): Promise<FunctionDefinition> {
  const { inputs, state } = resource;
  const refuse = (reason: string) => new Error(`Function ${resource.name}: ${reason}`);
  if (!String(inputs["runtime"]).startsWith("nodejs") || inputs["handler"] === undefined) {
    throw refuse("only functions with a Node.js runtime and a handler run on this machine.");
  }
  if (!RUNTIMES.has(inputs["runtime"])) {
    throw refuse(
      `The runtime parameter of ${inputs["runtime"]} is no longer supported for creating or updating AWS Lambda functions.`,
    );
  }
  if ((inputs["snapStart"]?.applyOn ?? "None") !== "None") {
    throw refuse("Lambda has no SnapStart for Node.js.");
  }
  const missing = firstGiven(inputs, NOT_PLAYED);
  if (missing !== undefined) throw refuse(`its ${missing} is not played on this machine.`);
  const variables: Record<string, string> = inputs["environment"]?.variables ?? {};
  checkVariables(variables, refuse);
  const timeout = inputs["timeout"] ?? DEFAULT_TIMEOUT_SECONDS;
  checkRange("timeout", timeout, { least: 1, most: LONGEST_TIMEOUT_SECONDS }, refuse);
  const memorySize = inputs["memorySize"] ?? DEFAULT_MEMORY_MEGABYTES;
  checkRange("memorySize", memorySize, MEMORY_MEGABYTES, refuse);
  // -1, the provider's default, reserves nothing; 0 lets nothing run.
  const reserved = inputs["reservedConcurrentExecutions"] ?? -1;
  const logging = inputs["loggingConfig"] ?? {};
  const name: string = state["name"] ?? resource.name;
  return {
    name,
    arn: state["arn"],
    ...(await codeFolder(inputs["code"], projectFolder, refuse)),
    handler: inputs["handler"],
    runtime: inputs["runtime"],
    timeout,
    memorySize,
    reservedConcurrency: reserved < 0 ? undefined : reserved,
    variables,
    logging: {
      format: logging.logFormat ?? "Text",
      level: logging.applicationLogLevel,
      group: logging.logGroup ?? usualLogGroup(name),
    },
  };
}

function checkRange(
  name: string,
  value: number,
  { least, most }: { least: number; most: number },
  refuse: (reason: string) => Error,
): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    throw refuse(`its ${name} is ${value}; Lambda takes ${least} to ${most}.`);
  }
}

function checkVariables(variables: Record<string, string>, refuse: (reason: string) => Error) {
  const reserved = Object.keys(variables).filter((name) => RESERVED_VARIABLES.has(name));
  if (reserved.length > 0) {
    throw refuse(
      "Lambda was unable to configure your environment variables because the environment variables you " +
        "have provided contains reserved keys that are currently not supported for modification. " +
        `Reserved keys used in this request: ${reserved.join(", ")}`,
    );
  }
  for (const name of Object.keys(variables)) {
    if (!VARIABLE_NAME.test(name)) {
      throw refuse(
        `its environment variable "${name}" does not satisfy Lambda's pattern [a-zA-Z]([a-zA-Z0-9_])+.`,
      );
    }
  }
  if (Buffer.byteLength(JSON.stringify(variables)) > VARIABLES_LIMIT_BYTES) {
    throw refuse(
      "Lambda was unable to configure your environment variables because the environment variables you " +
        "have provided exceeded the 4KB limit.",
    );
  }
}

// biome-ignore lint/suspicious/noExplicitAny: Pulumi's assets, told apart by their properties
type Code = any;

async function codeFolder(
  code: Code,
  projectFolder: string,
  refuse: (reason: string) => Error,
): Promise<{ folder: string; temporary: boolean }> {
  const path = await code?.path;
  if (path !== undefined) {
    const folder = resolve(projectFolder, path);
    const found = await stat(folder).catch(() => undefined);
    if (found?.isDirectory() !== true) throw refuse(`its code ${path} is not a folder.`);
    return { folder, temporary: false };
  }
  const assets = Object.entries<Code>((await code?.assets) ?? {});
  if (assets.length === 0) throw refuse("it has no code that can run on this machine.");
  const folder = await mkdtemp(join(tmpdir(), "function-"));
  for (const [name, asset] of assets) {
    const target = join(folder, name);
    const [text, file] = [await asset.text, await asset.path];
    await mkdir(dirname(target), { recursive: true });
    if (text !== undefined) await writeFile(target, text);
    else if (file !== undefined) await copyFile(resolve(projectFolder, file), target);
    else throw refuse(`the asset ${name} of its code is neither a text nor a file.`);
  }
  return { folder, temporary: true };
}

import { createHash } from "node:crypto";
import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";

/** What a build was made of and what it made, to tell whether it has to be made again. */
export interface BuildRecord {
  /** Settings of the build and versions of its tools. */
  settings: string;
  /** By path, relative to the root. */
  inputs: Record<string, string>;
  outputs: Record<string, string>;
}

/**
 * Describes a build. Sources and outputs are told by their contents; packages, which are many and
 * only change by an installation, by time and size.
 */
export async function describeBuild(
  root: string,
  settings: string,
  inputs: string[],
  outputs: string[],
): Promise<BuildRecord> {
  return {
    settings,
    inputs: await describeFiles(root, inputs),
    outputs: await describeFiles(root, outputs),
  };
}

/** Whether a build with these settings would read and make what the record says. */
export async function isCurrent(
  root: string,
  settings: string,
  record: BuildRecord | undefined,
): Promise<boolean> {
  if (record?.settings !== settings) {
    return false;
  }
  const now = await describeBuild(
    root,
    settings,
    Object.keys(record.inputs),
    Object.keys(record.outputs),
  );
  return JSON.stringify(now) === JSON.stringify(record);
}

async function describeFiles(root: string, paths: string[]): Promise<Record<string, string>> {
  return Object.fromEntries(
    await Promise.all(
      paths.map(async (path) => [
        path,
        await describeFile(join(root, path)).catch(() => "missing"),
      ]),
    ),
  );
}

async function describeFile(path: string): Promise<string> {
  if (path.includes("/node_modules/")) {
    const { mtimeMs, size } = await stat(path);
    return `${mtimeMs} ${size}`;
  }
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

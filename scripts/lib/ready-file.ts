import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { CommandError } from "./command.ts";
import { localFolder } from "./local-folder.ts";

/** What a running stack tells other programs. */
export interface ReadyFile {
  /** `ws://…` with the stage, without query. */
  url: string;
  managementUrl: string;
  jwksUrl: string;
  /** Of the page to try it in a browser. */
  pageUrl: string;
  /** By sample user. */
  tokens: Record<string, string>;
}

export const defaultReadyFile = `${localFolder}/ready.json`;

/** Writes JSON by rename, so that whoever waits for the file never reads half of it. @throws CommandError */
export async function writeJson(path: string, value: unknown): Promise<void> {
  const draft = `${path}.${process.pid}`;
  try {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(draft, encode(value), { mode: 0o600 });
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { force: true });
    throw new CommandError(`${path} cannot be written: ${(error as Error).message}`);
  }
}

/** Removes a file that still has what was written; another stack may have written it since. */
export async function removeJson(path: string, value: unknown): Promise<void> {
  const text = await readFile(path, "utf8").catch(() => undefined);
  if (text === encode(value)) {
    await rm(path, { force: true });
  }
}

function encode(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}

import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { localFolder } from "./local-folder.ts";

/** What a running stack tells other programs. */
export interface ReadyFile {
  /** `ws://…` with the stage, without query. */
  url: string;
  managementUrl: string;
  jwksUrl: string;
  /** By sample user. */
  tokens: Record<string, string>;
}

export const defaultReadyFile = `${localFolder}/ready.json`;

/** Writes JSON by rename, so that whoever waits for the file never reads half of it. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  const draft = `${path}.${process.pid}`;
  await writeFile(draft, `${JSON.stringify(value, undefined, 2)}\n`, { mode: 0o600 });
  await rename(draft, path);
}

export async function removeFile(path: string): Promise<void> {
  await rm(path, { force: true });
}

import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { repository } from "./laptop.ts";

export interface Step {
  id?: string;
  if?: string;
  uses?: string;
  run?: string;
  shell?: string;
  with?: Record<string, unknown>;
  env?: Record<string, string>;
}

export interface Job {
  if?: string;
  needs?: string | string[];
  uses?: string;
  environment?: string;
  permissions?: Record<string, string>;
  concurrency?: { group: string; "cancel-in-progress": boolean };
  strategy?: { "fail-fast": boolean; matrix: Record<string, unknown[]> };
  "timeout-minutes"?: number;
  steps?: Step[];
}

export interface Workflow {
  name: string;
  on: Record<string, unknown>;
  permissions: Record<string, string>;
  jobs: Record<string, Job>;
}

/** A file below `.github`, as text and parsed. */
export interface GithubFile<Content> {
  file: string;
  text: string;
  content: Content;
}

/** An expression, as a workflow has it. */
export const expression = (text: string) => `\${{ ${text} }}`;

/** The workflows, by file name without its ending. */
export async function readWorkflows(): Promise<Map<string, GithubFile<Workflow>>> {
  const files = await readdir(join(repository, ".github/workflows"));
  const workflows = await Promise.all(
    files.map((name) => readYaml<Workflow>(`.github/workflows/${name}`)),
  );
  return new Map(workflows.map((file, index) => [files[index]?.replace(/\.yml$/, "") ?? "", file]));
}

/** The repository's own actions. */
export async function readActions(): Promise<GithubFile<{ runs: { steps: Step[] } }>[]> {
  const folders = await readdir(join(repository, ".github/actions"));
  return await Promise.all(
    folders.map((name) =>
      readYaml<{ runs: { steps: Step[] } }>(`.github/actions/${name}/action.yml`),
    ),
  );
}

export async function readYaml<Content>(file: string): Promise<GithubFile<Content>> {
  const text = await readFile(join(repository, file), "utf8");
  return { file, text, content: parse(text) };
}

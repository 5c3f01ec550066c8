import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { repository } from "../../support/laptop.ts";
import type { SeededBug } from "./seeded-bug.ts";

/** What the fault suite is made of, and what it tests. */
const parts = [
  ...["components", "handlers", "local", "scripts", "test/faults", "test/support"],
  ...["test/fixtures", "test/handlers", "index.ts", "package.json", "tsconfig.json"],
  ...["Pulumi.yaml", "Pulumi.dev.yaml", "Pulumi.prod.yaml"],
];

/** A copy of the sources with a bug in it, or none. */
export class PatchedCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /** @throws Error when the patch does not apply, or changes nothing. */
  static async create(bug?: SeededBug): Promise<PatchedCopy> {
    const patch = bug === undefined ? undefined : { file: bug.file, text: await patched(bug) };
    const folder = await mkdtemp(join(tmpdir(), "roomcast-bug-"));
    for (const part of parts) {
      await cp(join(repository, part), join(folder, part), { recursive: true });
    }
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    if (patch !== undefined) await writeFile(join(folder, patch.file), patch.text);
    return new PatchedCopy(folder);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

/** A file's text with the bug in it. */
export async function patched({ file, find, replacement }: SeededBug): Promise<string> {
  const text = await readFile(join(repository, file), "utf8");
  const pieces = text.split(find);
  if (pieces.length !== 2) {
    throw new Error(`${file} has the text to replace ${pieces.length - 1} times, not once.`);
  }
  const result = pieces.join(replacement);
  if (result === text) throw new Error(`The patch of ${file} changes nothing.`);
  return result;
}

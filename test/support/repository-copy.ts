import { cp, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { repository } from "./laptop.ts";

/** Not copied: what is large, generated, or none of the stack's business. */
const leftOut = /^(node_modules|dist|\.local|\.git|test|docs)(\/|$)/;

/** A copy of this repository to change sources in, with its packages. */
export class RepositoryCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create(): Promise<RepositoryCopy> {
    const folder = await mkdtemp(join(tmpdir(), "roomcast-clone-"));
    await cp(repository, folder, {
      recursive: true,
      preserveTimestamps: true,
      filter: (source) => !leftOut.test(relative(repository, source)),
    });
    await symlink(join(repository, "node_modules"), join(folder, "node_modules"));
    return new RepositoryCopy(folder);
  }

  /** @throws Error when the file does not have the text. */
  async change(file: string, from: string, to: string): Promise<void> {
    const path = join(this.folder, file);
    const source = await readFile(path, "utf8");
    if (!source.includes(from)) {
      throw new Error(`${file} has no "${from}".`);
    }
    await writeFile(
      path,
      source.replace(from, () => to),
    );
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

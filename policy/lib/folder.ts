import { existsSync, readdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { matchesGlob } from "./glob.ts";

/**
 * The folder of the program that this pack belongs to, which is what the program's paths are
 * relative to: the nearest one above with a `Pulumi.yaml`. A pack itself runs in its own folder.
 */
export function programFolder(from: string = import.meta.dirname): string | undefined {
  if (existsSync(join(from, "Pulumi.yaml"))) {
    return from;
  }
  const above = dirname(from);
  return above === from ? undefined : programFolder(above);
}

/**
 * What is in a folder, however deep, and matches one of the patterns: for each of them the first
 * one by name. Undefined for an empty folder.
 *
 * @param patterns The last parts of a path, separated by `/`; `*` stands for any characters.
 */
export function findInFolder(
  folder: string,
  patterns: readonly string[],
): Map<string, string> | undefined {
  const found = new Map<string, string>();
  const search = (prefix: string): boolean => {
    const entries = readdirSync(join(folder, prefix), { withFileTypes: true });
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      const path = `${prefix}${entry.name}`;
      const pattern = patterns.find((candidate) => endsAs(path, candidate));
      if (pattern !== undefined) {
        found.set(pattern, found.get(pattern) ?? path);
      } else if (entry.isDirectory()) {
        search(`${path}/`);
      }
    }
    return entries.length > 0;
  };
  return search("") ? found : undefined;
}

function endsAs(path: string, pattern: string): boolean {
  const parts = pattern.split("/");
  const last = path.split("/").slice(-parts.length);
  return (
    last.length === parts.length &&
    parts.every((part, index) => matchesGlob(part, last[index] ?? ""))
  );
}

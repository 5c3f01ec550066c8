import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";

const page = fileURLToPath(new URL("../../docs/reliability.md", import.meta.url));

/**
 * Puts a table into docs/reliability.md, between the markers of its name.
 *
 * @throws Error when the page has no such markers.
 */
export async function writePart(name: string, part: string): Promise<void> {
  await writeFile(page, withPart(await readFile(page, "utf8"), name, part));
}

/** A page with a part of it replaced. @throws Error when it has no markers for it. */
export function withPart(text: string, name: string, part: string): string {
  const begin = `<!-- ${name}: begin -->`;
  const end = `<!-- ${name}: end -->`;
  const [before, rest] = text.split(begin);
  const after = rest?.split(end)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`docs/reliability.md has no part "${name}".`);
  }
  return `${before}${begin}\n\n${part}\n\n${end}${after}`;
}

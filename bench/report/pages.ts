import { mkdir, readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { withGeneratedPart } from "../../scripts/lib/markdown.ts";
import { type Results, readResults } from "../results.ts";
import { charts } from "./charts.ts";
import { performancePart } from "./performance-page.ts";
import { scalingPart } from "./scaling-page.ts";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));

/** What the results make of a page that is there. */
const parts: Record<string, (results: Results) => string[]> = {
  "performance.md": performancePart,
  "scaling.md": scalingPart,
};

/** The pages and charts as they should be, by their paths in docs/. */
export async function currentPages(): Promise<Record<string, string>> {
  const results = await readResults();
  const pages: Record<string, string> = {};
  for (const [name, part] of Object.entries(parts)) {
    pages[name] = withGeneratedPart(await readFile(docs + name, "utf8"), part(results));
  }
  for (const [name, chart] of Object.entries(charts(results))) {
    pages[`charts/${name}`] = chart;
  }
  return pages;
}

/** Writes them, from bench/results.json. */
export async function writePages(): Promise<void> {
  await mkdir(`${docs}charts`, { recursive: true });
  for (const [name, text] of Object.entries(await currentPages())) {
    await writeFile(docs + name, text);
  }
}

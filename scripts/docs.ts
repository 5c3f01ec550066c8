import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { writePages } from "../bench/report/pages.ts";
import { loadCases } from "../test/conformance/suite.ts";
import { runCommand } from "./lib/command.ts";
import { currentFidelityPage } from "./lib/conformance/document.ts";
import { currentPoliciesPage } from "./lib/policy/document.ts";

/** Writes the pages, or parts of pages, that are made from the code: `npm run docs`. */
await runCommand(async () => {
  await rewrite("policies", currentPoliciesPage);
  const cases = await loadCases();
  await rewrite("fidelity", (page) => currentFidelityPage(page, cases));
  await writePages();
});

async function rewrite(
  name: string,
  current: (page: string) => Promise<string> | string,
): Promise<void> {
  const file = fileURLToPath(new URL(`../docs/${name}.md`, import.meta.url));
  await writeFile(file, await current(await readFile(file, "utf8")));
}

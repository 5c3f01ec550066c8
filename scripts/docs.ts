import { readFile, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runCommand } from "./lib/command.ts";
import { currentPoliciesPage } from "./lib/policy/document.ts";

/** Writes the pages, or parts of pages, that are made from the code: `npm run docs`. */
await runCommand(async () => {
  const file = fileURLToPath(new URL("../docs/policies.md", import.meta.url));
  const page = await currentPoliciesPage(await readFile(file, "utf8"));
  await writeFile(file, page);
});

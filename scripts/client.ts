import { mkdir, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { bundleForBrowsers, compressedSize } from "./lib/client-bundle.ts";
import { runCommand } from "./lib/command.ts";

const folder = fileURLToPath(new URL("../dist/client", import.meta.url));

/** Writes the client as one ES module that a page can import: `npm run -s client`. */
await runCommand(async () => {
  const text = await bundleForBrowsers();
  await mkdir(folder, { recursive: true });
  await writeFile(`${folder}/roomcast.js`, text);
  const bytes = new TextEncoder().encode(text).length;
  console.log(`dist/client/roomcast.js: ${bytes} bytes, ${compressedSize(text)} with gzip -9`);
});

import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import type { BuildOptions } from "esbuild";
import { type BuildRecord, describeBuild, isCurrent } from "./lib/fingerprint.ts";

export const handlerNames = ["authorize", "connect", "disconnect", "fan-out", "presence"] as const;

export type HandlerName = (typeof handlerNames)[number];

/** The folder of each handler's bundle, which holds `index.mjs` and nothing else. */
export type Bundles = Record<HandlerName, string>;

const root = fileURLToPath(new URL("..", import.meta.url));
const outputFolder = "dist";
const bundlesFolder = `${outputFolder}/handlers`;
/** Beside the bundles, not among them: maps are not deployed. */
const mapsFolder = `${outputFolder}/maps`;
const recordFile = `${outputFolder}/build.json`;

/** Paths are relative to the program's folder, as Pulumi keeps them in the state. */
const bundles = Object.fromEntries(
  handlerNames.map((name) => [name, `${bundlesFolder}/${name}`]),
) as Bundles;

/** How a handler is bundled. */
export const bundling = {
  absWorkingDir: root,
  entryPoints: Object.fromEntries(
    handlerNames.map((name) => [`${name}/index`, `handlers/${name}.ts`]),
  ),
  outdir: bundlesFolder,
  outExtension: { ".js": ".mjs" },
  bundle: true,
  platform: "node",
  target: "node24",
  format: "esm",
  // A third of a bundle, and of no use in Lambda; test/handlers/bundles.test.ts sees that it bites.
  alias: { "@aws-sdk/credential-provider-node": "./handlers/lib/environment-credentials.ts" },
  // The ES modules of the SDK: without this the bundles are half as large again.
  mainFields: ["module", "main"],
  minify: true,
  // Errors keep their names, which the code and the log go by.
  keepNames: true,
  sourcemap: "external",
  sourcesContent: false,
  legalComments: "none",
  logLevel: "silent",
  write: false,
  metafile: true,
} as const satisfies BuildOptions;

/**
 * Bundles the handlers, each into a folder of its own: what is deployed is what stands in
 * `handlers/` now. The same sources give the same bytes. Where nothing has changed since the last
 * time, neither source nor package nor bundle, nothing is done.
 *
 * @throws Error from esbuild, which names file and line, when a handler does not build.
 */
export async function bundleHandlers(): Promise<Bundles> {
  const settings = JSON.stringify({ bundling, version: await esbuildVersion() });
  if (!(await isCurrent(root, settings, await readRecord()))) {
    const { build } = await import("esbuild");
    const { outputFiles, metafile } = await build(bundling);
    const outputs = await Promise.all(outputFiles.map(({ path, text }) => writeOutput(path, text)));
    const inputs = [...Object.keys(metafile.inputs), "tsconfig.json"];
    const record = await describeBuild(root, settings, inputs, outputs);
    await writeFile(root + recordFile, JSON.stringify(record));
  }
  return bundles;
}

async function readRecord(): Promise<BuildRecord | undefined> {
  const text = await readFile(root + recordFile, "utf8").catch(() => undefined);
  return text === undefined ? undefined : JSON.parse(text);
}

async function esbuildVersion(): Promise<string> {
  const manifest = fileURLToPath(import.meta.resolve("esbuild/package.json"));
  return JSON.parse(await readFile(manifest, "utf8")).version;
}

/** What each bundle holds at the moment, by the handler's name. */
export async function readBundles(): Promise<Map<HandlerName, string>> {
  const texts = handlerNames.map(
    async (name) => [name, await readFile(`${root}${bundles[name]}/index.mjs`, "utf8")] as const,
  );
  return new Map(await Promise.all(texts));
}

/** The absolute path of a bundle's folder. */
export function bundleFolder(name: HandlerName): string {
  return root + bundles[name];
}

/** @returns The path that was written, relative to the root. */
async function writeOutput(path: string, text: string): Promise<string> {
  const name = basename(dirname(path));
  const file = basename(path);
  const isMap = file.endsWith(".map");
  const folder = `${isMap ? mapsFolder : bundlesFolder}/${name}`;
  // Makes a laptop's stack traces readable; in Lambda there is no such file, which does no harm.
  const comment = isMap ? "" : `//# sourceMappingURL=../../maps/${name}/${file}.map\n`;
  await mkdir(root + folder, { recursive: true });
  // By rename: a function that starts meanwhile loads the former bundle or this one.
  const draft = `${root}${outputFolder}/${name}.${file}.${process.pid}`;
  await writeFile(draft, text + comment);
  await rename(draft, `${root}${folder}/${file}`);
  return `${folder}/${file}`;
}

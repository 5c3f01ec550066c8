import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const handlerNames = ["authorize", "connect", "disconnect", "fan-out", "presence"] as const;

export type HandlerName = (typeof handlerNames)[number];

/** The folder of each handler's bundle, which holds `index.mjs` and nothing else. */
export type Bundles = Record<HandlerName, string>;

const root = fileURLToPath(new URL("..", import.meta.url));
const bundlesFolder = "dist/handlers";
/** Beside the bundles, not among them: maps are not deployed. */
const mapsFolder = "dist/maps";

/** Paths are relative to the program's folder, as Pulumi keeps them in the state. */
const bundles = Object.fromEntries(
  handlerNames.map((name) => [name, `${bundlesFolder}/${name}`]),
) as Bundles;

/**
 * Bundles the handlers, each into a folder that is made anew: what is deployed is what stands in
 * `handlers/` now. The same sources give the same bytes.
 *
 * @throws Error from esbuild, which names file and line, when a handler does not build.
 */
export async function bundleHandlers(): Promise<Bundles> {
  const { outputFiles } = await build({
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
  });
  for (const folder of [bundlesFolder, mapsFolder]) {
    await rm(root + folder, { recursive: true, force: true });
  }
  await Promise.all(outputFiles.map(({ path, text }) => writeOutput(path, text)));
  return bundles;
}

/**
 * Bundles all handlers, and tells which of them have changed by it.
 *
 * @returns Their names, and the absolute paths of their folders.
 */
export async function changedBundles(): Promise<{ names: HandlerName[]; folders: string[] }> {
  const before = await Promise.all(handlerNames.map(readBundle));
  await bundleHandlers();
  const after = await Promise.all(handlerNames.map(readBundle));
  const names = handlerNames.filter((_name, index) => before[index] !== after[index]);
  return { names, folders: names.map((name) => root + bundles[name]) };
}

async function readBundle(name: HandlerName): Promise<string> {
  return await readFile(`${root}${bundles[name]}/index.mjs`, "utf8").catch(() => "");
}

async function writeOutput(path: string, text: string): Promise<void> {
  const name = basename(dirname(path));
  if (path.endsWith(".map")) {
    await mkdir(`${root}${mapsFolder}/${name}`, { recursive: true });
    await writeFile(`${root}${mapsFolder}/${name}/${basename(path)}`, text);
    return;
  }
  await mkdir(dirname(path), { recursive: true });
  // Makes a laptop's stack traces readable; in Lambda there is no such file, which does no harm.
  const map = `../../maps/${name}/${basename(path)}.map`;
  await writeFile(path, `${text}//# sourceMappingURL=${map}\n`);
}

import { mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

export const handlerNames = ["authorize", "connect", "disconnect", "fan-out", "presence"] as const;

export type HandlerName = (typeof handlerNames)[number];

/** The folder of each handler's bundle, which holds `index.mjs` and nothing else. */
export type Bundles = Record<HandlerName, string>;

const root = fileURLToPath(new URL("..", import.meta.url));

/** Paths are relative to the program's folder, as Pulumi keeps them in the state. */
export const bundles = Object.fromEntries(
  handlerNames.map((name) => [name, `dist/handlers/${name}`]),
) as Bundles;

/**
 * Bundles the named handlers, all by default, each into a folder that is made anew: what is
 * deployed is what stands in `handlers/` now. The same sources give the same bytes.
 *
 * @throws Error from esbuild, which names file and line, when a handler does not build.
 */
export async function bundleHandlers(
  names: readonly HandlerName[] = handlerNames,
): Promise<Bundles> {
  await Promise.all(names.map(bundle));
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

async function bundle(name: HandlerName): Promise<void> {
  const output = `dist/handlers/${name}/index.mjs`;
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [`handlers/${name}.ts`],
    outfile: output,
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    // The ES modules of the SDK: without this the bundles are half as large again.
    mainFields: ["module", "main"],
    minify: true,
    keepNames: true,
    // Beside the bundle folder, not in it: maps are not deployed. The footer makes a laptop's stack traces readable.
    sourcemap: "external",
    sourcesContent: false,
    footer: { js: `//# sourceMappingURL=../../maps/${name}.mjs.map` },
    legalComments: "none",
    logLevel: "silent",
    write: false,
  });
  await writeBundle(name, outputFiles);
}

async function writeBundle(
  name: HandlerName,
  files: { path: string; contents: Uint8Array }[],
): Promise<void> {
  const folder = `${root}dist/handlers/${name}`;
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  await mkdir(`${root}dist/maps`, { recursive: true });
  for (const { path, contents } of files) {
    const target = path.endsWith(".map") ? `${root}dist/maps/${name}.mjs.map` : path;
    await writeFile(target, contents);
  }
}

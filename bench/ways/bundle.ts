import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { bundling } from "../../scripts/bundle.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/** Bundles a way of posting as the handlers are. @returns The bundle's path. */
export async function bundleWay(name: string): Promise<string> {
  const outdir = "dist/bench";
  await build({
    ...bundling,
    entryPoints: { [name]: `bench/ways/${name}.ts` },
    outdir,
    sourcemap: false,
    metafile: false,
    write: true,
  });
  return `${root}${outdir}/${name}.mjs`;
}

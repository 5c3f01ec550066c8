import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * Bundles the client, or something that uses it, for browsers and Node, as one ES module.
 *
 * @param entry relative to the root
 * @throws Error from esbuild, which names file and line
 */
export async function bundleForBrowsers(entry = "client/index.ts"): Promise<string> {
  // Only when it is needed: it takes longer to load than all else that `npm start` does.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    format: "esm",
    // Private names, and `Object.hasOwn`: browsers from 2022 on.
    target: "es2022",
    minify: true,
    legalComments: "none",
    logLevel: "silent",
    write: false,
  });
  return outputFiles[0]?.text ?? "";
}

/** Its size in bytes, compressed as a web server does at its best: `gzip -9`. */
export function compressedSize(text: string): number {
  return gzipSync(text, { level: 9 }).length;
}

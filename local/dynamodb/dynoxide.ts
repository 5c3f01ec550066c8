import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { type EngineProcess, startEngineProcess } from "./engine-process.ts";

export interface Machine {
  /** As Node names them: `linux`, `x64`. */
  platform: string;
  arch: string;
}

/** The npm package with the binary for a machine. */
export function dynoxidePackage({ platform, arch }: Machine): string {
  return `@dynoxide/${platform}-${arch}`;
}

/** The path of the embedded engine's binary, or undefined when its package is not installed. */
export function dynoxideBinary(machine: Machine): string | undefined {
  try {
    const require = createRequire(import.meta.url);
    const manifest = require.resolve(`${dynoxidePackage(machine)}/package.json`);
    return join(dirname(manifest), machine.platform === "win32" ? "dynoxide.exe" : "dynoxide");
  } catch {
    return undefined;
  }
}

/** Starts the binary in memory on a free port of the loopback; resolves when it takes connections. */
export async function startDynoxide(binary: string): Promise<EngineProcess> {
  return await startEngineProcess({
    name: "The embedded DynamoDB engine",
    program: binary,
    options: (port) => ["serve", "--host", "127.0.0.1", "--port", String(port)],
  });
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { type AddressInfo, connect, createServer } from "node:net";
import { dirname, join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";

const START_LIMIT_MILLISECONDS = 10_000;
const RETRY_MILLISECONDS = 5;
const PORT_ATTEMPTS = 3;

/**
 * Ends the engine when the runtime ends, however it ends: the shell's standard input is a pipe from
 * the runtime, and the system closes that when the process is gone, even killed. By SIGKILL, since
 * all is in memory: nothing is to be saved, and no connection is to be waited for.
 */
const WATCHED = `exec 3<&0
"$0" "$@" 3<&- & engine=$!
{ read -r _ <&3; kill -9 $engine; } 2>/dev/null &
wait $engine`;

export interface DynoxideProcess {
  endpoint: string;
  /** Resolves when the process has ended, of itself or by `close`. */
  ended: Promise<void>;
  close(): Promise<void>;
}

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
export async function startDynoxide(binary: string): Promise<DynoxideProcess> {
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const started = run(binary, port);
    const failure = await Promise.race([listening(port), started.failure]);
    if (failure === undefined) {
      const { ended, close } = started;
      return { endpoint: `http://127.0.0.1:${port}`, ended, close };
    }
    await started.close();
    // Another program may have taken the port in the meantime.
    if (attempt === PORT_ATTEMPTS || !failure.includes("already in use")) {
      throw new Error(`The embedded DynamoDB engine did not start: ${failure}`);
    }
  }
}

function run(binary: string, port: number) {
  const serve = ["serve", "--host", "127.0.0.1", "--port", String(port)];
  // In a process group of its own, so that Ctrl+C reaches the runtime first.
  const child =
    process.platform === "win32"
      ? spawn(binary, serve, { stdio: ["pipe", "ignore", "pipe"], windowsHide: true })
      : spawn("/bin/sh", ["-c", WATCHED, binary, ...serve], {
          stdio: ["pipe", "ignore", "pipe"],
          detached: true,
        });
  let output = "";
  child.stderr.on("data", (chunk) => {
    output = (output + chunk).slice(-1000);
  });
  child.stdin.on("error", () => {});
  const failure = Promise.withResolvers<string>();
  const ended = Promise.withResolvers<void>();
  child.on("error", (error) => {
    failure.resolve(error.message);
    ended.resolve();
  });
  child.on("close", (code) => {
    failure.resolve(output.trim() || `it ended with status ${code}`);
    ended.resolve();
  });
  child.on("exit", () => child.stdin.destroy());
  letGo(child);
  const close = async () => {
    if (process.platform === "win32") child.kill();
    child.stdin.destroy();
    await ended.promise;
  };
  return { failure: failure.promise, ended: ended.promise, close };
}

/** The engine alone does not keep the runtime's process alive. */
function letGo(child: ChildProcess): void {
  child.unref();
  for (const stream of [child.stdin, child.stderr]) {
    if (stream && "unref" in stream) (stream as unknown as { unref(): void }).unref();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

/** Resolves with undefined when something takes connections, else with the reason to give up. */
async function listening(port: number): Promise<string | undefined> {
  const deadline = performance.now() + START_LIMIT_MILLISECONDS;
  while (performance.now() < deadline) {
    if (await canConnect(port)) return undefined;
    await delay(RETRY_MILLISECONDS);
  }
  return `nothing listened on its port within ${START_LIMIT_MILLISECONDS / 1000} seconds`;
}

function canConnect(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
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

export interface EngineProgram {
  /** For errors: "… did not start". */
  name: string;
  program: string;
  /** To serve on a port of the loopback, with everything in memory. */
  options(port: number): string[];
  /** The working folder, for what the engine leaves there; default: that of this process. */
  folder?: string;
  /** Milliseconds from its start to its first connection; default 10 seconds. */
  startLimit?: number;
}

export interface EngineProcess {
  endpoint: string;
  /** Resolves when the process has ended, of itself or by `close`. */
  ended: Promise<void>;
  close(): Promise<void>;
}

/**
 * Starts a DynamoDB engine on a free port; resolves when it takes connections. It ends with this
 * process, also when that is killed (on Windows: not when it is killed), and does not keep it alive.
 */
export async function startEngineProcess(engine: EngineProgram): Promise<EngineProcess> {
  const { name, startLimit = START_LIMIT_MILLISECONDS } = engine;
  for (let attempt = 1; ; attempt++) {
    const port = await freePort();
    const started = run(engine, port);
    const failure = await Promise.race([listening(port, startLimit), started.failure]);
    if (failure === undefined) {
      const { ended, close } = started;
      return { endpoint: `http://127.0.0.1:${port}`, ended, close };
    }
    await started.close();
    // Another program may have taken the port in the meantime.
    if (attempt === PORT_ATTEMPTS || !failure.includes("already in use")) {
      throw new Error(`${name} did not start: ${failure}`);
    }
  }
}

function run({ program, options, folder }: EngineProgram, port: number) {
  const serve = options(port);
  // In a process group of its own, so that Ctrl+C reaches the runtime first.
  const child =
    process.platform === "win32"
      ? spawn(program, serve, {
          stdio: ["pipe", "ignore", "pipe"],
          cwd: folder,
          windowsHide: true,
        })
      : spawn("/bin/sh", ["-c", WATCHED, program, ...serve], {
          stdio: ["pipe", "ignore", "pipe"],
          cwd: folder,
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
async function listening(port: number, limit: number): Promise<string | undefined> {
  const deadline = performance.now() + limit;
  while (performance.now() < deadline) {
    if (await canConnect(port)) return undefined;
    await delay(RETRY_MILLISECONDS);
  }
  return `nothing listened on its port within ${limit / 1000} seconds`;
}

function canConnect(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, "127.0.0.1");
  socket.on("connect", () => resolve(true));
  socket.on("error", () => resolve(false));
  return promise.finally(() => socket.destroy());
}

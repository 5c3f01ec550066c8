import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { DynamoDbEngine } from "../../local/dynamodb/engine.ts";
import { startTestEngine } from "./test-engine.ts";

export const repository = fileURLToPath(new URL("../..", import.meta.url));

export interface LaptopOptions {
  /** Further options of `npm start`; default a free port. */
  options?: string[];
  /** The clone to run; default this one. */
  folder?: string;
}

interface Ready {
  url: string;
  managementUrl: string;
  jwksUrl: string;
  pageUrl: string;
  tokens: { alice: string; bob: string };
}

/** A stack that was started by `npm start`, with a folder of its own for what it leaves behind. */
export class Laptop {
  readonly ready: Ready;
  readonly folder: string;
  readonly localFolder: string;
  readonly lines: Lines;
  readonly #process: ChildProcess;
  readonly #engine: DynamoDbEngine | undefined;

  private constructor(
    process: ChildProcess,
    lines: Lines,
    localFolder: string,
    folder: string,
    ready: Ready,
    engine: DynamoDbEngine | undefined,
  ) {
    this.#process = process;
    this.lines = lines;
    this.localFolder = localFolder;
    this.folder = folder;
    this.ready = ready;
    this.#engine = engine;
  }

  /** Resolves when the ready file is there. @throws Error with the output when it ends before. */
  static async start({
    options = ["--port", "0"],
    folder = repository,
  }: LaptopOptions = {}): Promise<Laptop> {
    const localFolder = await mkdtemp(join(tmpdir(), "roomcast-"));
    const engine = process.env["DYNAMODB_ENDPOINT"] ? await startTestEngine() : undefined;
    const environment = engine && { DYNAMODB_ENDPOINT: engine.endpoint };
    const place = { folder, localFolder, ...(environment && { environment }) };
    const { process: child, lines } = spawnNpm(["start", "--", ...options], place);
    await lines.find(/^Roomcast runs at/);
    const ready = JSON.parse(await readFile(join(localFolder, "ready.json"), "utf8"));
    return new Laptop(child, lines, localFolder, folder, ready, engine);
  }

  /** Runs another command beside the stack. */
  async run(...command: string[]): Promise<{ code: number | null; output: string }> {
    return await runNpm(["run", "-s", ...command], {
      folder: this.folder,
      localFolder: this.localFolder,
    });
  }

  /** A token of the laptop's for these rooms. */
  async token(user: string, rooms: string, rights = "subscribe,publish"): Promise<string> {
    const { output } = await this.run(
      "token",
      "--",
      "--user",
      user,
      "--rooms",
      rooms,
      "--rights",
      rights,
    );
    return output.trim();
  }

  get processId(): number | undefined {
    return this.#process.pid;
  }

  async stop(signal: NodeJS.Signals = "SIGTERM"): Promise<void> {
    if (this.#process.exitCode === null && this.#process.signalCode === null) {
      const ended = once(this.#process, "close");
      this.#process.kill(signal);
      await ended;
    }
    await rm(this.localFolder, { recursive: true, force: true });
    await this.#engine?.close();
  }
}

interface Place {
  folder?: string;
  localFolder: string;
  /** Over that of this process. */
  environment?: Record<string, string>;
}

function spawnNpm(options: string[], { folder = repository, localFolder, environment }: Place) {
  // A shell has none of the variables of mocha's own npm.
  const { npm_execpath: _npm, ...env } = process.env;
  const child = spawn("npm", options, {
    cwd: folder,
    env: { ...env, ROOMCAST_LOCAL: localFolder, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { process: child, lines: new Lines(child) };
}

/** Runs an npm command to its end. The output is stdout alone, or all of it when the command fails. */
export async function runNpm(
  options: string[],
  place: Place,
): Promise<{ code: number | null; output: string }> {
  const { process, lines } = spawnNpm(options, place);
  const [code] = await once(process, "close");
  return { code, output: code === 0 ? lines.standardOutput : lines.all.join("\n") };
}

/** The lines that a process prints, to wait for. */
export class Lines {
  readonly all: string[] = [];
  standardOutput = "";
  #ended = false;
  readonly #waiting = new Set<() => void>();

  constructor(process: ChildProcess) {
    let rest = "";
    const add = (chunk: Buffer) => {
      const lines = (rest + chunk).split("\n");
      rest = lines.pop() ?? "";
      this.all.push(...lines);
      this.#wake();
    };
    process.stdout?.on("data", (chunk) => {
      this.standardOutput += chunk;
      add(chunk);
    });
    process.stderr?.on("data", add);
    process.on("close", () => {
      this.#ended = true;
      this.#wake();
    });
  }

  /** The first line, from a position on, that matches. @throws Error with all lines when the process ends without it. */
  async find(pattern: RegExp, from = 0): Promise<string> {
    const [line] = await this.findAll(pattern, 1, from);
    return line as string;
  }

  /** The lines that match, when there are so many of them. */
  async findAll(pattern: RegExp, count: number, from = 0): Promise<string[]> {
    for (;;) {
      const lines = this.all.slice(from).filter((candidate) => pattern.test(candidate));
      if (lines.length >= count) {
        return lines;
      }
      if (this.#ended) {
        throw new Error(`The process ended without ${pattern}:\n${this.all.join("\n")}`);
      }
      await new Promise<void>((resolve) => this.#waiting.add(resolve));
    }
  }

  #wake(): void {
    for (const resolve of this.#waiting) {
      resolve();
    }
    this.#waiting.clear();
  }
}

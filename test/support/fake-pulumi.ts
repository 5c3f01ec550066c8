import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { Lines, repository } from "./laptop.ts";

/** What the CLI was called with. */
export interface Call {
  argv: string[];
  cwd: string;
  /** The `node` that program and policy pack would run on. */
  nodeVersion: string;
}

interface FakeOptions {
  /** What `pulumi version` prints; default a good one. */
  version?: string;
  /** What `preview` and `up` exit with; default 0. */
  code?: number;
  /** Runs until a first signal, and then on for a while, as a cancelled deployment does. */
  waits?: boolean;
}

/** How long the fake waits for a signal: no longer than a test may take. */
const waitingMs = 20_000;
/** How long the fake goes on after its first signal, to hear of a second one. */
const cancellingMs = 700;

/** A folder with an executable `pulumi` that writes down how it was called. */
export class FakePulumi {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  static async create({ version = "v3.270.0", code = 0, waits = false }: FakeOptions = {}) {
    const folder = await mkdtemp(join(tmpdir(), "roomcast-pulumi-"));
    await executable(
      join(folder, "pulumi"),
      `#!/bin/sh
if [ "$1" = version ]; then echo ${version}; exit 0; fi
NODE_VERSION=$(node --version) exec "${process.execPath}" "${folder}/pulumi.mjs" "$@"
`,
    );
    await writeFile(
      join(folder, "pulumi.mjs"),
      `import { appendFileSync, writeFileSync } from "node:fs";
writeFileSync(${JSON.stringify(join(folder, "call.json"))}, JSON.stringify({
  argv: process.argv.slice(2),
  cwd: process.cwd(),
  nodeVersion: process.env.NODE_VERSION,
}));
process.exitCode = ${code};
if (${waits}) {
  const idle = setTimeout(() => {}, ${waitingMs});
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.on(signal, () => {
      appendFileSync(${JSON.stringify(join(folder, "signals"))}, signal + "\\n");
      setTimeout(() => clearTimeout(idle), ${cancellingMs});
    });
  }
  console.log("deploying");
}
`,
    );
    return new FakePulumi(folder);
  }

  /** A folder with a `node` that is too old, to come first in PATH. */
  async oldNode(): Promise<string> {
    const folder = join(this.folder, "old");
    await mkdir(folder);
    await executable(join(folder, "node"), "#!/bin/sh\necho v20.0.0\n");
    return folder;
  }

  /** What `preview` or `up` was called with; undefined when it was not called. */
  async call(): Promise<Call | undefined> {
    const text = await readFile(join(this.folder, "call.json"), "utf8").catch(() => undefined);
    return text === undefined ? undefined : JSON.parse(text);
  }

  /** The signals that reached the CLI, in their order. */
  async signals(): Promise<string[]> {
    const text = await readFile(join(this.folder, "signals"), "utf8").catch(() => "");
    return text.split("\n").filter(Boolean);
  }

  async remove(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

async function executable(file: string, text: string): Promise<void> {
  await writeFile(file, text);
  await chmod(file, 0o755);
}

export interface Run {
  process: ChildProcess;
  lines: Lines;
}

interface RunOptions {
  /** Folders that come first in PATH. */
  path?: string[];
  environment?: Record<string, string>;
}

/** Starts `npm run -s …` in a process group of its own, as a shell does in a terminal. */
export function startNpm(words: string[], { path = [], environment = {} }: RunOptions = {}): Run {
  return start("npm", ["run", "-s", ...words], [...path, process.env["PATH"] ?? ""], environment);
}

/** Starts a command without npm, with nothing but these folders in PATH. */
export function startCommand(
  words: string[],
  { path = [], environment = {} }: RunOptions = {},
): Run {
  return start(process.execPath, ["scripts/run.mjs", ...words], path, environment);
}

function start(
  program: string,
  words: string[],
  path: string[],
  environment: Record<string, string>,
): Run {
  // A shell has none of the variables of mocha's own npm.
  const { npm_execpath: _npm, npm_lifecycle_event: _event, ...inherited } = process.env;
  const child = spawn(program, words, {
    cwd: repository,
    detached: true,
    env: { ...inherited, ...environment, PATH: path.join(delimiter) },
    stdio: ["ignore", "pipe", "pipe"],
  });
  return { process: child, lines: new Lines(child) };
}

/** Waits for the end; the output is all that was printed. */
export async function ended({ process, lines }: Run) {
  const [code, signal] = (await once(process, "close")) as [number | null, NodeJS.Signals | null];
  return { code, signal, output: lines.all.join("\n") };
}

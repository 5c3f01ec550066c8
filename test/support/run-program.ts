import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { parse } from "yaml";
import type { Place } from "../../local/recording/outputs.ts";
import type { Properties } from "../../local/recording/resource.ts";
import { FakeEngine, type Invocation, type Registration } from "./fake-engine.ts";
import { type StackName, stackConfiguration } from "./program.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

export interface RunOptions {
  preview?: boolean;
  /** Over the stack's own; undefined takes a key away. Keys without a namespace are `roomcast:`'s. */
  config?: Record<string, string | undefined>;
  accountId?: string;
}

export interface Run {
  exitCode: number | null;
  registrations: Registration[];
  invocations: Invocation[];
  outputs: Properties | undefined;
  /** What the program told the engine, warnings and errors, and what it printed. */
  problems: string[];
  printed: string;
}

interface Project {
  name: string;
  main: string;
  runtime: { name: string; options: { typescript?: boolean; nodeargs?: string } };
}

/** Runs the program by Pulumi's own runner in a process of its own, with what `Pulumi.yaml` says. */
export async function runProgram(stack: StackName, options: RunOptions = {}): Promise<Run> {
  const project: Project = parse(await readFile(`${root}Pulumi.yaml`, "utf8"));
  const config = await stackConfiguration(stack, options.config);
  const place: Place = {
    partition: "aws",
    region: config["aws:region"] ?? "",
    accountId: options.accountId ?? "000000000000",
  };
  const preview = options.preview ?? false;
  const engine = new FakeEngine(place, preview);
  const address = await engine.listen();
  try {
    const run = await runNode(
      [
        ...nodeArguments(project),
        createRequire(import.meta.url).resolve("@pulumi/pulumi/cmd/run"),
        ...["--monitor", address, "--engine", address],
        ...["--project", project.name, "--stack", stack],
        ...["--dry-run", String(preview), "--pwd", root, project.main],
      ],
      {
        PULUMI_CONFIG: JSON.stringify(config),
        // As Pulumi's language host sets it.
        PULUMI_NODEJS_TYPESCRIPT: String(project.runtime.options.typescript ?? true),
      },
    );
    const { registrations, invocations, outputs, problems } = engine;
    return { ...run, registrations, invocations, outputs, problems };
  } finally {
    engine.close();
  }
}

function nodeArguments({ runtime }: Project): string[] {
  return runtime.options.nodeargs?.split(" ") ?? [];
}

async function runNode(
  args: string[],
  env: Record<string, string>,
): Promise<Pick<Run, "exitCode" | "printed">> {
  const child = spawn(process.execPath, args, {
    cwd: root,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
  }
  const [exitCode] = (await once(child, "close")) as [number | null];
  return { exitCode, printed };
}

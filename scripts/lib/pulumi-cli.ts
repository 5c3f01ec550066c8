import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { accessSync, constants, readFileSync, statSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { CommandError } from "./command.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The user's own Pulumi CLI: the first `pulumi` in PATH, of the SDK's minor version or a newer one.
 *
 * @throws CommandError when there is none, or it is too old.
 */
export function findPulumi(root: string, environment: Environment): string {
  const wanted = sdkVersion(root);
  const executable = (environment["PATH"] ?? "")
    .split(delimiter)
    .map((folder) => join(folder, "pulumi"))
    .find(isExecutable);
  if (executable === undefined) {
    throw new CommandError(
      `There is no "pulumi" in PATH. Previews and deployments need the Pulumi CLI, ${wanted} or newer: https://www.pulumi.com/docs/iac/download-install/. Without it work: npm run policy, npm test, npm start.`,
    );
  }
  const found = cliVersion(executable, root, environment);
  if (!isEnough(found, wanted)) {
    throw new CommandError(
      `${executable} is version "${found}". The program's SDK needs the Pulumi CLI ${wanted} or newer, of the same major version: https://www.pulumi.com/docs/iac/download-install/.`,
    );
  }
  return executable;
}

/** Major and minor of the SDK: the CLI is released together with it. */
function sdkVersion(root: string): string {
  const { dependencies } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return dependencies["@pulumi/pulumi"].split(".").slice(0, 2).join(".");
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

function cliVersion(executable: string, root: string, environment: Environment): string {
  const { stdout } = spawnSync(executable, ["version"], {
    cwd: root,
    encoding: "utf8",
    env: { ...environmentOfCli(environment), PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return (stdout ?? "").trim();
}

/** `pulumi version` prints `v3.270.0`. */
function isEnough(found: string, wanted: string): boolean {
  const [major, minor] = wanted.split(".").map(Number) as [number, number];
  const [, foundMajor, foundMinor] = /^v?(\d+)\.(\d+)\./.exec(found) ?? [];
  return Number(foundMajor) === major && Number(foundMinor) >= minor;
}

/**
 * Runs the CLI in the folder, on this terminal. Resolves with its end.
 *
 * A terminal sends Ctrl-C to the CLI itself, so SIGINT is only kept from ending this process first.
 * SIGTERM is handed on once: the CLI takes a second signal, of either kind, for the wish to be torn
 * off in the middle of what it is doing (github.com/pulumi/pulumi, pkg/backend/cancellation_scope.go).
 */
export async function runCli(
  executable: string,
  words: readonly string[],
  { root, environment }: { root: string; environment: Environment },
): Promise<{ code: number | null; signal: NodeJS.Signals | null }> {
  const child = spawn(executable, words, {
    cwd: root,
    stdio: "inherit",
    env: environmentOfCli(environment),
  });
  const release = holdSignals(child);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("exit", (code, signal) => resolve({ code, signal }));
    });
  } finally {
    release();
  }
}

function holdSignals(child: ChildProcess): () => void {
  let isCancelled = false;
  const cancel = () => {
    if (!isCancelled) {
      isCancelled = true;
      child.kill("SIGTERM");
    }
  };
  const ignore = () => {};
  process.on("SIGINT", ignore);
  process.on("SIGTERM", cancel);
  // Whoever has started this command is gone.
  process.on("disconnect", cancel);
  return () => {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", cancel);
    process.off("disconnect", cancel);
  };
}

/** The CLI runs program and policy pack on the first `node` in PATH: this one, which strips types. */
function environmentOfCli(environment: Environment): NodeJS.ProcessEnv {
  return {
    ...environment,
    PATH: [dirname(process.execPath), environment["PATH"]].filter(Boolean).join(delimiter),
  };
}

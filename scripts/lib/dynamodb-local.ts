import { execFileSync, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type EngineProcess, startEngineProcess } from "../../local/dynamodb/engine-process.ts";
import { CommandError } from "./command.ts";

/** AWS's DynamoDB Local (here 1.25.1) on npm; of the package nothing but the emulator's folder is used. */
const archive = {
  package: "amplify-dynamodb-simulator@2.9.30",
  folder: "package/emulator",
  sha512:
    "xTeeRLvzEfqyd5lh3bH4c0kHvSHHmmhD5ZDsHFKAQ5g2Zl6JqlFdutaQhCLHzxEp6Ry1o7TB6niIoXuQAnSewQ==",
};

const cache = fileURLToPath(new URL("../../node_modules/.cache/", import.meta.url));
const emulator = join(cache, `dynamodb-local-${archive.package.split("@")[1]}`);

/** A Java machine takes seconds to start, on a busy computer many. */
const startLimitMs = 60_000;

/**
 * Starts DynamoDB Local in memory, with tables of its own for each access key, so that several stacks
 * can share it, each through an address that makes one caller of all (test/support/test-engine.ts).
 * It ends with this process.
 *
 * Fetches it from the npm registry when it is not in the cache: 57 MB, once.
 *
 * It has no option for its address and listens on every interface, not on the loopback alone.
 *
 * @throws CommandError when there is no Java, or no registry
 */
export async function startDynamoDbLocal(): Promise<EngineProcess> {
  needJava();
  if (!existsSync(emulator)) await fetchEmulator();
  return await startEngineProcess({
    name: "DynamoDB Local",
    program: "java",
    options: (port) => [
      ...["-Djava.library.path=DynamoDBLocal_lib", "-jar", "DynamoDBLocal.jar"],
      ...["-inMemory", "-disableTelemetry", "-port", String(port)],
    ],
    // It writes a file with an id of the installation there.
    folder: emulator,
    startLimit: startLimitMs,
  });
}

function needJava(): void {
  const { status } = spawnSync("java", ["-version"], { stdio: "ignore" });
  if (status !== 0) {
    throw new CommandError(
      'There is no "java" in PATH, on which DynamoDB Local runs: apt-get install -y default-jre-headless',
    );
  }
}

async function fetchEmulator(): Promise<void> {
  console.error(`Fetching DynamoDB Local (${archive.package}, once) …`);
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, "dynamodb-local-"));
  try {
    pack(work);
    const [name = ""] = await readdir(work);
    const sha512 = createHash("sha512").update(await readFile(join(work, name)));
    if (sha512.digest("base64") !== archive.sha512) {
      throw new CommandError(
        `${archive.package} is not the archive that is expected; see scripts/lib/dynamodb-local.ts.`,
      );
    }
    const depth = archive.folder.split("/").length;
    const unpacked = join(work, "emulator");
    await mkdir(unpacked);
    const only = ["--strip-components", String(depth), archive.folder];
    execFileSync("tar", ["-xzf", join(work, name), "-C", unpacked, ...only]);
    await rename(unpacked, emulator);
  } finally {
    await rm(work, { recursive: true });
  }
}

/** Without what the package depends on, and without any of its scripts. */
function pack(folder: string): void {
  const npm = process.env["npm_execpath"];
  const [program, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  const options = ["pack", archive.package, "--pack-destination", folder, "--ignore-scripts"];
  // Tried three times, as npm does, but not for more than a minute.
  const patience = ["--fetch-retry-mintimeout", "1000", "--fetch-retry-maxtimeout", "5000"];
  const { status } = spawnSync(program, [...first, ...options, ...patience, "--silent"], {
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (status !== 0) {
    throw new CommandError(
      `npm cannot fetch ${archive.package}: DynamoDB Local comes from the npm registry, once.`,
    );
  }
}

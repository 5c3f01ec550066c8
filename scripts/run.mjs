// Runs one of the project's commands: `node scripts/run.mjs <command> [options]`.
//
// Plain JavaScript for any Node from 20 on, and no dependency: on a fresh clone this runs first. It
// installs what is missing, then runs scripts/<command>.ts on the Node 24 that is among it.

import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const oldestNode = 20;
const nodeMajor = Number(process.versions.node.split(".")[0]);
/** How often to look whether npm is still there, in milliseconds. */
const parentCheckMs = 200;
/**
 * By this exit code a command that has sent its options asks to be started again with them, in a
 * process that knows the changed sources.
 */
const restartCode = 75;

const startedAt = Date.now();
const [command = "", ...firstOptions] = process.argv.slice(2);
main();

function main() {
  if (nodeMajor < oldestNode) {
    fail(`Node ${oldestNode} or newer is needed; this is ${process.version}.`);
  }
  if (!existsSync(`${root}scripts/${command}.ts`)) {
    fail(`There is no command "${command}".`);
  }
  if (!isInstalled() && !isInstalling()) {
    install();
  }
  if (command === "start") {
    installEngine();
  }
  start(firstOptions, { ROOMCAST_STARTED_AT: String(startedAt) });
}

/** Whether npm has ended an installation of the lock file as it is now. */
function isInstalled() {
  const installed = `${root}node_modules/.package-lock.json`;
  return (
    existsSync(installed) &&
    statSync(installed).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs
  );
}

/**
 * The lock file has the DynamoDB engine for Linux on x64 alone; elsewhere it is installed when it is
 * first needed. Where there is none, the start says what to do.
 */
function installEngine() {
  const name = `@dynoxide/${process.platform}-${process.arch}`;
  if (process.env.DYNAMODB_ENDPOINT || existsSync(`${root}node_modules/${name}`)) {
    return;
  }
  const { optionalDependencies } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  const version = optionalDependencies["@dynoxide/linux-x64"];
  console.error(`Installing ${name} (once) …`);
  runNpm("install", "--no-save", "--no-package-lock", "--ignore-scripts", `${name}@${version}`);
}

/** npm runs "prepare" as the last step of an installation. */
function isInstalling() {
  return process.env.npm_lifecycle_event === "prepare";
}

function install() {
  console.error("Installing dependencies (once) …");
  if (runNpm("ci") !== 0) {
    fail("npm ci has failed; see above.");
  }
}

/** All of npm's output goes to stderr: stdout is the command's own. */
function runNpm(...options) {
  const npm = process.env.npm_execpath;
  const [program, first] = npm ? [process.execPath, [npm]] : ["npm", []];
  return spawnSync(program, [...first, ...options, "--no-audit", "--no-fund"], {
    cwd: root,
    stdio: ["ignore", 2, 2],
  }).status;
}

/** The Node of the dependencies; it is missing where npm runs no install scripts. */
function findNode() {
  const own = `${root}node_modules/node/bin/node`;
  if (existsSync(own)) {
    return own;
  }
  if (nodeMajor < 24) {
    fail(
      "npm ran no install scripts: run `npm rebuild node --ignore-scripts=false`, or use Node 24.",
    );
  }
  return process.execPath;
}

function start(options, about) {
  let nextOptions;
  const child = spawn(findNode(), [`${root}scripts/${command}.ts`, ...options], {
    cwd: root,
    // The channel tells the command when this process is gone, however that came.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: {
      ...process.env,
      NODE_COMPILE_CACHE: `${root}node_modules/.cache/compile`,
      ...about,
    },
  });
  const forward = (signal) => child.kill(signal);
  const ignore = () => {};
  // A terminal sends Ctrl-C to the command as well; whoever sends SIGTERM sends it to one process.
  process.on("SIGINT", ignore);
  process.on("SIGTERM", forward);
  const watch = watchParent(() => forward("SIGTERM"));
  child.on("message", (message) => {
    nextOptions = message.options;
  });
  child.on("error", (error) => fail(error.message));
  child.on("exit", (code, signal) => {
    process.off("SIGINT", ignore);
    process.off("SIGTERM", forward);
    clearInterval(watch);
    if (code === restartCode && nextOptions !== undefined) {
      start(nextOptions, { ROOMCAST_STARTED_AT: String(Date.now()), ROOMCAST_RESTARTED: "true" });
    } else if (signal) {
      process.kill(process.pid, signal);
    } else {
      process.exitCode = code ?? 1;
    }
  });
}

/** npm hands SIGTERM to the shell between it and this process, which dies of it and tells nobody. */
function watchParent(onGone) {
  const parent = process.ppid;
  const isRunByNpm = process.env.npm_lifecycle_event !== undefined;
  return setInterval(() => {
    if (isRunByNpm && process.ppid !== parent) {
      onGone();
    }
  }, parentCheckMs);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}

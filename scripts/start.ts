import { resolve } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type RunningStack, type RunningStage, startRuntime } from "../local/runtime.ts";
import { readBundles } from "./bundle.ts";
import { CommandError, readOptions, readPort, runCommand } from "./lib/command.ts";
import { lineOf } from "./lib/event-lines.ts";
import { type LaptopIdentity, laptopConfiguration, laptopIdentity } from "./lib/laptop-identity.ts";
import { laptopOutputsFile } from "./lib/outputs.ts";
import { PageServer } from "./lib/page-server.ts";
import { PageTokens } from "./lib/page-tokens.ts";
import { defaultReadyFile, type ReadyFile, removeJson, writeJson } from "./lib/ready-file.ts";
import { Reloader } from "./lib/reloader.ts";
import { readStackConfiguration } from "./lib/stack-configuration.ts";
import { watchSources } from "./lib/watch.ts";

/** The sample users, and the room in which both may do everything. */
const sampleUsers = ["alice", "bob"];
const sampleRoom = "lobby";
const keySetPath = "/.well-known/jwks.json";
/** Asks scripts/run.mjs for a new process: this one has the program's modules as they were. */
const restartCode = 75;
/** Where the page is, unless told, and unless it is taken. */
const usualPagePort = 8788;
/** How long connections and batches in hand may hold up the end. */
const endLimitMs = 2000;

/** Runs the program on this machine until Ctrl-C. */
await runCommand(async () => {
  const options = readOptions({
    port: { type: "string", default: "8787" },
    "page-port": { type: "string" },
    stack: { type: "string", default: "dev" },
    "ready-file": { type: "string" },
    "gateway-process": { type: "boolean", default: false },
  });
  const port = readPort(options.port);
  const pagePort = options["page-port"] === undefined ? undefined : readPort(options["page-port"]);
  const readyFile = options["ready-file"];
  let cleanUp = async () => {};
  const end = async (code: number) => {
    await Promise.race([cleanUp(), sleep(endLimitMs)]);
    process.exit(code);
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void end(0));
  }
  // The starting process is gone, even if it was killed: nobody could end this one.
  process.once("disconnect", () => void end(0));
  process.channel?.unref();

  const identity = await laptopIdentity();
  const page = new PageServer({ room: sampleRoom, tokens: new PageTokens(identity) });
  // Before the stack: a taken port is told at once, and there is nothing to be ended.
  const pageUrl = await listen(page, port, pagePort).catch((error: unknown) => {
    throw explained(error, pagePort ?? 0, "--page-port");
  });
  const stack = await startStack(options, port, identity).catch((error: unknown) =>
    waitForRepair(explained(error, port), options.stack),
  );
  const [stage] = stack.stages;
  if (stage === undefined) {
    throw new CommandError("The program has no WebSocket API with a stage.");
  }
  page.show(stage.url);
  const ready = await describe(stage, identity, pageUrl);
  const files: [path: string, value: unknown][] = [
    [laptopOutputsFile, { ...stack.outputs, dynamoDbEndpoint: stack.endpoints.dynamodb }],
    [defaultReadyFile, ready],
    ...(readyFile ? [[resolve(readyFile), ready] as [string, unknown]] : []),
  ];
  const reloader = new Reloader(stack, await readBundles(), print);
  const watcher = watchSources(options.stack, (change) => {
    if (change === "handlers") {
      reloader.reload();
      return;
    }
    print("The program has changed: the stack starts again, connections end.");
    const ports = ["--port", new URL(stage.url).port, "--page-port", new URL(pageUrl).port];
    process.send?.({ options: [...process.argv.slice(2), ...ports] });
    void end(restartCode);
  });
  cleanUp = async () => {
    watcher.close();
    await Promise.all(files.map(([path, value]) => removeJson(path, value)));
    await page.close();
    await stack.close();
  };
  // All have ended before any is removed again.
  const writes = files.map(([path, value]) => writeJson(path, value));
  const failed = (await Promise.allSettled(writes)).find(({ status }) => status === "rejected");
  if (failed?.status === "rejected") {
    await cleanUp();
    throw failed.reason;
  }
  printWelcome(ready);
  await stack.prewarm();
});

async function startStack(
  { stack, "gateway-process": gatewayProcess }: { stack: string; "gateway-process": boolean },
  port: number,
  identity: LaptopIdentity,
): Promise<RunningStack> {
  const { project, config } = await readStackConfiguration(stack);
  const { "roomcast:jwksUri": _uri, ...settings } = config;
  const keySet = JSON.stringify(identity.jwks);
  return await startRuntime({
    load: () => import("../index.ts"),
    project,
    stack,
    config: { ...settings, ...laptopConfiguration(identity) },
    port,
    dynamoDbEndpoint: process.env["DYNAMODB_ENDPOINT"],
    emit: (event) => print(lineOf(event)),
    gatewayProcess,
    fallback: (path) => {
      const isFound = path === keySetPath;
      return {
        status: isFound ? 200 : 404,
        headers: { "Content-Type": "application/json" },
        body: isFound ? keySet : '{"message":"Not Found"}',
      };
    },
  });
}

/** At its usual port a page is found again; where that is taken, any does. */
async function listen(page: PageServer, port: number, pagePort?: number): Promise<string> {
  if (pagePort !== undefined || port === 0) {
    return await page.listen(pagePort ?? 0);
  }
  return await page.listen(usualPagePort).catch(() => page.listen(0));
}

async function describe(
  stage: RunningStage,
  identity: LaptopIdentity,
  pageUrl: string,
): Promise<ReadyFile> {
  const { url, managementUrl } = stage;
  const tokens = sampleUsers.map(
    async (user) => [user, await identity.token(user, [sampleRoom])] as const,
  );
  return {
    url,
    managementUrl,
    jwksUrl: new URL(keySetPath, managementUrl).href,
    pageUrl,
    tokens: Object.fromEntries(await Promise.all(tokens)),
  };
}

/**
 * A program that was changed while it ran may be broken for a moment: then the next change is
 * waited for. A first start fails.
 */
async function waitForRepair(error: unknown, stack: string): Promise<never> {
  if (process.env["ROOMCAST_RESTARTED"] === undefined) {
    throw error;
  }
  console.error(error);
  print("The program does not start. It is tried again when it changes.");
  return await new Promise<never>(() => {
    watchSources(stack, () => process.exit(restartCode));
  });
}

function explained(error: unknown, port: number, option = "--port"): unknown {
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE"
    ? new CommandError(
        `Port ${port} is taken. Choose another: npm start -- ${option} N (0: any free one).`,
      )
    : error;
}

function print(line: string | undefined): void {
  if (line !== undefined) {
    console.log(`${new Date().toISOString().slice(11, 23)} ${line}`);
  }
}

function printWelcome({ url, pageUrl, tokens }: ReadyFile): void {
  const startedAt = Number(process.env["ROOMCAST_STARTED_AT"] ?? performance.timeOrigin);
  const startMs = Math.round(Date.now() - startedAt);
  console.log(`\nRoomcast runs at ${url}, ${startMs} ms after its start. Ctrl-C ends it.\n`);
  console.log(`Open this twice in a browser, and talk:\n${pageUrl}\n`);
  for (const [user, token] of Object.entries(tokens)) {
    console.log(`${user}'s token:\n${token}\n`);
  }
  console.log("Or talk to each other, each in a shell of its own:\n");
  for (const token of Object.values(tokens)) {
    const header = `-H 'Authorization: Bearer ${token}'`;
    console.log(`npx wscat -c '${url}?room_id=${sampleRoom}' ${header}\n`);
  }
}

import { resolve } from "node:path";
import { type RunningStack, startRuntime } from "../local/runtime.ts";
import { changedBundles } from "./bundle.ts";
import { CommandError, readOptions, readPort, runCommand } from "./lib/command.ts";
import { lineOf } from "./lib/event-lines.ts";
import { laptopConfiguration, laptopIdentity } from "./lib/laptop-identity.ts";
import { laptopOutputsFile } from "./lib/outputs.ts";
import { defaultReadyFile, type ReadyFile, removeFile, writeJson } from "./lib/ready-file.ts";
import { readStackConfiguration } from "./lib/stack-configuration.ts";
import { watchSources } from "./lib/watch.ts";

/** The sample users, and the room in which both may do everything. */
const sampleUsers = ["alice", "bob"];
const sampleRoom = "lobby";
const keySetPath = "/.well-known/jwks.json";
/** Asks scripts/run.mjs for a new process: this one has the program's modules as they were. */
const restartCode = 75;

/** Runs the program on this machine until Ctrl-C. */
await runCommand(async () => {
  const options = readOptions({
    port: { type: "string", default: "8787" },
    stack: { type: "string", default: "dev" },
    "ready-file": { type: "string" },
  });
  const port = readPort(options.port);
  const readyFiles = [
    defaultReadyFile,
    ...(options["ready-file"] ? [resolve(options["ready-file"])] : []),
  ];
  const [{ project, config }, identity] = await Promise.all([
    readStackConfiguration(options.stack),
    laptopIdentity(),
  ]);
  const { "roomcast:jwksUri": _uri, ...settings } = config;
  const keySet = JSON.stringify(identity.jwks);

  const stack = await startRuntime({
    load: () => import("../index.ts"),
    project,
    stack: options.stack,
    config: { ...settings, ...laptopConfiguration(identity) },
    port,
    dynamoDbEndpoint: process.env["DYNAMODB_ENDPOINT"],
    emit: (event) => print(lineOf(event)),
    fallback: (request, response) => {
      const isFound = request.url === keySetPath;
      response.writeHead(isFound ? 200 : 404, { "Content-Type": "application/json" });
      response.end(isFound ? keySet : '{"message":"Not Found"}');
    },
  }).catch((error: unknown) => {
    throw explained(error, port);
  });
  const [stage] = stack.stages;
  if (stage === undefined) {
    throw new CommandError("The program has no WebSocket API with a stage.");
  }
  const tokens = Object.fromEntries(
    await Promise.all(
      sampleUsers.map(async (user) => [user, await identity.token(user, [sampleRoom])] as const),
    ),
  );
  const { url, managementUrl } = stage;
  const ready: ReadyFile = {
    url,
    managementUrl,
    jwksUrl: new URL(keySetPath, managementUrl).href,
    tokens,
  };
  await writeJson(laptopOutputsFile, stack.outputs);
  await Promise.all(readyFiles.map((file) => writeJson(file, ready)));
  printWelcome(ready);
  void stack.prewarm();

  let isEnding = false;
  const end = async (code: number) => {
    if (isEnding) {
      return;
    }
    isEnding = true;
    watcher.close();
    await Promise.all([laptopOutputsFile, ...readyFiles].map(removeFile));
    await stack.close();
    process.exit(code);
  };
  const watcher = watchSources((change) => {
    if (change === "handlers") {
      void reloadHandlers(stack);
      return;
    }
    print("The program has changed: the stack starts again, connections end.");
    process.send?.({ options: withPort(new URL(url).port) });
    void end(restartCode);
  });
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => void end(0));
  }
  // The starting process is gone, even if it was killed: nobody could end this one.
  process.on("disconnect", () => void end(0));
});

async function reloadHandlers(stack: RunningStack): Promise<void> {
  try {
    const { names, folders } = await changedBundles();
    await stack.reload(folders);
    print(names.length > 0 ? `Reloaded ${names.join(", ")}; connections stay.` : undefined);
  } catch (error) {
    print(`The handlers do not build, so the former ones go on: ${(error as Error).message}`);
  }
}

function print(line: string | undefined): void {
  if (line !== undefined) {
    console.log(`${new Date().toISOString().slice(11, 23)} ${line}`);
  }
}

function printWelcome({ url, tokens }: ReadyFile): void {
  const startedAt = Number(process.env["ROOMCAST_STARTED_AT"] ?? performance.timeOrigin);
  console.log(
    `\nRoomcast runs at ${url}, ${Math.round(Date.now() - startedAt)} ms after its start. Ctrl-C ends it.\n`,
  );
  for (const [user, token] of Object.entries(tokens)) {
    console.log(`${user}'s token:\n${token}\n`);
  }
  console.log("Talk to each other, each in a shell of its own:\n");
  for (const token of Object.values(tokens)) {
    console.log(
      `npx wscat -c '${url}?room_id=${sampleRoom}' -H 'Authorization: Bearer ${token}'\n`,
    );
  }
}

/** The options of this start, with the port that it has got: clients come back to it. */
function withPort(port: string): string[] {
  return [...process.argv.slice(2), "--port", port];
}

function explained(error: unknown, port: number): unknown {
  return (error as NodeJS.ErrnoException).code === "EADDRINUSE"
    ? new CommandError(
        `Port ${port} is taken. Choose another: npm start -- --port N (0: any free one).`,
      )
    : error;
}

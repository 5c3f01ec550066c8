import { parentPort, workerData } from "node:worker_threads";
import { type Handler, loadHandler } from "./handler-loader.ts";
import type {
  ErrorReport,
  InvokeMessage,
  MainMessage,
  Startup,
  WorkerMessage,
} from "./messages.ts";
import { captureOutput } from "./worker-output.ts";

// The code inside a worker thread: what Lambda's Node.js runtime client does around a handler.
// It is bundled into one script before it is started, so it may import Node's modules and the
// files beside it. Every cold start runs it, so it stays small.

const startup = workerData as Startup;

function send(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

/**
 * As Lambda reports a thrown value: an error by its name, anything else by its type (the Node.js
 * runtime client's `formatError`, whose words these are for a value that cannot be described).
 */
function describe(thrown: unknown): ErrorReport {
  try {
    if (thrown instanceof Error) return { errorType: thrown.name, errorMessage: thrown.message };
    return { errorType: typeof thrown, errorMessage: String(thrown) };
  } catch {
    return {
      errorType: "handled",
      errorMessage:
        "callback called with Error argument, but there was a problem while retrieving one or more of its message, name, and stack",
    };
  }
}

function end(message: WorkerMessage): void {
  send(message);
  process.exit(1);
}

function serialize(result: unknown): string {
  try {
    return JSON.stringify(result) ?? "null";
  } catch {
    const error = new Error("Unable to stringify response body");
    error.name = "Runtime.JSONStringifyError";
    throw error;
  }
}

function contextOf({ requestId, deadline }: InvokeMessage) {
  const variables = process.env;
  return {
    awsRequestId: requestId,
    invokedFunctionArn: startup.functionArn,
    functionName: variables["AWS_LAMBDA_FUNCTION_NAME"],
    functionVersion: variables["AWS_LAMBDA_FUNCTION_VERSION"],
    memoryLimitInMB: variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
    logGroupName: variables["AWS_LAMBDA_LOG_GROUP_NAME"],
    logStreamName: variables["AWS_LAMBDA_LOG_STREAM_NAME"],
    /** Kept for code that sets it; it only ever mattered to callback handlers. */
    callbackWaitsForEmptyEventLoop: true,
    getRemainingTimeInMillis: () => deadline - Date.now(),
  };
}

process.on("uncaughtException", (error) => end({ type: "crashed", ...describe(error) }));
process.on("unhandledRejection", (reason) =>
  end({
    type: "crashed",
    errorType: "Runtime.UnhandledPromiseRejection",
    errorMessage: String(reason),
  }),
);
captureOutput((level, line) => send({ type: "log", level, line }));
void start();

async function start(): Promise<void> {
  // On the machine's time this is not even loaded.
  const time =
    startup.time && parentPort
      ? (await import("./worker-time.ts")).followTime(startup.time, parentPort)
      : undefined;
  let handler: Handler;
  try {
    handler = await loadHandler(startup.taskRoot, startup.handler);
  } catch (error) {
    end({ type: "init-failed", ...describe(error) });
    return;
  }
  parentPort?.on("message", (message: MainMessage) => {
    if (message.type === "invoke") void handle(handler, message);
  });
  time?.loaded();
  send({ type: "ready" });
}

async function handle(handler: Handler, message: InvokeMessage): Promise<void> {
  try {
    const result = await handler(JSON.parse(message.event), contextOf(message));
    send({ type: "succeeded", payload: serialize(result) });
  } catch (error) {
    send({ type: "failed", ...describe(error) });
  }
}

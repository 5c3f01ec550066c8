import type { LogLevel } from "../events.ts";

/** What a worker thread is started with. */
export interface Startup {
  /** The folder of the function's code, `LAMBDA_TASK_ROOT`. */
  taskRoot: string;
  /** `file.export`, as the function's `handler` property. */
  handler: string;
  functionArn: string;
  /** Milliseconds to add to the machine's time; undefined when the runtime is on the machine's clock. */
  clockOffset: number | undefined;
}

/** To the worker thread: one event to handle. Events travel as JSON text, as they do on Lambda. */
export interface InvokeMessage {
  requestId: string;
  event: string;
  /** Epoch milliseconds on the runtime's clock. */
  deadline: number;
  clockOffset: number | undefined;
}

export interface ErrorReport {
  errorType: string;
  errorMessage: string;
}

/** From the worker thread. */
export type WorkerMessage =
  | { type: "ready" }
  /** The code could not be loaded; the thread ends. */
  | ({ type: "init-failed" } & ErrorReport)
  | { type: "log"; level: LogLevel; line: string }
  | { type: "succeeded"; payload: string }
  | ({ type: "failed" } & ErrorReport)
  /** Something outside the handler's promise was thrown; the thread ends. */
  | ({ type: "crashed" } & ErrorReport);

import type { LogLevel } from "../events.ts";

/** What a worker thread is started with. */
export interface Startup {
  /** The folder of the function's code, `LAMBDA_TASK_ROOT`. */
  taskRoot: string;
  /** `file.export`, as the function's `handler` property. */
  handler: string;
  functionArn: string;
  /** The runtime's time, when that is moved by hand; undefined when it is the machine's. */
  time: SharedArrayBuffer | undefined;
}

/** To the worker thread: one event to handle. Events travel as JSON text, as they do on Lambda. */
export interface InvokeMessage {
  type: "invoke";
  requestId: string;
  event: string;
  /** Epoch milliseconds on the runtime's clock. */
  deadline: number;
}

/** To the worker thread. */
export type MainMessage =
  | InvokeMessage
  /** The time was moved: some of its timers are due. Only where time is moved by hand. */
  | { type: "timers" }
  /** A server lets the request from this local port hang, or is about to answer it after all. */
  | { type: "hold"; port: number; held: boolean };

export interface ErrorReport {
  errorType: string;
  errorMessage: string;
}

/**
 * The thread has nothing to do before its next timer (epoch milliseconds), or another message.
 * `received` counts the messages that it has had. Only where time is moved by hand.
 */
export interface QuietMessage {
  type: "quiet";
  received: number;
  nextTimer: number | undefined;
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
  | ({ type: "crashed" } & ErrorReport)
  | QuietMessage;

import { Worker } from "node:worker_threads";
import type { Clock, Timer } from "../clock.ts";
import type { LogLevel } from "../events.ts";
import type { FunctionDefinition } from "./definition.ts";
import type { InvocationResult } from "./function.ts";
import type { ErrorReport, MainMessage, Startup, WorkerMessage } from "./messages.ts";
import { ThreadTime } from "./thread-time.ts";

/**
 * The Init phase: loading the code may take this long. After that it is begun anew, as a part of the
 * invocation and of its time (Lambda Developer Guide, execution environment lifecycle).
 */
export const INIT_LIMIT_MILLISECONDS = 10_000;

/** Largest result of a synchronous invocation, in bytes of JSON. */
export const RESPONSE_LIMIT_BYTES = 6_291_556;

export interface EnvironmentOptions {
  definition: FunctionDefinition;
  variables: Record<string, string>;
  clock: Clock;
  /** The Init phase has been tried before: loading the code counts as the invocation's time. */
  secondInit: boolean;
  onLog: (level: LogLevel, line: string) => void;
  /** It has ended of itself while it was not handling an event. */
  onIdleFailure: (report: ErrorReport) => void;
}

interface Invocation {
  requestId: string;
  event: string;
  resolve: (result: InvocationResult) => void;
  /** Of its timeout, once its time runs. */
  timer: Timer | undefined;
  deadline: number | undefined;
}

/** One worker thread with a function's code: Lambda's execution environment. One event at a time. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  readonly #time: ThreadTime | undefined;
  readonly #started = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  #ready = false;
  #ended = false;
  #initTimer: Timer | undefined;
  #initTimedOut = false;
  #failure: ErrorReport | undefined;
  #current: Invocation | undefined;

  /** @param script The bundled code of `worker.ts`. */
  constructor(script: string, options: EnvironmentOptions) {
    this.#options = options;
    const { definition, variables, clock } = options;
    const startup: Startup = {
      taskRoot: definition.folder,
      handler: definition.handler,
      functionArn: definition.arn,
      time: clock.virtual?.cell,
    };
    this.#worker = new Worker(script, {
      eval: true,
      name: definition.name,
      env: variables,
      argv: [],
      execArgv: ["--enable-source-maps"],
      workerData: startup,
      // The worker captures its output itself; what escapes it must not land on the terminal.
      // The streams are not read: reading would keep the process alive.
      stdout: true,
      stderr: true,
      resourceLimits: { maxOldGenerationSizeMb: definition.memorySize },
    });
    this.#time =
      clock.virtual &&
      new ThreadTime(`function ${definition.name}`, clock.virtual, (message) =>
        this.#worker.postMessage(message),
      );
    if (!options.secondInit) {
      this.#initTimer = clock.after(INIT_LIMIT_MILLISECONDS, () => this.#endInit());
    }
    this.#worker.on("message", (message: WorkerMessage) => this.#receive(message));
    this.#worker.on("error", (error: Error & { code?: string }) =>
      this.#fail(crash(this.#current?.requestId, error)),
    );
    this.#worker.on("exit", (code) => this.#exit(code));
  }

  /** True once it takes no more events. */
  get ended(): boolean {
    return this.#ended;
  }

  /** True while it has an invocation in hand. */
  get busy(): boolean {
    return this.#current !== undefined;
  }

  /** True when it has ended because loading the code took too long. */
  get initTimedOut(): boolean {
    return this.#initTimedOut;
  }

  /** Resolves when the code is loaded, or could not be. */
  get started(): Promise<void> {
    return this.#started.promise;
  }

  /** Resolves when the thread has ended. */
  get exited(): Promise<void> {
    return this.#exited.promise;
  }

  invoke(requestId: string, event: string): Promise<InvocationResult> {
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.#current = { requestId, event, resolve, timer: undefined, deadline: undefined };
    if (this.#ended) {
      this.#settle({ ok: false, ...(this.#failure ?? exitReport(requestId, undefined)) });
      return promise;
    }
    this.#worker.ref();
    if (this.#ready) this.#deliver(this.#current);
    else if (this.#options.secondInit) this.#armTimeout(this.#current);
    return promise;
  }

  /** Ends the thread at once; an invocation in hand fails. */
  async end(): Promise<void> {
    this.#ended = true;
    const current = this.#current;
    if (current) this.#settle({ ok: false, ...exitReport(current.requestId, undefined) });
    this.#leave();
    await this.#worker.terminate();
  }

  #deliver(current: Invocation): void {
    const deadline = this.#armTimeout(current);
    const { requestId, event } = current;
    this.#send({ type: "invoke", requestId, event, deadline });
  }

  #send(message: MainMessage): void {
    if (this.#time) this.#time.send(message);
    else this.#worker.postMessage(message);
  }

  /** Once per invocation; the result is its deadline in epoch milliseconds. */
  #armTimeout(current: Invocation): number {
    const { clock, definition } = this.#options;
    const milliseconds = definition.timeout * 1000;
    current.deadline ??= clock.now() + milliseconds;
    current.timer ??= clock.after(milliseconds, () => {
      this.#settle({ ok: false, ...timeoutReport(current.requestId, definition.timeout) });
      void this.end();
    });
    return current.deadline;
  }

  /** The Init phase is over although the code is not loaded. */
  #endInit(): void {
    this.#initTimedOut = true;
    this.#fail({
      errorType: "Sandbox.Timedout",
      errorMessage: `Init took more than ${INIT_LIMIT_MILLISECONDS / 1000} seconds`,
    });
    void this.end();
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
        this.#initTimer?.cancel();
        this.#started.resolve();
        if (this.#current) this.#deliver(this.#current);
        else this.#worker.unref();
        break;
      case "log":
        this.#options.onLog(message.level, message.line);
        break;
      case "succeeded":
        this.#settle(resultOf(message.payload));
        break;
      case "failed":
        this.#settle({ ok: false, ...reportOf(message) });
        break;
      case "quiet":
        this.#time?.receive(message);
        break;
      default:
        this.#fail(reportOf(message));
    }
  }

  /** The thread is done for: its invocation fails, and so would any later one. */
  #fail(report: ErrorReport): void {
    this.#ended = true;
    this.#failure ??= report;
    if (this.#current) this.#settle({ ok: false, ...report });
    else this.#options.onIdleFailure(report);
    this.#leave();
  }

  /** It takes no more events, and nobody waits for it. */
  #leave(): void {
    this.#initTimer?.cancel();
    this.#time?.end();
    this.#started.resolve();
  }

  #exit(code: number): void {
    if (!this.#ended) this.#fail(exitReport(this.#current?.requestId, code));
    this.#exited.resolve();
  }

  #settle(result: InvocationResult): void {
    const current = this.#current;
    this.#current = undefined;
    current?.timer?.cancel();
    this.#worker.unref();
    current?.resolve(result);
  }
}

function resultOf(payload: string): InvocationResult {
  if (Buffer.byteLength(payload) <= RESPONSE_LIMIT_BYTES) {
    return { ok: true, payload: JSON.parse(payload) };
  }
  return {
    ok: false,
    errorType: "Function.ResponseSizeTooLarge",
    errorMessage: `Response payload size exceeded maximum allowed payload size (${RESPONSE_LIMIT_BYTES} bytes).`,
  };
}

function reportOf({ errorType, errorMessage }: ErrorReport): ErrorReport {
  return { errorType, errorMessage };
}

function timeoutReport(requestId: string, seconds: number): ErrorReport {
  return {
    errorType: "Sandbox.Timedout",
    errorMessage: `RequestId: ${requestId} Error: Task timed out after ${seconds.toFixed(2)} seconds`,
  };
}

/** Lambda's words for a process that ended; `code` is undefined when the runtime ended it. */
function exitReport(requestId: string | undefined, code: number | undefined): ErrorReport {
  const reason = code ? `with error: exit status ${code}` : "without providing a reason";
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `${prefix(requestId)}Error: Runtime exited ${reason}`,
  };
}

/**
 * Memory over the function's is a kill. Its error type is as function logs show it since 2025; it
 * used to be `Runtime.ExitError` with the same message.
 */
function crash(requestId: string | undefined, error: Error & { code?: string }): ErrorReport {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return {
      errorType: "Runtime.OutOfMemory",
      errorMessage: `${prefix(requestId)}Error: Runtime exited with error: signal: killed`,
    };
  }
  return { errorType: error.name, errorMessage: error.message };
}

function prefix(requestId: string | undefined): string {
  return requestId === undefined ? "" : `RequestId: ${requestId} `;
}

import { Worker } from "node:worker_threads";
import { type Clock, systemClock, type Timer } from "../clock.ts";
import type { LogLevel } from "../events.ts";
import type { FunctionDefinition } from "./definition.ts";
import type { InvocationResult } from "./function.ts";
import type { ErrorReport, InvokeMessage, Startup, WorkerMessage } from "./messages.ts";

/** Loading the code may take this long before it counts as the invocation's time (Lambda lifecycle). */
export const INIT_LIMIT_MILLISECONDS = 10_000;

/** Largest result of a synchronous invocation, in bytes of JSON. */
export const RESPONSE_LIMIT_BYTES = 6_291_556;

export interface EnvironmentOptions {
  definition: FunctionDefinition;
  variables: Record<string, string>;
  clock: Clock;
  onLog: (level: LogLevel, line: string) => void;
  /** It has ended of itself while it was not handling an event. */
  onIdleFailure: (report: ErrorReport) => void;
}

interface Invocation {
  requestId: string;
  event: string;
  resolve: (result: InvocationResult) => void;
  timer: Timer | undefined;
}

/** One worker thread with a function's code: Lambda's execution environment. One event at a time. */
export class ExecutionEnvironment {
  readonly #options: EnvironmentOptions;
  readonly #worker: Worker;
  readonly #started = Promise.withResolvers<void>();
  readonly #exited = Promise.withResolvers<void>();
  #ready = false;
  #ended = false;
  #failure: ErrorReport | undefined;
  #current: Invocation | undefined;

  /** @param script The bundled code of `worker.ts`. */
  constructor(script: string, options: EnvironmentOptions) {
    this.#options = options;
    const { definition, variables } = options;
    const startup: Startup = {
      taskRoot: definition.folder,
      handler: definition.handler,
      functionArn: definition.arn,
      clockOffset: this.#clockOffset(),
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
    this.#worker.on("message", (message: WorkerMessage) => this.#receive(message));
    this.#worker.on("error", (error: Error & { code?: string }) => this.#fail(crash(error)));
    this.#worker.on("exit", (code) => this.#exit(code));
  }

  /** True once it takes no more events. */
  get ended(): boolean {
    return this.#ended;
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
    this.#current = { requestId, event, resolve, timer: undefined };
    if (this.#ended) {
      this.#settle({ ok: false, ...(this.#failure ?? exitReport(requestId, undefined)) });
      return promise;
    }
    this.#worker.ref();
    if (this.#ready) this.#deliver(this.#current);
    else this.#arm(INIT_LIMIT_MILLISECONDS, () => this.#armTimeout());
    return promise;
  }

  /** Ends the thread at once; an invocation in hand fails. */
  async end(): Promise<void> {
    this.#ended = true;
    const current = this.#current;
    if (current) this.#settle({ ok: false, ...exitReport(current.requestId, undefined) });
    this.#started.resolve();
    await this.#worker.terminate();
  }

  #deliver(current: Invocation): void {
    const timeout = this.#options.definition.timeout * 1000;
    this.#armTimeout();
    const message: InvokeMessage = {
      requestId: current.requestId,
      event: current.event,
      deadline: this.#options.clock.now() + timeout,
      clockOffset: this.#clockOffset(),
    };
    this.#worker.postMessage(message);
  }

  #armTimeout(): void {
    const { timeout } = this.#options.definition;
    this.#arm(timeout * 1000, () => {
      const errorMessage = `RequestId: ${this.#current?.requestId} Error: Task timed out after ${timeout.toFixed(2)} seconds`;
      this.#settle({ ok: false, errorType: "Sandbox.Timedout", errorMessage });
      void this.end();
    });
  }

  #arm(milliseconds: number, callback: () => void): void {
    this.#current?.timer?.cancel();
    if (this.#current) this.#current.timer = this.#options.clock.after(milliseconds, callback);
  }

  #receive(message: WorkerMessage): void {
    switch (message.type) {
      case "ready":
        this.#ready = true;
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

  #clockOffset(): number | undefined {
    const { clock } = this.#options;
    return clock === systemClock ? undefined : clock.now() - Date.now();
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

/** Lambda's words for a process that ended; `code` is undefined when the runtime ended it. */
function exitReport(requestId: string | undefined, code: number | undefined): ErrorReport {
  const reason = code ? `with error: exit status ${code}` : "without providing a reason";
  const prefix = requestId === undefined ? "" : `RequestId: ${requestId} `;
  return {
    errorType: "Runtime.ExitError",
    errorMessage: `${prefix}Error: Runtime exited ${reason}`,
  };
}

function crash(error: Error & { code?: string }): ErrorReport {
  if (error.code === "ERR_WORKER_OUT_OF_MEMORY") {
    return {
      errorType: "Runtime.OutOfMemory",
      errorMessage: "Error: Runtime exited with error: signal: killed",
    };
  }
  return { errorType: error.name, errorMessage: error.message };
}

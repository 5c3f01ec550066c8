import { rm } from "node:fs/promises";
import { type Clock, systemClock } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { FunctionDefinition } from "./definition.ts";
import { ExecutionEnvironment } from "./execution-environment.ts";
import type { InvocationResult, LambdaFunction } from "./function.ts";
import type { ErrorReport } from "./messages.ts";
import { functionVariables, logStreamName } from "./variables.ts";
import { workerScript } from "./worker-script.ts";

/** Largest event of a synchronous invocation, in bytes of JSON (Lambda quotas: 6 MB). */
export const REQUEST_LIMIT_BYTES = 6_291_456;
export const DEFAULT_MAXIMUM_CONCURRENCY = 50;

export interface LambdaWorkerPoolOptions {
  definition: FunctionDefinition;
  /** What the runtime gives every function: credentials, endpoints. It wins over the function's own. */
  environment?: Record<string, string>;
  /** Timeouts follow it, and on a clock that is moved by hand all time in the threads. */
  clock?: Clock;
  /** Makes request ids and the names of log streams. */
  newId: () => string;
  emit: Emit;
  region: string;
  /**
   * Threads at the same time; further invocations wait. Default 50: a laptop does not have the 1,000
   * of an account, over all its functions, beyond which Lambda throttles.
   */
  maximumConcurrency?: number;
}

/**
 * A Lambda function on this machine: its real code in worker threads, one event at a time in each,
 * as many threads as there are concurrent invocations, kept warm. Over its reserved concurrency it
 * is throttled (Lambda Developer Guide, reserved concurrency).
 *
 * Threads differ from Lambda's environments in what belongs to the process: the working directory,
 * the time zone, the file system with its `/tmp` (one for all of them, without a limit), and memory
 * outside of the JavaScript heap, such as buffers, which is not limited. Background work goes on
 * after the handler has returned, where Lambda freezes it. A handler that waits for nothing runs
 * into its timeout, where on Lambda the process may end at once.
 */
export class LambdaWorkerPool implements LambdaFunction {
  readonly name: string;
  readonly arn: string;
  readonly #options: LambdaWorkerPoolOptions;
  readonly #limit: number;
  readonly #all = new Set<ExecutionEnvironment>();
  #idle: ExecutionEnvironment[] = [];
  #stale = new WeakSet<ExecutionEnvironment>();
  #running = 0;
  /** Those that wait included. */
  #inHand = 0;
  #waiting: (() => void)[] = [];
  #closed = false;

  constructor(options: LambdaWorkerPoolOptions) {
    this.name = options.definition.name;
    this.arn = options.definition.arn;
    this.#options = options;
    this.#limit = options.maximumConcurrency ?? DEFAULT_MAXIMUM_CONCURRENCY;
  }

  async invoke(event: unknown): Promise<InvocationResult> {
    const result = await this.#invoke(event).catch(refusal);
    if (!result.ok) this.#report(result);
    return result;
  }

  /** Starts one thread and loads the code. A failure is emitted; the next invocation meets it too. */
  async prewarm(): Promise<void> {
    if (this.#idle.length > 0 || this.#closed) return;
    try {
      const environment = await this.#start();
      this.#release(environment);
      await environment.started;
    } catch (error) {
      this.#report(refusal(error as Error));
    }
  }

  /** New invocations load the code anew; those in hand finish on what they have. */
  async reload(): Promise<void> {
    const idle = this.#idle;
    this.#idle = [];
    for (const environment of this.#all) this.#stale.add(environment);
    await Promise.all(idle.map((environment) => environment.end()));
  }

  /** Ends the threads that have an invocation in hand, as a process that exits. */
  crash(): void {
    for (const environment of this.#all) if (environment.busy) void environment.end();
  }

  /** Ends every thread; invocations in hand and waiting ones fail. */
  async close(): Promise<void> {
    this.#closed = true;
    for (const proceed of this.#waiting.splice(0)) proceed();
    await Promise.all([...this.#all].map((environment) => environment.end()));
    const { folder, temporary } = this.#options.definition;
    if (temporary) await rm(folder, { recursive: true, force: true });
  }

  async #invoke(input: unknown): Promise<InvocationResult> {
    const event = JSON.stringify(input) ?? "null";
    if (Buffer.byteLength(event) > REQUEST_LIMIT_BYTES) {
      return {
        ok: false,
        errorType: "RequestEntityTooLargeException",
        errorMessage: `Request must be smaller than ${REQUEST_LIMIT_BYTES} bytes for the InvokeFunction operation`,
      };
    }
    const { reservedConcurrency = Number.POSITIVE_INFINITY } = this.#options.definition;
    if (this.#inHand >= reservedConcurrency) {
      const errorType = "TooManyRequestsException";
      return { ok: false, errorType, errorMessage: "Rate Exceeded.", throttled: true };
    }
    this.#inHand += 1;
    if (this.#running >= this.#limit) {
      await new Promise<void>((proceed) => this.#waiting.push(proceed));
    } else {
      this.#running += 1;
    }
    try {
      return await this.#run(this.#options.newId(), event);
    } finally {
      this.#inHand -= 1;
      // The place of a finished invocation goes to the one that has waited longest.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }

  async #run(requestId: string, event: string): Promise<InvocationResult> {
    let environment = this.#take() ?? (await this.#start());
    let result = await environment.invoke(requestId, event);
    if (environment.initTimedOut) {
      environment = await this.#start({ secondInit: true });
      result = await environment.invoke(requestId, event);
    }
    this.#release(environment);
    return result;
  }

  /** The thread used last, so that a quiet function settles on one. */
  #take(): ExecutionEnvironment | undefined {
    for (let next = this.#idle.pop(); next !== undefined; next = this.#idle.pop()) {
      if (!next.ended) return next;
    }
    return undefined;
  }

  #release(environment: ExecutionEnvironment): void {
    if (this.#closed || environment.ended || this.#stale.has(environment)) {
      void environment.end();
    } else {
      this.#idle.push(environment);
    }
  }

  async #start({ secondInit = false } = {}): Promise<ExecutionEnvironment> {
    const { definition, emit, region, newId, clock = systemClock } = this.#options;
    const making = workerScript();
    // Nobody else knows of the thread yet, for which the time has to wait.
    const leave = clock.virtual?.join({
      name: `function ${definition.name}`,
      settle: () => making.then(() => true),
    });
    const script = await making.finally(() => leave?.());
    const logStream = logStreamName(definition, clock.now(), newId());
    const environment = new ExecutionEnvironment(script, {
      definition,
      clock,
      secondInit,
      variables: {
        ...functionVariables(definition, region, logStream),
        ...this.#options.environment,
      },
      onLog: (level, line) => emit({ type: "log", functionName: definition.name, level, line }),
      onIdleFailure: (report) => this.#report(report),
    });
    this.#all.add(environment);
    void environment.exited.then(() => this.#all.delete(environment));
    if (this.#closed) void environment.end();
    return environment;
  }

  #report({ errorType, errorMessage }: ErrorReport): void {
    const functionName = this.name;
    this.#options.emit({ type: "function-error", functionName, errorType, errorMessage });
  }
}

/** For what keeps a thread from being started, as `NODE_OPTIONS` that a thread cannot have. */
function refusal({ name, message }: Error): ErrorReport & { ok: false } {
  return { ok: false, errorType: name, errorMessage: message };
}

import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";

interface Reply {
  id: number;
  result?: unknown;
  error?: string;
}

export interface ChildOptions {
  args?: string[];
  /** The whole environment of the process; default: this one's. */
  env?: Record<string, string>;
  /** Options of Node. */
  nodeOptions?: string[];
}

/** So much of what a process says on stderr is told when it ends before it has answered. */
const complaintsLength = 2000;

/** A process of its own that answers questions; its file calls {@link answer}. */
export class Child<Question, Result> {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<Result>>();
  #lastId = 0;
  #ended = false;

  constructor(file: string, options: ChildOptions = {}) {
    const { args = [], env = process.env as Record<string, string>, nodeOptions = [] } = options;
    this.#process = fork(file, args, {
      env,
      execArgv: nodeOptions,
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#process.on("message", ({ id, result, error }: Reply) => {
      const waiting = this.#waiting.get(id);
      this.#waiting.delete(id);
      if (error === undefined) waiting?.resolve(result as Result);
      else waiting?.reject(new Error(error));
    });
    let complaints = "";
    this.#process.stderr?.setEncoding("utf8").on("data", (text: string) => {
      complaints = (complaints + text).slice(-complaintsLength);
    });
    this.#process.on("close", (code, signal) => {
      this.#ended = true;
      for (const { reject } of this.#waiting.values()) {
        reject(new Error(`${file} has ended with ${signal ?? code}. ${complaints}`));
      }
      this.#waiting.clear();
    });
  }

  /** Rejects with what the process has thrown, and when it ends. */
  ask(question: Question): Promise<Result> {
    if (this.#ended) return Promise.reject(new Error("The process has ended."));
    const waiting = Promise.withResolvers<Result>();
    this.#lastId += 1;
    this.#waiting.set(this.#lastId, waiting);
    this.#process.send({ id: this.#lastId, question });
    return waiting.promise;
  }

  async close(): Promise<void> {
    if (this.#ended) return;
    const exit = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await exit;
  }
}

/** Answers the questions of the process that has started this one. */
export function answer<Question>(reply: (question: Question) => Promise<unknown>): void {
  process.on("message", ({ id, question }: { id: number; question: Question }) => {
    reply(question).then(
      (result) => process.send?.({ id, result }),
      (error: Error) => process.send?.({ id, error: error.stack ?? String(error) }),
    );
  });
  process.on("disconnect", () => process.exit());
}

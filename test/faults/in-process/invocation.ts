import type { Clock, Timer } from "../../../local/clock.ts";
import type { InvocationResult } from "../../../local/lambda/function.ts";

/**
 * One run of a handler, whose process can end at any moment. Once it is over none of its timers
 * fires, and nothing that it waits for comes.
 */
export class Invocation {
  readonly requestId: string;
  /** Resolves with the first result that it is ended with. */
  readonly result: Promise<InvocationResult>;
  readonly #clock: Clock;
  readonly #end: (result: InvocationResult) => void;
  readonly #timers = new Set<Timer>();
  #over = false;

  constructor(requestId: string, clock: Clock) {
    this.requestId = requestId;
    this.#clock = clock;
    const { promise, resolve } = Promise.withResolvers<InvocationResult>();
    this.result = promise;
    this.#end = resolve;
  }

  get over(): boolean {
    return this.#over;
  }

  end(result: InvocationResult): void {
    this.#over = true;
    for (const timer of this.#timers) timer.cancel();
    this.#timers.clear();
    this.#end(result);
  }

  /** As of a process that exits by itself, in Lambda's words. */
  crash(): void {
    const errorMessage = `RequestId: ${this.requestId} Error: Runtime exited with error: exit status 1`;
    this.end({ ok: false, errorType: "Runtime.ExitError", errorMessage });
  }

  after(milliseconds: number, callback: () => void): Timer {
    if (this.#over) return { cancel() {} };
    const timer = this.#clock.after(milliseconds, () => {
      this.#timers.delete(timer);
      callback();
    });
    this.#timers.add(timer);
    return {
      cancel: () => {
        this.#timers.delete(timer);
        timer.cancel();
      },
    };
  }

  /** For ever when the invocation is over, else that long; not at all without a duration. */
  sleep(milliseconds: number): Promise<void> {
    if (milliseconds === 0 && !this.#over) return Promise.resolve();
    return new Promise((resolve) => this.after(milliseconds, resolve));
  }
}

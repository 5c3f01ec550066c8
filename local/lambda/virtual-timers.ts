import { syncBuiltinESMExports } from "node:module";
import timers from "node:timers";
import timersPromises from "node:timers/promises";
import { promisify } from "node:util";
import type { TimerQueue } from "./timer-queue.ts";

type Callback = (...values: unknown[]) => void;

/** What `setTimeout` and `setInterval` return, with the methods of Node's `Timeout`. */
class VirtualTimeout {
  static #lastId = 0;
  static readonly byId = new Map<number, VirtualTimeout>();
  readonly #queue: TimerQueue;
  readonly #delay: number;
  readonly #callback: (this: VirtualTimeout) => void;
  readonly #repeats: boolean;
  readonly #id = ++VirtualTimeout.#lastId;
  #entry: ReturnType<TimerQueue["add"]> | undefined;
  #hasRef = true;

  constructor(queue: TimerQueue, delay: number, callback: () => void, repeats: boolean) {
    this.#queue = queue;
    this.#delay = delay;
    this.#callback = callback;
    this.#repeats = repeats;
    this.refresh();
  }

  refresh(): this {
    this.close();
    VirtualTimeout.byId.set(this.#id, this);
    // An interval of no time would never let the time go on.
    const delay = this.#repeats ? Math.max(1, this.#delay || 1) : this.#delay;
    this.#entry = this.#queue.add(delay, () => this.#fire());
    return this;
  }

  close(): this {
    VirtualTimeout.byId.delete(this.#id);
    if (this.#entry !== undefined) this.#queue.remove(this.#entry);
    this.#entry = undefined;
    return this;
  }

  ref(): this {
    this.#hasRef = true;
    return this;
  }

  /** Nothing depends on it: virtual timers keep no thread alive. */
  unref(): this {
    this.#hasRef = false;
    return this;
  }

  hasRef(): boolean {
    return this.#hasRef;
  }

  [Symbol.toPrimitive](): number {
    return this.#id;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #fire(): void {
    if (this.#repeats) this.refresh();
    else this.close();
    this.#callback();
  }
}

/**
 * Puts timers of a queue in the place of Node's: the global functions, `node:timers`,
 * `node:timers/promises` and `AbortSignal.timeout`. Immediates stay what they are. To be called
 * before any code is imported that could take hold of the real ones.
 */
export function replaceTimers(queue: TimerQueue): void {
  const start =
    (repeats: boolean) =>
    (callback: Callback, delay = 0, ...values: unknown[]) => {
      if (typeof callback !== "function") throw invalidCallback();
      return new VirtualTimeout(queue, delay, () => callback(...values), repeats);
    };
  const clear = (timeout: unknown) => {
    const found =
      timeout instanceof VirtualTimeout ? timeout : VirtualTimeout.byId.get(Number(timeout));
    found?.close();
  };
  const sleep = promisedTimeout(queue);
  const replaced = {
    setTimeout: Object.assign(start(false), { [promisify.custom]: sleep }),
    setInterval: start(true),
    clearTimeout: clear,
    clearInterval: clear,
  };
  Object.assign(globalThis, replaced);
  Object.assign(timers, replaced);
  Object.assign(timersPromises, { setTimeout: sleep, setInterval: promisedInterval(sleep) });
  Object.assign(timersPromises.scheduler, {
    wait: (delay: number, options?: { signal?: AbortSignal }) => sleep(delay, undefined, options),
  });
  syncBuiltinESMExports();
  AbortSignal.timeout = (delay) => {
    const controller = new AbortController();
    const reason = new DOMException("The operation was aborted due to timeout", "TimeoutError");
    queue.add(delay, () => controller.abort(reason));
    return controller.signal;
  };
}

type Sleep = <T>(delay?: number, value?: T, options?: { signal?: AbortSignal }) => Promise<T>;

function promisedTimeout(queue: TimerQueue): Sleep {
  return (delay = 0, value, { signal } = {}) => {
    const { promise, resolve, reject } = Promise.withResolvers<typeof value>();
    if (signal?.aborted) return Promise.reject(aborted(signal));
    const abort = () => {
      queue.remove(entry);
      reject(aborted(signal));
    };
    const entry = queue.add(delay, () => {
      signal?.removeEventListener("abort", abort);
      resolve(value);
    });
    signal?.addEventListener("abort", abort, { once: true });
    return promise as Promise<never>;
  };
}

function promisedInterval(sleep: Sleep) {
  return async function* <T>(delay = 1, value?: T, options?: { signal?: AbortSignal }) {
    for (;;) yield await sleep(Math.max(1, delay), value, options);
  };
}

/** As Node's timers reject. */
function aborted(signal: AbortSignal | undefined): Error {
  const error = new Error("The operation was aborted", { cause: signal?.reason });
  return Object.assign(error, { name: "AbortError", code: "ABORT_ERR" });
}

function invalidCallback(): TypeError {
  const error = new TypeError('The "callback" argument must be of type function.');
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}

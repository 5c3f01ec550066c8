/** What is used of a WebSocket; the standard one, and that of `ws`. */
export interface Socket {
  readonly protocol: string;
  send(text: string): void;
  close(code?: number): void;
  // Nobody calls them through this interface, so that any WebSocket fits, whatever its events are.
  onopen: ((event: never) => void) | null;
  onmessage: ((event: never) => void) | null;
  onclose: ((event: never) => void) | null;
  onerror: ((event: never) => void) | null;
}

export type SocketConstructor = new (url: string, protocols: string[]) => Socket;

/** What the client takes from its surroundings. */
export interface Platform {
  /** Epoch milliseconds. It may jump. */
  now(): number;
  /** Milliseconds since some moment. It never jumps, but may stand still while the machine sleeps. */
  monotonic(): number;
  /** Calls back once; the result cancels that. */
  after(milliseconds: number, callback: () => void): () => void;
  /** From 0 up to, not including, 1. */
  random(): number;
  /** An id that nobody can guess, of `[A-Za-z0-9_-]{1,64}`. */
  newId(): string;
  /** False when there surely is no network. */
  isOnline(): boolean;
  /** Calls back when the machine, the page or the network may have come back; the result ends that. */
  onWake(callback: () => void): () => void;
  readonly WebSocket: SocketConstructor;
}

/** Browsers have these, Node does not. */
interface BrowserGlobals extends Partial<Target> {
  navigator?: { onLine?: boolean };
  document?: Target & { visibilityState: string };
}

interface Target {
  addEventListener(type: string, listener: () => void, options: { signal: AbortSignal }): void;
}

const browser = globalThis as unknown as BrowserGlobals;

/** The platform that this code runs on. */
export const systemPlatform: Omit<Platform, "WebSocket"> = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  after(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
  // Not `randomUUID`, which a page that came without TLS from another machine does not have.
  newId: () => crypto.getRandomValues(new Uint32Array(4)).join("-"),
  isOnline: () => browser.navigator?.onLine !== false,
  onWake(callback) {
    const end = new AbortController();
    const { document } = browser;
    browser.addEventListener?.("online", callback, end);
    browser.addEventListener?.("pageshow", callback, end);
    document?.addEventListener(
      "visibilitychange",
      () => document.visibilityState === "visible" && callback(),
      end,
    );
    return () => end.abort();
  },
};

/**
 * Time that has passed, by whichever clock says more: the monotonic one may stand still while the
 * machine sleeps, the wall clock may be set back. Set forward, it makes things happen early, once.
 */
export class Stopwatch {
  readonly #platform: Platform;
  #wall = 0;
  #monotonic = 0;

  constructor(platform: Platform) {
    this.#platform = platform;
    this.restart();
  }

  restart(): void {
    this.#wall = this.#platform.now();
    this.#monotonic = this.#platform.monotonic();
  }

  /** In milliseconds. */
  get elapsed(): number {
    return Math.max(this.#platform.monotonic() - this.#monotonic, this.#byWall);
  }

  /** How far the clocks have come apart, in milliseconds: the machine slept, or one was set. */
  get disagreement(): number {
    return Math.abs(this.#byWall - (this.#platform.monotonic() - this.#monotonic));
  }

  get #byWall(): number {
    return this.#platform.now() - this.#wall;
  }
}

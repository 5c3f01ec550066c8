import type { Platform } from "../../client/index.ts";
import { FakeSocket } from "./fake-socket.ts";

interface Pending {
  due: number;
  fire: () => void;
}

/** Noon on the first of January 2026, in epoch milliseconds. */
export const noon = Date.UTC(2026, 0, 1, 12);

/** Surroundings in which nothing happens but what the test makes happen. */
export class FakePlatform implements Platform {
  readonly sockets: FakeSocket[] = [];
  readonly WebSocket: Platform["WebSocket"];
  online = true;
  /** What `random` says next; the last one again and again. */
  chances = [0.5];
  #wall = noon;
  #monotonic = 1000;
  #ids = 0;
  readonly #pending = new Set<Pending>();
  readonly #onWake = new Set<() => void>();

  constructor() {
    const { sockets } = this;
    this.WebSocket = class extends FakeSocket {
      constructor(url: string, protocols: string[]) {
        super(url, protocols);
        sockets.push(this);
      }
    };
  }

  now(): number {
    return this.#wall;
  }

  monotonic(): number {
    return this.#monotonic;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const pending = { due: this.#monotonic + milliseconds, fire: callback };
    this.#pending.add(pending);
    return () => void this.#pending.delete(pending);
  }

  random(): number {
    return (this.chances.length > 1 ? this.chances.shift() : this.chances[0]) as number;
  }

  newId(): string {
    this.#ids += 1;
    return `id${this.#ids}`;
  }

  isOnline(): boolean {
    return this.online;
  }

  onWake(callback: () => void): () => void {
    this.#onWake.add(callback);
    return () => void this.#onWake.delete(callback);
  }

  /** Timers and listeners that are left. */
  get leftovers(): number {
    return this.#pending.size + this.#onWake.size;
  }

  /** The newest socket. */
  get socket(): FakeSocket {
    const socket = this.sockets.at(-1);
    if (socket === undefined) throw new Error("There is no socket yet.");
    return socket;
  }

  /** Lets time pass, from timer to timer, and all promises settle in between. */
  async pass(milliseconds: number): Promise<void> {
    const end = this.#monotonic + milliseconds;
    await settled();
    for (;;) {
      const next = [...this.#pending]
        .filter(({ due }) => due <= end)
        .sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      this.#pending.delete(next);
      this.#move(Math.max(0, next.due - this.#monotonic));
      next.fire();
      await settled();
    }
    this.#move(end - this.#monotonic);
    await settled();
  }

  /** The machine sleeps: no timer runs, and only the wall clock goes on. */
  sleep(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  /** The machine sleeps, or the page is frozen, and both clocks go on: timers are late. */
  freeze(milliseconds: number): void {
    this.#move(milliseconds);
  }

  /** Somebody sets the wall clock. */
  setClock(milliseconds: number): void {
    this.#wall += milliseconds;
  }

  /** The page is shown, or the network is back. */
  wake(): void {
    for (const callback of this.#onWake) callback();
  }

  #move(milliseconds: number): void {
    this.#wall += milliseconds;
    this.#monotonic += milliseconds;
  }
}

/** All promises that can have settled. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

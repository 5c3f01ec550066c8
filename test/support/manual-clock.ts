import type { Clock, Participant, Timer, VirtualTime } from "../../local/clock.ts";

interface Pending {
  due: number;
  fire: () => void;
}

export interface ManualClockOptions {
  /** Milliseconds of real time that a participant may take to settle; default 10 seconds. */
  settleLimit?: number;
}

/**
 * Turns of the event loop that a frame, its answer and a closing handshake take over the loopback
 * between two sockets of this process: they are in nobody's hand meanwhile.
 */
const TURNS_OF_SOCKETS = 10;

/**
 * A clock that stands still until a test moves it. It moves from timer to timer, and at each of them
 * waits until everything has settled: the test's own promises, and the participants, which are the
 * threads of the functions (with their requests, and whatever else keeps their event loops busy),
 * and the tables (sweeps, and streams up to their last record).
 *
 * What it cannot see is work outside of the runtime: a frame or request of the test's own that has
 * not been answered (wait for the answer first), another process, a socket timeout inside a
 * function (`socket.setTimeout` counts real time). A request of a function that nobody answers
 * keeps it from settling, which is an error after ten seconds of real time; a server that lets it
 * hang on purpose says so by `virtual.hold`.
 */
export class ManualClock implements Clock {
  readonly virtual: VirtualTime;
  readonly #settleLimit: number;
  readonly #time: Float64Array;
  readonly #pending = new Set<Pending>();
  readonly #participants = new Set<Participant>();

  constructor(now = Date.UTC(2026, 0, 1), { settleLimit = 10_000 }: ManualClockOptions = {}) {
    this.#settleLimit = settleLimit;
    const cell = new SharedArrayBuffer(Float64Array.BYTES_PER_ELEMENT);
    this.#time = new Float64Array(cell);
    this.#time[0] = now;
    this.virtual = {
      cell,
      join: (participant) => {
        this.#participants.add(participant);
        return () => void this.#participants.delete(participant);
      },
      hold: (port) => {
        for (const participant of this.#participants) participant.hold?.(port, true);
        return () => {
          for (const participant of this.#participants) participant.hold?.(port, false);
        };
      },
    };
  }

  now(): number {
    return this.#time[0] as number;
  }

  after(milliseconds: number, callback: () => void): Timer {
    const pending = { due: this.now() + milliseconds, fire: callback };
    this.#pending.add(pending);
    return { cancel: () => void this.#pending.delete(pending) };
  }

  /** Moves the time on; timers fire in the order of their due times, all settles in between. */
  async advance(milliseconds: number): Promise<void> {
    const end = this.now() + milliseconds;
    await this.settle();
    while (await this.#fireNext(end));
    this.#time[0] = end;
    await this.settle();
  }

  /**
   * Lets as much time pass, from timer to timer, as a promise needs to settle, and no more than
   * `limit` milliseconds; then waits for it without moving the time.
   */
  async until<T>(promise: Promise<T>, limit = 60_000): Promise<T> {
    let pending = true;
    const done = () => {
      pending = false;
    };
    promise.then(done, done);
    const end = this.now() + limit;
    await this.settle();
    while (pending && (await this.#fireNext(end)));
    return await promise;
  }

  /**
   * Resolves when all that can happen at this time has happened.
   *
   * @throws Error that names who does not settle
   */
  async settle(): Promise<void> {
    await this.#settle(true);
  }

  async #settle(thoroughly: boolean): Promise<void> {
    let worked = thoroughly;
    do {
      const turns = this.#participants.size === 0 ? 1 : TURNS_OF_SOCKETS;
      for (let turn = 0; turn < turns; turn++) await settle();
      worked = await this.#participantsWorked(worked);
    } while (worked);
  }

  async #participantsWorked(thoroughly: boolean): Promise<boolean> {
    if (this.#participants.size === 0) return false;
    const unsettled = new Set(this.#participants);
    const { promise: tooLate, reject } = Promise.withResolvers<never>();
    const limit = setTimeout(() => {
      const names = [...unsettled].map(({ name }) => name).join(", ");
      reject(new Error(`Time stands still: ${names} did not settle in ${this.#settleLimit} ms.`));
    }, this.#settleLimit);
    const settled = [...unsettled].map(async (participant) => {
      const worked = await participant.settle(thoroughly);
      unsettled.delete(participant);
      return worked;
    });
    try {
      return (await Promise.race([Promise.all(settled), tooLate])).includes(true);
    } finally {
      clearTimeout(limit);
    }
  }

  /** False when there is no timer up to `end`. Of timers due at once the runtime's own come first. */
  async #fireNext(end: number): Promise<boolean> {
    let next: Pending | undefined;
    for (const candidate of [...this.#pending, ...this.#timersOfParticipants()]) {
      if (candidate.due <= end && (next === undefined || candidate.due < next.due)) {
        next = candidate;
      }
    }
    if (next === undefined) return false;
    this.#pending.delete(next);
    this.#time[0] = Math.max(this.now(), next.due);
    next.fire();
    await this.#settle(false);
    return true;
  }

  *#timersOfParticipants(): Generator<Pending> {
    for (const participant of this.#participants) {
      const { nextTimer } = participant;
      if (nextTimer !== undefined) {
        yield { due: nextTimer, fire: () => participant.fireTimers?.() };
      }
    }
  }
}

/** Lets everything that is ready to run do so: promise reactions, then one turn of the event loop. */
export async function settle(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}

import type { Participant, VirtualTime } from "../clock.ts";
import type { MainMessage, QuietMessage } from "./messages.ts";

/** A thread's part in a clock that is moved by hand, on the main thread's side. */
export class ThreadTime implements Participant {
  readonly name: string;
  readonly #post: (message: MainMessage) => void;
  readonly #leave: () => void;
  #sent = 0;
  /** How many of the messages the thread had received when it last had nothing to do. */
  #settledAt = -1;
  #nextTimer: number | undefined;
  #ended = false;
  #waiting: (() => void)[] = [];

  /** @param post Sends a message to the thread; all of its messages have to go through `send`. */
  constructor(name: string, virtual: VirtualTime, post: (message: MainMessage) => void) {
    this.name = name;
    this.#post = post;
    this.#leave = virtual.join(this);
  }

  get nextTimer(): number | undefined {
    return this.#nextTimer;
  }

  send(message: MainMessage): void {
    this.#sent += 1;
    this.#nextTimer = undefined;
    this.#post(message);
  }

  /** The thread has nothing to do, unless a message is on its way to it. */
  receive({ received, nextTimer }: QuietMessage): void {
    if (received !== this.#sent) return;
    this.#settledAt = received;
    this.#nextTimer = nextTimer;
    this.#wake();
  }

  async settle(): Promise<boolean> {
    if (this.#ended || this.#settledAt === this.#sent) return false;
    await new Promise<void>((resolve) => this.#waiting.push(resolve));
    return true;
  }

  fireTimers(): void {
    this.send({ type: "timers" });
  }

  hold(port: number, held: boolean): void {
    this.send({ type: "hold", port, held });
  }

  /** The thread takes no more part: it has ended, or is being ended. */
  end(): void {
    this.#ended = true;
    this.#nextTimer = undefined;
    this.#leave();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

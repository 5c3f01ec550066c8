import type { WelcomeFrame } from "../../handlers/protocol/frames.ts";
import type { LogEntry, RoomOptions } from "../types.ts";
import { backoffMs } from "./backoff.ts";
import { Connection, type Dialled, type Ending } from "./connection.ts";
import type { RoomFrame } from "./frames.ts";
import type { Platform } from "./platform.ts";
import { askToken, readToken } from "./token.ts";

export interface DiallerOptions {
  url: string;
  room: string;
  token: RoomOptions["token"];
  backoffBaseMs: number;
  backoffCapMs: number;
  maxAttempts: number;
}

export interface DiallerEvents {
  /** A pause has begun, in milliseconds. */
  waiting(pauseMs: number): void;
  connecting(): void;
  welcomed(connection: Connection, frame: WelcomeFrame): void;
  /** Of a connection, also before its `welcome`. */
  frame(connection: Connection, frame: RoomFrame): void;
  idle(): void;
  /** Of a connection that was welcomed, or the server's word that dialling is of no use. */
  ended(connection: Connection, ending: Ending): void;
  /** For good. */
  givenUp(reason: "refused" | "no_token"): void;
}

/**
 * How long the first of some attempts waits for its `welcome`. One that does not come is lost, or its
 * room lags; whoever connects again gives that room more to do, so each attempt in a row waits twice as
 * long as the one before, up to eight times.
 */
const welcomeMs = 10_000;

/** Makes connections, one at a time, until one is welcomed. */
export class Dialler {
  readonly #platform: Platform;
  readonly #options: DiallerOptions;
  readonly #log: (entry: LogEntry) => void;
  readonly #events: DiallerEvents;
  #phase: "idle" | "waiting" | "asking" | "opening" | "stopped" = "idle";
  #connection: Connection | undefined;
  #cancelPause = () => {};
  /** In a row; they make the pauses longer. */
  #failures = 0;
  /** Attempts that never opened, with a network, before any did. */
  #refusals = 0;
  #hasOpened = false;

  constructor(
    platform: Platform,
    options: DiallerOptions,
    log: (entry: LogEntry) => void,
    events: DiallerEvents,
  ) {
    this.#platform = platform;
    this.#options = options;
    this.#log = log;
    this.#events = events;
  }

  get isIdle(): boolean {
    return this.#phase === "idle";
  }

  /** Begins now, unless it is at it. */
  dial(): void {
    if (this.#phase === "idle" || this.#phase === "waiting") {
      this.#cancelPause();
      this.#phase = "asking";
      this.#events.connecting();
      void this.#ask();
    }
  }

  /**
   * Begins after a pause, unless it is at it.
   *
   * @param wasStable the connection that was lost stood long enough to begin anew with short pauses
   * @param least at least so many failures count, for the length of the pause
   */
  dialLater(wasStable: boolean, least: number): void {
    this.#failures = Math.max(wasStable ? 0 : this.#failures + 1, least);
    if (this.#phase === "idle" || this.#phase === "waiting") this.#wait(this.#failures);
    else this.#events.connecting();
  }

  /** The network may have come back: a long pause becomes a short one. */
  hurry(): void {
    if (this.#phase === "waiting") this.#wait(0);
  }

  stop(): void {
    this.#phase = "stopped";
    this.#cancelPause();
    this.#connection?.close();
  }

  #wait(failures: number): void {
    this.#cancelPause();
    this.#phase = "waiting";
    const pauseMs = backoffMs(failures, this.#options, this.#platform.random());
    this.#cancelPause = this.#platform.after(pauseMs, () => this.dial());
    this.#events.waiting(pauseMs);
  }

  async #ask(): Promise<void> {
    const { url, room } = this.#options;
    const token = await askToken(this.#platform, this.#options.token);
    if (this.#phase !== "asking") return;
    if (token === null) {
      this.#events.givenUp("no_token");
      return;
    }
    if (token === undefined) {
      this.#log({ event: "no token" });
      this.#failed();
      return;
    }
    this.#phase = "opening";
    try {
      this.#open({
        ...{ url, token, welcomeMs: welcomeMs * 2 ** Math.min(3, this.#failures) },
        ...readToken(token, room, this.#platform.now()),
      });
    } catch {
      // The message may hold the token.
      this.#log({ event: "no socket" });
      this.#failed();
    }
  }

  #open(about: Dialled): void {
    const connection: Connection = new Connection(this.#platform, about, this.#log, {
      welcome: (frame) => {
        this.#connection = undefined;
        this.#phase = "idle";
        this.#hasOpened = true;
        this.#log({ event: "welcome", connectionId: frame.connectionId });
        this.#events.welcomed(connection, frame);
      },
      frame: (frame) => this.#events.frame(connection, frame),
      idle: () => this.#events.idle(),
      ended: (ending) => {
        const { reason, code, closing } = ending;
        this.#log({ event: "end", reason, code, closing: closing?.code });
        if (connection !== this.#connection || closing?.retry === false) {
          this.#events.ended(connection, ending);
        } else {
          this.#connection = undefined;
          this.#hasOpened ||= reason !== "handshake";
          this.#failed();
        }
      },
    });
    this.#connection = connection;
  }

  #failed(): void {
    this.#failures += 1;
    // Without a network nobody has refused anything.
    if (this.#platform.isOnline()) this.#refusals += 1;
    if (!this.#hasOpened && this.#refusals >= this.#options.maxAttempts) {
      this.#events.givenUp("refused");
    } else {
      this.#wait(this.#failures);
    }
  }
}

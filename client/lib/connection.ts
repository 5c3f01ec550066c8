import type { ClosingFrame, WelcomeFrame } from "../../handlers/protocol/frames.ts";
import { bearerPrefix, subprotocol } from "../../handlers/protocol/limits.ts";
import type { LogEntry } from "../types.ts";
import { renewalMs } from "./backoff.ts";
import { type Frame, type RoomFrame, readFrames } from "./frames.ts";
import { type Platform, type Socket, Stopwatch } from "./platform.ts";
import { isAbove } from "./repeats.ts";
import type { TokenFacts } from "./token.ts";

/** A handshake waits for cold functions; API Gateway gives up after half a minute. */
const openingMs = 20_000;
/** A connection on which a request is not answered by then is dead. */
export const answerMs = 10_000;

/** To whom, and as whom. */
export interface Dialled extends TokenFacts {
  url: string;
  token: string;
  /** How long the `welcome` is waited for, in milliseconds. */
  welcomeMs: number;
}

/** How a connection ended. */
export interface Ending {
  /**
   * `handshake`: it never opened. `welcome`: none came. `unanswered`: it is dead. `closing`: the server
   * said so. `lost`: it closed without a word.
   */
  reason: "handshake" | "welcome" | "unanswered" | "closing" | "lost";
  /** The WebSocket's close code. */
  code?: number;
  closing?: ClosingFrame;
}

/** What came in reply to a request; undefined when the connection ended before. */
export type Answer =
  | { type: "ack"; requestId: string }
  | { type: "pong" }
  /** "gateway": its own, which says no number. */
  | { type: "error"; code: number | "gateway"; message: string }
  /** A message has come back, and no acknowledgement: the stack sends none. */
  | { type: "returned" };

export interface ConnectionEvents {
  welcome(frame: WelcomeFrame): void;
  /** Repeated messages are left out. */
  frame(frame: RoomFrame): void;
  /** A request has been answered; there may be another one. */
  idle(): void;
  /** Once, and the last; not after {@link Connection.close}. */
  ended(ending: Ending): void;
}

interface Request {
  kind: "ack" | "pong";
  answer: (answer: Answer | undefined) => void;
  cancelLimit: () => void;
  hasReturned: boolean;
}

/**
 * One WebSocket, from its handshake to its end. It has one request (a publish, or a ping) unanswered at a
 * time: answers do not name what they answer, and may change places.
 */
export class Connection {
  readonly maySubscribe: boolean;
  /** Since it was made. */
  readonly age: Stopwatch;
  /** Since anything was sent or came. */
  readonly silence: Stopwatch;
  /** Since anything came. */
  readonly heard: Stopwatch;
  /** The greatest `seq` of anything that it has told. */
  heardSeq = "";
  /** Its age at which it is to be replaced, in milliseconds. */
  readonly renewalMs: number;
  readonly #platform: Platform;
  readonly #log: (entry: LogEntry) => void;
  readonly #events: ConnectionEvents;
  readonly #socket: Socket;
  readonly #welcomeMs: number;
  #state: "opening" | "open" | "welcomed" | "ended" = "opening";
  #cancelLimit: () => void;
  #request: Request | undefined;
  /** False once a message came back, but no acknowledgement. */
  #acknowledges = true;
  #isLeaving = false;
  /** Of its messages alone: repeats are told by it. */
  #lastSeq = "";

  /** @throws Error from the WebSocket, for instance for `ws://` from a page that came by TLS */
  constructor(
    platform: Platform,
    { url, token, maySubscribe, remainingMs, welcomeMs }: Dialled,
    log: (entry: LogEntry) => void,
    events: ConnectionEvents,
  ) {
    this.#platform = platform;
    this.#log = log;
    this.#events = events;
    this.maySubscribe = maySubscribe;
    this.#welcomeMs = welcomeMs;
    this.renewalMs = renewalMs(remainingMs, platform.random());
    this.age = new Stopwatch(platform);
    this.silence = new Stopwatch(platform);
    this.heard = new Stopwatch(platform);
    const socket = new platform.WebSocket(url, [subprotocol, bearerPrefix + token]);
    this.#socket = socket;
    this.#cancelLimit = platform.after(openingMs, () => this.#end({ reason: "handshake" }));
    socket.onopen = () => this.#opened();
    socket.onmessage = ({ data }: { data: unknown }) => this.#receive(data);
    socket.onclose = ({ code }: { code: number }) =>
      this.#end({ reason: this.#state === "opening" ? "handshake" : "lost", code });
    // Says nothing that the close does not; and it may come after the end.
    socket.onerror = () => {};
  }

  /** A request waits for its answer. */
  get busy(): boolean {
    return this.#request !== undefined;
  }

  /**
   * Sends a request; only when it is not {@link busy}.
   *
   * @param limitMs unanswered for that long, the connection is dead
   * @param answer called once
   */
  request(
    kind: Request["kind"],
    text: string,
    limitMs: number,
    answer: (answer: Answer | undefined) => void,
  ): void {
    const cancelLimit = this.#platform.after(limitMs, () => this.#unanswered());
    this.#request = { kind, answer, cancelLimit, hasReturned: false };
    this.#send(text);
  }

  /** Asks whether anybody is there, unless that is being asked already. */
  ping(limitMs = answerMs): void {
    if (this.#state === "welcomed" && !this.busy) {
      this.request("pong", '{"action":"ping"}', limitMs, () => {});
    }
  }

  /** The message of the request has come back. */
  returned(): void {
    if (this.#request === undefined) return;
    this.#request.hasReturned = true;
    if (!this.#acknowledges) this.#answered({ type: "returned" });
  }

  /** Ends it as {@link close} does, as soon as its request is answered. */
  leave(): void {
    this.#isLeaving = true;
    if (!this.busy) this.close();
  }

  /** Ends it without a word to the events; a request is answered by nothing. */
  close(): void {
    this.#end(undefined);
  }

  #send(text: string): void {
    this.silence.restart();
    this.#socket.send(text);
  }

  #opened(): void {
    if (this.#socket.protocol !== subprotocol) {
      // Browsers see to this themselves; some WebSockets of Node do not.
      this.#end({ reason: "handshake" });
      return;
    }
    this.#state = "open";
    this.#limit(this.#welcomeMs, { reason: "welcome" });
    this.silence.restart();
  }

  #receive(data: unknown): void {
    this.silence.restart();
    this.heard.restart();
    for (const frame of readFrames(data)) {
      // Whoever hears a frame may close the connection.
      if (this.#state === "ended") return;
      if (frame === undefined) this.#log({ event: "ignored" });
      else this.#take(frame);
    }
  }

  #take(frame: Frame): void {
    const { seq = "" } = frame as { seq?: string };
    if (isAbove(seq, this.heardSeq)) this.heardSeq = seq;
    switch (frame.type) {
      case "welcome":
        if (this.#state !== "open") return;
        this.#state = "welcomed";
        this.#cancelLimit();
        // What is below it comes again, or from before this connection: nothing is promised of it.
        this.#lastSeq = seq;
        this.#events.welcome(frame);
        return;
      case "message":
        if (isAbove(seq, this.#lastSeq)) {
          this.#lastSeq = seq;
          this.#events.frame(frame);
        } else {
          this.#log({ event: "repeat" });
        }
        return;
      case "error":
        // Without an id it is the gateway's answer, with one fan-out's word about a message.
        if (frame.id === undefined && this.#request?.kind === "ack") this.#answered(frame);
        else this.#events.frame(frame);
        return;
      case "ack":
      case "pong":
        if (this.#request?.kind === frame.type && (this.#acknowledges || frame.type === "pong")) {
          this.#answered(frame);
        }
        return;
      case "gateway":
        this.#log({ event: "gateway", message: frame.message });
        this.#answered({ ...frame, type: "error", code: "gateway" });
        return;
      case "closing":
        this.#end({ reason: "closing", closing: frame });
        return;
      default:
        this.#events.frame(frame);
    }
  }

  #answered(answer: Answer | undefined): void {
    const request = this.#request;
    if (request === undefined) return;
    this.#request = undefined;
    request.cancelLimit();
    request.answer(answer);
    if (answer === undefined || this.#state === "ended") return;
    if (this.#isLeaving) this.close();
    else this.#events.idle();
  }

  #unanswered(): void {
    if (this.#request?.hasReturned === true) {
      this.#acknowledges = false;
      this.#answered({ type: "returned" });
    } else {
      this.#end({ reason: "unanswered" });
    }
  }

  #limit(milliseconds: number, ending: Ending): void {
    this.#cancelLimit();
    this.#cancelLimit = this.#platform.after(milliseconds, () => this.#end(ending));
  }

  #end(ending: Ending | undefined): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#cancelLimit();
    const socket = this.#socket;
    socket.onopen = null;
    socket.onmessage = null;
    socket.onclose = null;
    // Of a dead one the close event would come minutes later; nobody waits for it.
    socket.close();
    this.#answered(undefined);
    if (ending !== undefined) this.#events.ended(ending);
  }
}

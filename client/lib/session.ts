import type { MessageFrame, WelcomeFrame } from "../../handlers/protocol/frames.ts";
import {
  type Closed,
  type Gap,
  type LogEntry,
  type MembersChange,
  PublishError,
  type PublishResult,
  type RoomEvents,
  type RoomOptions,
  type RoomState,
} from "../types.ts";
import type { Connection, Ending } from "./connection.ts";
import { Dialler, type DiallerOptions } from "./dialler.ts";
import { Emitter, guarded } from "./emitter.ts";
import type { RoomFrame } from "./frames.ts";
import { Handover } from "./handover.ts";
import { listed, nobody } from "./members.ts";
import { type Platform, type Stopwatch, systemPlatform } from "./platform.ts";
import { Publisher } from "./publisher.ts";
import { Repeats } from "./repeats.ts";
import type { Room } from "./room.ts";
import { Watch } from "./watch.ts";

export interface SessionOptions
  extends DiallerOptions,
    Pick<RoomOptions, "log" | "WebSocket" | "platform"> {
  heartbeatMs: number;
  publishTimeoutMs: number;
}

/** A connection that stood for so long begins anew with short pauses. */
const stableMs = 30_000;
/** A wake is noticed within 5 s, and its question answered within as much. */
const wakeAnswerMs = 5000;
/** A closing for another reason than the token's age asks for a longer pause. */
const tokenExpired = 4201;
const failuresOfClosing = 2;

/** Keeps a room open over connections that come and go. */
export class Session implements Room {
  readonly #platform: Platform;
  readonly #options: SessionOptions;
  readonly #emitter = new Emitter<RoomEvents>();
  readonly #repeats = new Repeats();
  readonly #publisher: Publisher;
  readonly #dialler: Dialler;
  readonly #watch: Watch;
  #state: RoomState = "connecting";
  #closed: Closed | undefined;
  #members: MembersChange = nobody;
  /** The connection that the room is heard by, once welcomed. */
  #current: Connection | undefined;
  /** From the former connection to the current one. */
  #handover: Handover | undefined;
  /** What becomes a gap when the room is heard again. */
  #loss: { reason: Gap["reason"]; heard: Stopwatch } | undefined;
  #lastSeq: string | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
    this.#platform = platformOf(options);
    this.#publisher = new Publisher(this.#platform, options.publishTimeoutMs, (acknowledgement) =>
      this.#emit("acknowledged", acknowledgement),
    );
    this.#dialler = new Dialler(this.#platform, options, (entry) => this.#log(entry), {
      waiting: (pauseMs) => this.#show("waiting", pauseMs),
      connecting: () => this.#show("connecting"),
      welcomed: (connection, frame) => this.#welcomed(connection, frame),
      frame: (connection, frame) => this.#heard(connection, frame),
      idle: () => this.#publisher.pump(),
      ended: (connection, ending) => this.#ended(connection, ending),
      givenUp: (reason) => this.#end({ reason }),
    });
    this.#watch = new Watch(
      this.#platform,
      () => this.#tick(),
      () => this.#wake(),
    );
    this.#dialler.dial();
  }

  get state(): RoomState {
    return this.#state;
  }

  get members(): ReadonlyMap<string, number> {
    return this.#members.members;
  }

  get closed(): Closed | undefined {
    return this.#closed;
  }

  on<Type extends keyof RoomEvents>(type: Type, listener: (event: RoomEvents[Type]) => void) {
    return this.#emitter.on(type, listener);
  }

  async publish(data: unknown): Promise<PublishResult> {
    if (this.#closed !== undefined) {
      throw new PublishError(codeOf(this.#closed), "The room is closed.");
    }
    return await this.#publisher.publish(data);
  }

  close(): void {
    this.#end({ reason: "client" });
  }

  #welcomed(connection: Connection, frame: WelcomeFrame): void {
    const former = this.#current;
    this.#current = connection;
    if (former === undefined) {
      this.#show("open");
      this.#tellGap();
      this.#showMembers(listed(nobody, frame));
    } else {
      this.#handover = new Handover(this.#platform, former, frame.seq, (end) =>
        this.#handedOver(former, end),
      );
      this.#showMembers(listed(nobody, frame));
      this.#handover?.heard();
    }
    if (this.#closed === undefined) this.#publisher.use(connection);
  }

  #handedOver(former: Connection, end: { held: RoomFrame[]; isComplete: boolean }): void {
    this.#handover = undefined;
    former.leave();
    this.#log({ event: "handover", complete: end.isComplete });
    if (!end.isComplete) {
      this.#loss = { reason: "handover", heard: former.heard };
      this.#tellGap();
    }
    for (const frame of end.held) this.#dispatch(frame);
  }

  #heard(connection: Connection, frame: RoomFrame): void {
    const handover = this.#handover;
    if (frame.type === "error") {
      this.#refused(frame);
    } else if (connection === handover?.old) {
      // The new one's welcome knows more of presence.
      if (frame.type === "message") this.#dispatch(frame);
      handover.heard();
    } else if (connection === this.#current) {
      if (handover === undefined) this.#dispatch(frame);
      else handover.hold(frame);
    } else if (frame.type === "message") {
      // Of one without its welcome: nothing says what is missing before and after it.
      this.#publisher.returned(frame);
    }
  }

  #dispatch(frame: RoomFrame): void {
    switch (frame.type) {
      case "message":
        this.#message(frame);
        break;
      case "presence":
        this.#showMembers(listed(this.#members, { members: [frame], truncated: true }));
        break;
      case "members":
        this.#showMembers(listed(this.#members, frame));
    }
  }

  #message({ type: _type, ...message }: MessageFrame): void {
    if (!this.#repeats.isNew(message.requestId)) {
      this.#log({ event: "repeat" });
      return;
    }
    this.#lastSeq = message.seq;
    this.#publisher.returned(message);
    this.#emit("message", message);
  }

  #refused({ type: _type, ...error }: Extract<RoomFrame, { type: "error" }>): void {
    if (!this.#publisher.refused(error)) this.#emit("error", error);
  }

  #ended(connection: Connection, ending: Ending): void {
    if (ending.closing !== undefined) {
      const { type: _type, ...closing } = ending.closing;
      this.#emit("closing", closing);
      if (!closing.retry) {
        this.#end({ reason: "server", code: closing.code, detail: closing.reason });
        return;
      }
    }
    if (this.#closed !== undefined) return;
    if (connection === this.#handover?.old) this.#handover.oldEnded();
    else if (connection === this.#current) this.#lost(connection, ending);
  }

  #lost(connection: Connection, { reason, closing }: Ending): void {
    const wasStable = connection.age.elapsed >= stableMs;
    const least = closing !== undefined && closing.code !== tokenExpired ? failuresOfClosing : 0;
    const handover = this.#handover;
    if (handover === undefined) {
      this.#current = undefined;
      this.#publisher.use(undefined);
      const known = reason === "closing" || reason === "unanswered" ? reason : "lost";
      this.#loss = { reason: known, heard: connection.heard };
    } else {
      // The former one is still there, and hears what was held.
      this.#handover = undefined;
      this.#current = handover.old;
      for (const frame of handover.cancel()) {
        if (frame.type !== "message") this.#dispatch(frame);
      }
      this.#publisher.use(handover.old);
    }
    this.#dialler.dialLater(wasStable, least);
  }

  #showMembers(members: MembersChange): void {
    this.#members = members;
    this.#emit("members", members);
  }

  #tellGap(): void {
    if (this.#loss === undefined) return;
    const { reason, heard } = this.#loss;
    this.#loss = undefined;
    this.#emit("gap", { reason, after: this.#lastSeq, durationMs: Math.round(heard.elapsed) });
  }

  #tick(): void {
    this.#publisher.expire();
    const current = this.#current;
    if (current === undefined || this.#handover !== undefined) return;
    if (current.silence.elapsed >= this.#options.heartbeatMs) current.ping();
    if (this.#dialler.isIdle && current.age.elapsed >= current.renewalMs) this.#dialler.dial();
  }

  #wake(): void {
    this.#log({ event: "wake" });
    this.#current?.ping(wakeAnswerMs);
    this.#dialler.hurry();
  }

  /** While the room is heard it is open, whatever the dialler does. */
  #show(state: RoomState, retryInMs?: number): void {
    const previous = this.#state;
    const shown = state !== "closed" && this.#current !== undefined ? "open" : state;
    if (shown === previous) return;
    this.#state = shown;
    this.#log({ event: "state", state: shown });
    this.#emitter.emit("state", {
      state: shown,
      previous,
      ...(retryInMs !== undefined && { retryInMs }),
    });
  }

  #end(closed: Closed): void {
    if (this.#closed !== undefined) return;
    this.#closed = closed;
    this.#watch.stop();
    this.#dialler.stop();
    this.#publisher.end(codeOf(closed));
    this.#handover?.cancel();
    this.#handover?.old.close();
    this.#current?.close();
    this.#show("closed");
    this.#emitter.emit("closed", closed);
  }

  #emit<Type extends keyof RoomEvents>(type: Type, event: RoomEvents[Type]): void {
    // Whoever hears one event may close the room before the next.
    if (this.#closed === undefined) this.#emitter.emit(type, event);
  }

  #log(entry: LogEntry): void {
    const { log } = this.#options;
    if (log !== undefined) guarded(() => log(entry));
  }
}

function codeOf({ reason }: Closed): "closed" | "given_up" {
  return reason === "client" ? "closed" : "given_up";
}

function platformOf({ platform, WebSocket }: SessionOptions): Platform {
  const socketConstructor =
    WebSocket ?? (globalThis as { WebSocket?: Platform["WebSocket"] }).WebSocket;
  if (platform !== undefined) return platform;
  if (socketConstructor === undefined) {
    throw new TypeError("There is no WebSocket here: pass one.");
  }
  return { ...systemPlatform, WebSocket: socketConstructor };
}

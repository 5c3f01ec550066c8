import type { ClosingFrame, ErrorFrame, MessageFrame } from "../handlers/protocol/frames.ts";
import type { Platform, SocketConstructor } from "./lib/platform.ts";

export interface RoomOptions {
  /** Of the stage, `wss://…`, as the stack's output `url` says. */
  url: string;
  /** 1 to 100 characters of `A-Z a-z 0-9 _ - . :`. */
  room: string;
  /**
   * Asked for each connection. A rejection, or no answer within 20 s, is a failed attempt and is
   * tried again; `null` ends the room: there will be no token any more.
   */
  token: () => Promise<string | null> | string | null;
  /** Silence after which a `ping` is sent, in milliseconds: 1 000 to 540 000, default 300 000. */
  heartbeatMs?: number;
  /** The first pause between attempts is up to this long, in milliseconds. Default 2 000. */
  backoffBaseMs?: number;
  /** No pause between attempts is longer, in milliseconds. Default 30 000. */
  backoffCapMs?: number;
  /** So many attempts in a row, without any ever having opened, end the room. Default 8. */
  maxAttempts?: number;
  /** How long a publish may wait to be acknowledged, in milliseconds: up to 240 000, default 120 000. */
  publishTimeoutMs?: number;
  /** Told what happens; never a token, nor what a message holds. */
  log?: (entry: LogEntry) => void;
  /** Default: the global one, which browsers and Node 22 have. */
  WebSocket?: SocketConstructor;
  /** Time, chance, and all surroundings, `WebSocket` too: for tests. */
  platform?: Platform;
}

export type RoomState =
  /** A token is asked for, a socket opened, or the `welcome` awaited. */
  | "connecting"
  /** In the room. */
  | "open"
  /** A pause before the next attempt. */
  | "waiting"
  /** For good; {@link Closed} says why. */
  | "closed";

export interface StateChange {
  state: RoomState;
  previous: RoomState;
  /** When waiting: how long, in milliseconds. */
  retryInMs?: number;
}

export type Message = Omit<MessageFrame, "type">;

/** Who is in the room; as it was last known while not connected. */
export interface MembersChange {
  /** Connections by user. */
  members: ReadonlyMap<string, number>;
  /** False: the room is too large for presence, or the token may not subscribe. */
  presence: boolean;
  /** These are not all. */
  truncated: boolean;
}

/** Messages between the one with {@link Gap.after} and the next may have been missed. */
export interface Gap {
  /**
   * Why: the connection was `lost` (it closed without a word), `unanswered` (it was dead), `closing`
   * (the server closed it, and said so); or in a `handover` to a new connection the old one could not be
   * heard to its end.
   */
  reason: "lost" | "unanswered" | "closing" | "handover";
  /** `seq` of the last message before it; undefined when there was none. */
  after: string | undefined;
  /** How long nothing was heard, in milliseconds. */
  durationMs: number;
}

export interface Acknowledgement {
  /** The client's id of the message. */
  id: string;
  requestId: string;
}

/** An `error` frame that belongs to no publish that is still waited for. */
export type ServerError = Omit<ErrorFrame, "type">;

/** Why a room is closed for good. */
export interface Closed {
  /**
   * `client`: by {@link Room.close}. `server`: it said that connecting again is of no use. `refused`: no attempt
   * ever came through (token or room not allowed, or nobody there; browsers are not told which).
   * `no_token`: the token function said that there is none.
   */
  reason: "client" | "server" | "refused" | "no_token";
  /** The server's closing code and word, when it closed. */
  code?: number;
  detail?: string;
}

export interface RoomEvents {
  state: StateChange;
  message: Message;
  members: MembersChange;
  gap: Gap;
  acknowledged: Acknowledgement;
  error: ServerError;
  /** The server is about to close this connection. */
  closing: Omit<ClosingFrame, "type">;
  closed: Closed;
}

export type PublishResult =
  /** It has come back: everybody in the room sees it at this place. */
  | { status: "delivered"; id: string; seq: string; requestId: string }
  /** Acknowledged, and not come back in 10 s, or the connection may not subscribe. */
  | { status: "queued"; id: string; requestId: string };

export type PublishErrorCode =
  /** The `code` of an `error` frame (docs/protocol.md). */
  | number
  /** The encoded data has more than 24 KB; nothing was sent. */
  | "too_large"
  /** `JSON.stringify` makes nothing of the data; nothing was sent. */
  | "not_json"
  /** The gateway refused it several times (too many requests, or an internal error). */
  | "gateway"
  /** Not acknowledged within `publishTimeoutMs`. */
  | "timeout"
  /** The room was closed by the client. */
  | "closed"
  /** The room was closed for another reason. */
  | "given_up";

/** Why a publish has failed. */
export class PublishError extends Error {
  override readonly name = "PublishError";
  readonly code: PublishErrorCode;
  /** The client's id of the message; undefined when it got none. */
  readonly id: string | undefined;
  /** It was sent and no answer came: it may be published, so sending it again may show it twice. */
  readonly maybePublished: boolean;

  constructor(
    code: PublishErrorCode,
    message: string,
    about: { id?: string; maybePublished?: boolean } = {},
  ) {
    super(message);
    this.code = code;
    this.id = about.id;
    this.maybePublished = about.maybePublished ?? false;
  }
}

/** `event` says what; the rest are ids, codes and durations. */
export interface LogEntry {
  event: string;
  [detail: string]: string | number | boolean | undefined;
}

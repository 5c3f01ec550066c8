import { WebSocket } from "ws";
import type { Tools } from "./options.ts";
import { MAX_FRAME_BYTES } from "./quotas.ts";
import type { AuthorizerContext, Peer } from "./request-context.ts";

/**
 * How much may wait in the socket of a client that reads too slowly before posts to it are refused.
 * AWS says that there is such a buffer but not how large it is.
 */
export const CLIENT_BUFFER_BYTES = 1024 * 1024;

/** How long a client may take to answer a close frame before it is cut off, in milliseconds. */
export const CLOSE_TIMEOUT = 1000;

/** Why a connection ended. */
export interface Closing {
  code: number;
  reason: string;
}

/** A client, from its handshake on; it has a socket once the handshake is through. */
export class Connection implements Peer {
  readonly id: string;
  readonly stage: string;
  readonly connectedAt: number;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  authorizer: AuthorizerContext | undefined;
  /** Epoch milliseconds of the last frame in either direction. */
  lastActiveAt: number;
  readonly #api: string;
  readonly #tools: Tools;
  #socket: WebSocket | undefined;
  #closing: Closing | undefined;

  constructor(
    api: string,
    peer: Pick<Peer, "stage" | "domainName" | "sourceIp" | "userAgent">,
    tools: Tools,
  ) {
    this.id = tools.newId();
    this.stage = peer.stage;
    this.domainName = peer.domainName;
    this.sourceIp = peer.sourceIp;
    this.userAgent = peer.userAgent;
    this.connectedAt = tools.clock.now();
    this.lastActiveAt = this.connectedAt;
    this.#api = api;
    this.#tools = tools;
  }

  /** The handshake is through. */
  open(socket: WebSocket): void {
    this.#socket = socket;
  }

  /** True when so much waits for a slow client that it can take no more posts for now. */
  get congested(): boolean {
    return (this.#socket?.bufferedAmount ?? 0) > CLIENT_BUFFER_BYTES;
  }

  /** True from the upgrade until either side has begun to close. */
  get live(): boolean {
    return this.#socket?.readyState === WebSocket.OPEN && this.#closing === undefined;
  }

  /**
   * Hands a text message to the socket; to a connection that is closing nothing is sent. It goes out
   * in frames within the limit (that AWS splits a post so is unconfirmed).
   */
  send(text: string): void {
    if (!this.live) return;
    const bytes = Buffer.from(text);
    let start = 0;
    do {
      const end = start + MAX_FRAME_BYTES;
      const fin = end >= bytes.length;
      this.#socket?.send(bytes.subarray(start, end), { binary: false, fin });
      start = end;
    } while (start < bytes.length);
    const at = this.#tools.clock.now();
    this.lastActiveAt = at;
    this.#tools.emit({ type: "sent", api: this.#api, connectionId: this.id, text, at });
  }

  /**
   * Begins to close with a code, which `$disconnect` will be told whatever the client answers. Of
   * several calls the first one counts.
   */
  close(code: number, reason = ""): void {
    if (!this.live) return;
    this.#closing = { code, reason };
    const socket = this.#socket;
    socket?.close(code, reason);
    const timer = this.#tools.clock.after(CLOSE_TIMEOUT, () => socket?.terminate());
    socket?.once("close", () => timer.cancel());
  }

  /** The socket found a fault of the client's and closes by itself. */
  noteFault(code: number): void {
    this.#closing ??= { code, reason: "" };
  }

  /** What the connection was closed for, by the gateway or else as the client said. */
  closed(code: number, reason: string): Closing {
    return this.#closing ?? { code, reason };
  }
}

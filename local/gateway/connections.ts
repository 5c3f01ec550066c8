import type { Duplex } from "node:stream";
import type { RawData, WebSocket } from "ws";
import type { Connection } from "./connection.ts";
import type { ApiDefinition } from "./definition.ts";
import { disconnect } from "./disconnect.ts";
import { FrameLimit } from "./frame-limit.ts";
import { limitLifetime } from "./lifetime.ts";
import { receive } from "./messages.ts";
import type { Tools } from "./options.ts";

/** Close codes of API Gateway for what a client did wrong (AWS agent toolkit, close codes). */
const BINARY_FRAME = 1003;
const TOO_LARGE = 1009;
const INVALID_TEXT = 1007;
const PROTOCOL_ERROR = 1002;

const FAULTS: Record<string, number> = {
  WS_ERR_UNSUPPORTED_MESSAGE_LENGTH: TOO_LARGE,
  WS_ERR_INVALID_UTF8: INVALID_TEXT,
};

/** The open connections of an API. */
export class Connections {
  readonly #tools: Tools;
  readonly #definition: () => ApiDefinition;
  readonly #open = new Map<string, Connection>();

  constructor(tools: Tools, definition: () => ApiDefinition) {
    this.#tools = tools;
    this.#definition = definition;
  }

  get all(): ReadonlyMap<string, Connection> {
    return this.#open;
  }

  /** The connection of that stage, unless it has begun to close. */
  find(stage: string, id: string): Connection | undefined {
    const connection = this.#open.get(id);
    return connection?.stage === stage && connection.live ? connection : undefined;
  }

  /**
   * Takes a connection whose handshake is through; from now on its frames are routed, and its time
   * runs.
   *
   * @param bytes the socket below the WebSocket, which already listens to it
   */
  add(connection: Connection, socket: WebSocket, bytes: Duplex): void {
    connection.open(socket);
    this.#open.set(connection.id, connection);
    limitFrames(connection, bytes);
    const endLifetime = limitLifetime(this.#tools.clock, connection);
    socket.on("message", (data: RawData, isBinary: boolean) => {
      if (!connection.live) return;
      if (isBinary) connection.close(BINARY_FRAME);
      else void receive(this.#tools, this.#definition(), connection, data.toString());
    });
    socket.on("error", (error: Error & { code?: string }) => {
      const fault = FAULTS[error.code ?? ""];
      const isProtocol = error.code?.startsWith("WS_ERR_") === true;
      if (fault !== undefined || isProtocol) connection.noteFault(fault ?? PROTOCOL_ERROR);
    });
    socket.on("close", (code: number, reason: Buffer) => {
      endLifetime();
      this.#open.delete(connection.id);
      this.#closed(connection, code, reason.toString());
    });
  }

  #closed(connection: Connection, clientCode: number, clientReason: string): void {
    const { code, reason } = connection.closed(clientCode, clientReason);
    const api = this.#definition();
    const { id: connectionId } = connection;
    this.#tools.emit({ type: "disconnected", api: api.name, connectionId, code, reason });
    void disconnect(this.#tools, api, connection, { code, reason });
  }
}

/** Closes with 1009 at the header of a frame that is too large; what the frame holds is not routed. */
function limitFrames(connection: Connection, bytes: Duplex): void {
  const limit = new FrameLimit();
  const check = (chunk: Buffer) => {
    if (!limit.exceededBy(chunk)) return;
    bytes.off("data", check);
    connection.close(TOO_LARGE);
  };
  // Before the library's own listener, so that the connection is closing when the message is there.
  bytes.prependListener("data", check);
}

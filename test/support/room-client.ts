import { once } from "node:events";
import WebSocket from "ws";
import type { EventFrame, ServerFrame } from "../../handlers/protocol/index.ts";

export interface ConnectOptions {
  /** As an `Authorization` header. */
  token?: string;
  /** Offered subprotocols. */
  protocols?: string[];
  query?: string;
}

/** API Gateway's own, without a type. */
interface GatewayFrame {
  type?: undefined;
  message: string;
  connectionId: string;
  requestId: string;
}

type Frame = Exclude<ServerFrame, { type: "batch" }> | GatewayFrame;
type FrameType = Exclude<ServerFrame["type"], "batch">;

/** A client in a room; batches are taken apart. */
export class RoomClient {
  readonly frames: Frame[] = [];
  readonly socket: WebSocket;
  #wake = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (text) => {
      const frame: ServerFrame = JSON.parse(String(text));
      this.frames.push(...(frame.type === "batch" ? (frame.events as EventFrame[]) : [frame]));
      this.#wake();
    });
    socket.on("close", () => this.#wake());
  }

  /** Resolves when the connection is open. @throws HandshakeRefused */
  static async connect(url: string, options: ConnectOptions): Promise<RoomClient> {
    const { token, protocols = [], query = "room_id=lobby" } = options;
    const headers = token === undefined ? {} : { Authorization: `Bearer ${token}` };
    const socket = new WebSocket(`${url}?${query}`, protocols, { headers });
    const client = new RoomClient(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("unexpected-response", (_request, response) => {
        reject(new HandshakeRefused(response.statusCode ?? 0));
        response.resume();
        socket.terminate();
      });
      socket.on("error", reject);
    });
    return client;
  }

  /** Resolves when `welcome` has come as well. */
  static async join(url: string, options: ConnectOptions): Promise<RoomClient> {
    const client = await RoomClient.connect(url, options);
    await client.next("welcome");
    return client;
  }

  send(frame: unknown): void {
    this.socket.send(typeof frame === "string" ? frame : JSON.stringify(frame));
  }

  /** Takes the first frame of a type that has come or comes. @throws Error when the connection closes before. */
  async next<Type extends FrameType>(type: Type): Promise<Extract<Frame, { type: Type }>> {
    return (await this.#take(type)) as Extract<Frame, { type: Type }>;
  }

  /** Takes the first frame of API Gateway's own. */
  async nextFromGateway(): Promise<GatewayFrame> {
    return (await this.#take(undefined)) as GatewayFrame;
  }

  async #take(type: FrameType | undefined): Promise<Frame> {
    for (;;) {
      const index = this.frames.findIndex((frame) => frame.type === type);
      const [frame] = index < 0 ? [] : this.frames.splice(index, 1);
      if (frame !== undefined) {
        return frame;
      }
      if (this.socket.readyState === WebSocket.CLOSED) {
        throw new Error(`The connection closed before a ${type ?? "frame of the gateway"} came.`);
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async close(): Promise<void> {
    if (this.socket.readyState !== WebSocket.CLOSED) {
      const closed = once(this.socket, "close");
      this.socket.close();
      await closed;
    }
  }
}

export class HandshakeRefused extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`The handshake was answered by ${status}.`);
    this.status = status;
  }
}

import { WebSocket } from "ws";
import type { Clock } from "../../../local/clock.ts";
import type { ReceivedFrame, Refusal, WorldClient } from "../world.ts";
import type { MemorySocket } from "./memory-socket.ts";

/** A real WebSocket client at the end of a socket that leads through no network. */
export class MemoryClient implements WorldClient {
  readonly received: ReceivedFrame[] = [];
  closed: { code: number; at: number } | undefined;
  /** How the handshake ended. */
  readonly opened: Promise<MemoryClient | Refusal>;
  readonly #socket: WebSocket;

  /** @param path With the query. */
  constructor(bytes: MemorySocket, path: string, token: string, clock: Clock) {
    const socket = new WebSocket(`ws://in-process${path}`, [], {
      headers: { Authorization: `Bearer ${token}` },
      // API Gateway negotiates no compression.
      perMessageDeflate: false,
      createConnection: () => bytes as never,
    });
    this.#socket = socket;
    socket.on("message", (data) => {
      this.received.push({ text: String(data), at: clock.now() });
    });
    socket.on("close", (code) => {
      this.closed = { code, at: clock.now() };
    });
    const { promise, resolve } = Promise.withResolvers<MemoryClient | Refusal>();
    this.opened = promise;
    socket.on("open", () => resolve(this));
    socket.on("unexpected-response", (_request, response) => {
      resolve({ status: response.statusCode ?? 0 });
      response.resume();
      socket.terminate();
    });
    socket.on("error", () => resolve({ status: 0 }));
  }

  /** Lost when the connection is not open. */
  send(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  leave(): void {
    this.#socket.close(1000);
  }

  vanish(): void {
    this.#socket.terminate();
  }
}

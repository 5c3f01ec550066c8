import WebSocket from "ws";
import type { Clock } from "../../../local/clock.ts";
import type { ReceivedFrame, Refusal, WorldClient } from "../world.ts";

export interface WorkersClientOptions {
  token: string;
  clock: Clock;
  /** A received text as the schedule is to see it. */
  read(text: string): string;
}

/** A connection over a real socket. */
export class WorkersClient implements WorldClient {
  readonly received: ReceivedFrame[] = [];
  readonly #socket: WebSocket;
  #closed: { code: number; at: number } | undefined;

  private constructor(socket: WebSocket, { clock, read }: WorkersClientOptions) {
    this.#socket = socket;
    socket.on("message", (text) => {
      this.received.push({ text: read(String(text)), at: clock.now() });
    });
    socket.on("close", (code) => {
      this.#closed = { code, at: clock.now() };
    });
    // A close with 1006 follows.
    socket.on("error", () => {});
  }

  /** Resolves when the handshake has ended. */
  static async connect(
    url: string,
    options: WorkersClientOptions,
  ): Promise<WorkersClient | Refusal> {
    const socket = new WebSocket(url, {
      headers: { Authorization: `Bearer ${options.token}` },
      // API Gateway negotiates none.
      perMessageDeflate: false,
    });
    const client = new WorkersClient(socket, options);
    const { promise, resolve } = Promise.withResolvers<WorkersClient | Refusal>();
    socket.once("open", () => resolve(client));
    socket.once("unexpected-response", (request, { statusCode }) => {
      resolve({ status: statusCode ?? 0 });
      request.destroy();
    });
    socket.once("error", () => resolve({ status: 0 }));
    return await promise;
  }

  get closed(): { code: number; at: number } | undefined {
    return this.#closed;
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

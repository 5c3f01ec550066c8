import { type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { request as secureRequest } from "node:https";
import type { Duplex } from "node:stream";
import WebSocket from "ws";

export interface HandshakeOptions {
  query?: Record<string, string> | string;
  headers?: Record<string, string>;
  /** Offered subprotocols. */
  protocols?: string[];
  /** Offers compression. Default false. */
  compression?: boolean;
}

/** How a handshake was answered, whatever the answer. */
export interface HandshakeAnswer {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

/** The handshake was answered by something else than 101. */
export class Refused extends Error {
  override readonly name = "Refused";
  readonly answer: HandshakeAnswer;

  constructor(answer: HandshakeAnswer) {
    super(`the handshake was answered by ${answer.status} ${answer.body}`);
    this.answer = answer;
  }
}

export interface Closing {
  code: number;
  reason: string;
}

/** How long a frame or a close may take to come, in milliseconds. */
const patience = 30_000;

/** A WebSocket client that keeps what comes until it is asked for. */
export class Client {
  /** What has come and was not taken by {@link next}. */
  readonly unread: string[] = [];
  readonly socket: WebSocket;
  /** Settles when the connection is closed, by whomever. */
  readonly closed: Promise<Closing>;
  #transport: Duplex | undefined;
  #closing: Closing | undefined;
  #wake = () => {};

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("upgrade", (response) => {
      this.#transport = response.socket;
    });
    socket.on("message", (text) => {
      this.unread.push(String(text));
      this.#wake();
    });
    this.closed = new Promise((resolve) => {
      socket.on("close", (code, reason) => {
        this.#closing = { code, reason: reason.toString() };
        resolve(this.#closing);
        this.#wake();
      });
    });
  }

  /** @throws Refused, or the library's error for an answer that it does not take */
  static async connect(url: string, options: HandshakeOptions = {}): Promise<Client> {
    const { headers = {}, protocols = [], compression = false } = options;
    const socket = new WebSocket(address(url, options), protocols, {
      headers,
      perMessageDeflate: compression,
    });
    const client = new Client(socket);
    await new Promise<void>((resolve, reject) => {
      socket.on("open", resolve);
      socket.on("unexpected-response", (_request, response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const { statusCode: status = 0, headers } = response;
          reject(new Refused({ status, headers, body: Buffer.concat(chunks).toString() }));
        });
      });
      socket.on("error", reject);
    });
    return client;
  }

  /** The subprotocol that the server chose; empty for none. */
  get protocol(): string {
    return this.socket.protocol;
  }

  get isOpen(): boolean {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** Sends a text, or anything else as JSON. */
  send(message: unknown): void {
    this.socket.send(textOf(message));
  }

  /** Sends one message in several frames. */
  sendInFrames(parts: readonly (string | Buffer)[]): void {
    for (const [index, part] of parts.entries()) {
      this.socket.send(part, { fin: index === parts.length - 1, binary: false });
    }
  }

  sendBinary(bytes: Buffer): void {
    this.socket.send(bytes);
  }

  /** Writes to the connection below: a frame that no library would send. */
  sendRaw(bytes: Buffer): void {
    this.#transport?.write(bytes);
  }

  /** The next text. @throws Error when the connection closes before, or nothing comes in half a minute */
  async next(): Promise<string> {
    const deadline = Date.now() + patience;
    for (;;) {
      const text = this.unread.shift();
      if (text !== undefined) return text;
      if (this.#closing !== undefined) {
        throw new Error(`the connection closed with ${this.#closing.code} before a frame came`);
      }
      if (Date.now() >= deadline) throw new Error("no frame came");
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, deadline - Date.now());
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  // biome-ignore lint/suspicious/noExplicitAny: a frame as it came, whose form is what is tested
  async nextJson(): Promise<any> {
    return JSON.parse(await this.next());
  }

  /** Sends a message and takes the next text, parsed. */
  // biome-ignore lint/suspicious/noExplicitAny: as above
  async ask(message: unknown): Promise<any> {
    this.send(message);
    return await this.nextJson();
  }

  /** Closes, and resolves when the server has answered. */
  async close(code?: number, reason?: string): Promise<Closing> {
    this.socket.close(code, reason);
    return await this.closed;
  }

  /** Vanishes without a close frame. */
  drop(): void {
    this.socket.terminate();
  }
}

/** Asks for an upgrade and looks at the answer only; a connection that comes about is dropped. */
export async function handshake(
  url: string,
  options: HandshakeOptions = {},
): Promise<HandshakeAnswer> {
  const { protocols = [], compression = false, headers } = options;
  return await ask(address(url, options), {
    Connection: "Upgrade",
    Upgrade: "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
    ...(protocols.length > 0 ? { "Sec-WebSocket-Protocol": protocols.join(", ") } : {}),
    ...(compression ? { "Sec-WebSocket-Extensions": "permessage-deflate" } : {}),
    ...headers,
  });
}

/** A GET of a WebSocket's address with these headers, whatever they are. */
export async function ask(url: string, headers: Record<string, string>): Promise<HandshakeAnswer> {
  const request = url.startsWith("wss:") ? secureRequest : plainRequest;
  return await new Promise((resolve, reject) => {
    const outgoing = request(url.replace(/^ws/, "http"), { headers, agent: false });
    outgoing.on("error", reject);
    outgoing.on("upgrade", ({ statusCode: status = 0, headers }, socket) => {
      socket.destroy();
      resolve({ status, headers, body: "" });
    });
    outgoing.on("response", (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const { statusCode: status = 0, headers } = response;
        resolve({ status, headers, body: Buffer.concat(chunks).toString() });
      });
    });
    outgoing.end();
  });
}

function address(url: string, { query = {} }: HandshakeOptions): string {
  const text = typeof query === "string" ? query : String(new URLSearchParams(query));
  return text === "" ? url : `${url}?${text}`;
}

function textOf(message: unknown): string {
  return typeof message === "string" ? message : JSON.stringify(message);
}

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { VirtualTime } from "../clock.ts";
import type { ServeCall } from "../outside-calls.ts";
import { handlePartly } from "./handle-partly.ts";
import { actionOf, type WireRequest, type WireResponse } from "./wire.ts";

/** Ten messages in a batch come to 1 MiB, which JSON escapes can make six times as long. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

type Handle = (request: WireRequest) => Promise<WireResponse>;

export interface HttpEndpointOptions {
  /** Where time is moved by hand: it may pass while a caller waits for a message. */
  virtual?: VirtualTime | undefined;
  /** Default: every call goes well. */
  serveCall?: ServeCall | undefined;
  /** How a request is answered that is to be refused with this status and type of error. */
  refuse?: (request: WireRequest, status: number, type: string) => Promise<WireResponse>;
}

/** Serves wire requests over HTTP on 127.0.0.1. */
export class HttpEndpoint {
  readonly #server: Server;

  constructor(handle: Handle, options: HttpEndpointOptions = {}) {
    this.#server = createServer((incoming, response) => {
      serve(incoming, response, handle, options).catch(() => response.destroy());
    });
  }

  async listen(port: number): Promise<{ port: number; url: string }> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", resolve);
    });
    const address = this.#server.address() as AddressInfo;
    return { port: address.port, url: `http://127.0.0.1:${address.port}` };
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    await new Promise((resolve) => {
      this.#server.close(resolve);
      this.#server.closeAllConnections();
    });
  }
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  handle: Handle,
  { virtual, serveCall, refuse = handle }: HttpEndpointOptions,
): Promise<void> {
  const body = await readBody(incoming);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const request: WireRequest = {
    path: new URL(incoming.url ?? "/", "http://localhost").pathname,
    headers: incoming.headers,
    body,
    signal: gone.signal,
    ...(virtual && { hold: () => virtual.hold(incoming.socket.remotePort ?? 0) }),
  };
  const answer = async (answering: Promise<WireResponse>) => {
    const { status, headers, body: text } = await answering;
    response.writeHead(status, headers).end(text);
  };
  if (serveCall === undefined) return await answer(handle(request));
  await serveCall({
    service: "sqs",
    action: actionOf(request),
    request: incoming,
    response,
    answer: () => answer(handle(request)),
    answerPartly: () => answer(handlePartly(handle, request)),
    async carryOut() {
      await handle(request);
    },
    refuse: (status, type) => answer(refuse(request, status, type)),
  });
}

/** Undefined for a body that is too long; it is read to its end, so that the answer arrives. */
async function readBody(incoming: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes <= MAX_REQUEST_BYTES) chunks.push(chunk);
  }
  if (bytes > MAX_REQUEST_BYTES) return undefined;
  return Buffer.concat(chunks).toString("utf8");
}

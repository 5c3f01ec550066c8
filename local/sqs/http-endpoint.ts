import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { WireRequest, WireResponse } from "./wire.ts";

/** Ten messages in a batch come to 1 MiB, which JSON escapes can make six times as long. */
const MAX_REQUEST_BYTES = 8 * 1024 * 1024;

/** Serves wire requests over HTTP on 127.0.0.1. */
export class HttpEndpoint {
  readonly #server: Server;

  constructor(handle: (request: WireRequest) => Promise<WireResponse>) {
    this.#server = createServer((incoming, response) => {
      serve(incoming, response, handle).catch(() => response.destroy());
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
  handle: (request: WireRequest) => Promise<WireResponse>,
): Promise<void> {
  const body = await readBody(incoming);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const gone = new AbortController();
  response.once("close", () => gone.abort());
  const {
    status,
    headers,
    body: answer,
  } = await handle({
    path: new URL(incoming.url ?? "/", "http://localhost").pathname,
    headers: incoming.headers,
    body,
    signal: gone.signal,
  });
  response.writeHead(status, headers).end(answer);
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

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { bundleForBrowsers } from "./client-bundle.ts";
import { originOf, type PageAnswer, refusalOf } from "./page-guard.ts";
import type { PageTokens } from "./page-tokens.ts";

export interface PageOptions {
  /** The room that is proposed. */
  room: string;
  tokens: PageTokens;
}

const folder = fileURLToPath(new URL("../../client/page/", import.meta.url));
const types: Record<string, string> = {
  "index.html": "text/html; charset=utf-8",
  "style.css": "text/css; charset=utf-8",
  "icon.svg": "image/svg+xml",
};
const json = "application/json";
/** What a request for a token may have, in bytes. */
const maxBodyBytes = 4096;

/**
 * Serves the page, on 127.0.0.1 alone, and tokens to it. The page's script is bundled when it is
 * asked for, so it is that of the sources as they are, and the start does not wait for it.
 */
export class PageServer {
  readonly #options: PageOptions;
  readonly #server: Server;
  #url: string | undefined;

  constructor(options: PageOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      void this.#answer(request)
        .catch(
          (error: Error): PageAnswer => ({ status: 500, type: "text/plain", body: error.message }),
        )
        .then(({ status, type, body }) => {
          response.writeHead(status, { ...this.#headers(), "Content-Type": type }).end(body);
        });
    });
  }

  /**
   * @param port 0 takes any free one
   * @returns the page's address
   * @throws the system's error, with code `EADDRINUSE` when the port is taken
   */
  async listen(port: number): Promise<string> {
    this.#server.listen(port, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  /** There are rooms now, at `ws://…`; before that it answers that they start. */
  show(url: string): void {
    this.#url = url;
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #answer(request: IncomingMessage): Promise<PageAnswer> {
    const { port } = this.#server.address() as AddressInfo;
    const refusal = refusalOf(request, port);
    if (refusal !== undefined) return refusal;
    if (this.#url === undefined) {
      return { status: 503, type: json, body: '{"message":"Roomcast starts."}' };
    }
    const path = request.url?.split("?", 1)[0] ?? "/";
    switch (`${request.method} ${path}`) {
      case "GET /":
        return await file("index.html");
      case "GET /style.css":
        return await file("style.css");
      case "GET /icon.svg":
        return await file("icon.svg");
      case "GET /page.js":
        return {
          status: 200,
          type: "text/javascript; charset=utf-8",
          body: await bundleForBrowsers("client/page/page.ts"),
        };
      case "GET /settings.json": {
        const { room } = this.#options;
        return { status: 200, type: json, body: JSON.stringify({ url: this.#url, room }) };
      }
      case "POST /token":
        return await this.#token(request);
      default:
        return { status: 404, type: json, body: '{"message":"Not Found"}' };
    }
  }

  async #token(request: IncomingMessage): Promise<PageAnswer> {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of request as AsyncIterable<Buffer>) {
      size += chunk.length;
      if (size <= maxBodyBytes) chunks.push(chunk);
    }
    const text = size <= maxBodyBytes ? Buffer.concat(chunks).toString() : "";
    const answer = await this.#options.tokens.answer(text);
    return { ...answer, type: json };
  }

  /** Nothing but the page's own files, and the rooms, whatever a message may hold. */
  #headers(): Record<string, string> {
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      "img-src 'self'",
      `connect-src 'self' ${this.#url === undefined ? "" : originOf(this.#url)}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
      "require-trusted-types-for 'script'",
      "trusted-types 'none'",
    ];
    return {
      "Content-Security-Policy": policy.join("; "),
      "Cross-Origin-Opener-Policy": "same-origin",
      "Cross-Origin-Resource-Policy": "same-origin",
      "Referrer-Policy": "no-referrer",
      "X-Content-Type-Options": "nosniff",
      "Cache-Control": "no-store",
    };
  }
}

async function file(name: string): Promise<PageAnswer> {
  return { status: 200, type: types[name] ?? "", body: await readFile(folder + name, "utf8") };
}

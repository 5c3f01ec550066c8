import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { accessKeyIdIn } from "../access-key-id.ts";
import type { AccessRefusal, Authorize } from "../iam/access.ts";
import { type ArnPrefix, needsOf } from "./authorization.ts";

/** Largest request (DynamoDB, service quotas: 16 MB for a batch). */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export interface DynamoDbProxyOptions {
  /** The engine, for instance `http://127.0.0.1:41234`. */
  endpoint: string;
  authorize: Authorize;
  arnPrefix: ArnPrefix;
}

/** Stands before the engine, which knows no IAM: passes on what the caller's role allows. */
export class DynamoDbProxy {
  readonly #options: DynamoDbProxyOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;

  constructor(options: DynamoDbProxyOptions) {
    this.#options = options;
    this.#server = createServer((incoming, response) => {
      this.#serve(incoming, response).catch(() => response.destroy());
    });
  }

  /** Serves HTTP on a free port of 127.0.0.1. */
  async listen(): Promise<{ url: string }> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return { url: `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}` };
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    if (!this.#server.listening) return;
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await read(incoming);
    const { authorize, arnPrefix } = this.#options;
    const { authorization, "x-amz-target": target } = incoming.headers;
    const needs = needsOf(String(target), body.toString("utf8"), arnPrefix);
    const refusal = authorize(accessKeyIdIn(authorization), needs);
    if (refusal === undefined) await this.#pass(incoming, body, response);
    else refuse(response, refusal);
  }

  async #pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const { method, headers, url } = incoming;
    const outgoing = request(new URL(url ?? "/", this.#options.endpoint), {
      method,
      agent: this.#agent,
      headers: { ...headers, "content-length": body.length },
    });
    response.once("close", () => outgoing.destroy());
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  }
}

const TYPES = {
  denied: "AccessDeniedException",
  "unknown-key": "UnrecognizedClientException",
  unsigned: "MissingAuthenticationTokenException",
} as const;

/** As DynamoDB refuses it: always 400 (DynamoDB Developer Guide, error handling). */
function refuse(response: ServerResponse, { kind, message }: AccessRefusal): void {
  const body = JSON.stringify({ __type: `com.amazon.coral.service#${TYPES[kind]}`, message });
  response.writeHead(400, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": Buffer.byteLength(body),
  });
  response.end(body);
}

async function read(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of incoming as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > MAX_REQUEST_BYTES) throw new Error("The request is too large.");
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

import { once } from "node:events";
import {
  Agent,
  type ClientRequest,
  createServer,
  type IncomingMessage,
  request,
  type Server,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { accessKeyIdIn } from "../access-key-id.ts";
import type { AccessRefusal, Authorize } from "../iam/access.ts";
import { REFUSED_ON_PURPOSE, type ServeCall } from "../outside-calls.ts";
import { type ArnPrefix, needsOf } from "./authorization.ts";

/** Largest request (DynamoDB, service quotas: 16 MB for a batch). */
const MAX_REQUEST_BYTES = 16 * 1024 * 1024;

export interface DynamoDbProxyOptions {
  /** The engine, for instance `http://127.0.0.1:41234`. */
  endpoint: string;
  authorize: Authorize;
  arnPrefix: ArnPrefix;
  /** Default: every call goes well. */
  serveCall?: ServeCall | undefined;
  /** Told after each call that may have written something. */
  onWrite?: () => void;
}

const READS = /^(BatchGetItem|GetItem|Query|Scan|TransactGetItems|Describe\w+|List\w+)$/;

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
    const { serveCall } = this.#options;
    if (serveCall === undefined) return await this.#answer(incoming, body, response);
    await serveCall({
      service: "dynamodb",
      action: actionOf(incoming),
      request: incoming,
      response,
      answer: () => this.#answer(incoming, body, response),
      carryOut: () => this.#carryOut(incoming, body),
      refuse(status, type) {
        const inFull = `com.amazonaws.dynamodb.v20120810#${type}`;
        writeError(response, status, inFull, REFUSED_ON_PURPOSE);
      },
    });
  }

  async #answer(incoming: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const refusal = this.#refusalOf(incoming, body);
    if (refusal === undefined) await this.#pass(incoming, body, response);
    else refuse(response, refusal);
  }

  async #carryOut(incoming: IncomingMessage, body: Buffer): Promise<void> {
    if (this.#refusalOf(incoming, body) !== undefined) return;
    const answer = await this.#answerTo(incoming, this.#forward(incoming, body));
    await once(answer.resume(), "end");
  }

  #refusalOf({ headers }: IncomingMessage, body: Buffer): AccessRefusal | undefined {
    const { authorize, arnPrefix } = this.#options;
    const needs = needsOf(String(headers["x-amz-target"]), body.toString("utf8"), arnPrefix);
    return authorize(accessKeyIdIn(headers.authorization), needs);
  }

  async #pass(incoming: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    const outgoing = this.#forward(incoming, body);
    response.once("close", () => outgoing.destroy());
    const answer = await this.#answerTo(incoming, outgoing);
    response.writeHead(answer.statusCode ?? 500, answer.headers);
    answer.on("error", () => response.destroy());
    answer.pipe(response);
  }

  async #answerTo(incoming: IncomingMessage, outgoing: ClientRequest): Promise<IncomingMessage> {
    try {
      const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
      return answer;
    } finally {
      if (!READS.test(actionOf(incoming))) this.#options.onWrite?.();
    }
  }

  #forward({ method, headers, url }: IncomingMessage, body: Buffer): ClientRequest {
    const outgoing = request(new URL(url ?? "/", this.#options.endpoint), {
      method,
      agent: this.#agent,
      headers: { ...headers, "content-length": body.length },
    });
    return outgoing.end(body);
  }
}

function actionOf({ headers }: IncomingMessage): string {
  return String(headers["x-amz-target"]).split(".").at(-1) ?? "";
}

const TYPES = {
  denied: "AccessDeniedException",
  "unknown-key": "UnrecognizedClientException",
  unsigned: "MissingAuthenticationTokenException",
} as const;

/** As DynamoDB refuses it: always 400 (DynamoDB Developer Guide, error handling). */
function refuse(response: ServerResponse, { kind, message }: AccessRefusal): void {
  writeError(response, 400, `com.amazon.coral.service#${TYPES[kind]}`, message);
}

function writeError(
  response: ServerResponse,
  status: number,
  __type: string,
  message: string,
): void {
  const body = JSON.stringify({ __type, message });
  response.writeHead(status, {
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

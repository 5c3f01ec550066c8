import { once } from "node:events";
import { Agent, createServer, type IncomingMessage, request, type Server } from "node:http";
import type { AddressInfo } from "node:net";

export interface ReadFigures {
  /** Consumed read request units, as the engine counts them. */
  readUnits: number;
  calls: Record<string, number>;
}

/**
 * Stands before the DynamoDB engine and adds up what reads consume: it asks for that in every
 * request, since the handlers do not.
 */
export class MeteredDynamoDb {
  readonly #endpoint: string;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server: Server;
  #figures: ReadFigures = { readUnits: 0, calls: {} };

  /** @param endpoint The engine's. */
  constructor(endpoint: string) {
    this.#endpoint = endpoint;
    this.#server = createServer((incoming, response) => {
      this.#pass(incoming).then(
        ({ status, body }) => {
          const headers = { "content-type": "application/x-amz-json-1.0" };
          response.writeHead(status, headers).end(body);
        },
        () => response.destroy(),
      );
    });
  }

  /** Resolves to the endpoint. */
  async listen(): Promise<string> {
    this.#server.listen(0, "127.0.0.1");
    await once(this.#server, "listening");
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  takeFigures(): ReadFigures {
    const figures = this.#figures;
    this.#figures = { readUnits: 0, calls: {} };
    return figures;
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, "close");
  }

  async #pass(incoming: IncomingMessage): Promise<{ status: number; body: Buffer }> {
    const action = String(incoming.headers["x-amz-target"]).split(".")[1] ?? "";
    const isRead = /^(Query|Scan|GetItem|BatchGetItem)$/.test(action);
    const asked = await read(incoming);
    const body = isRead
      ? Buffer.from(
          JSON.stringify({ ...JSON.parse(String(asked)), ReturnConsumedCapacity: "TOTAL" }),
        )
      : asked;
    const { "accept-encoding": _any, host: _host, ...headers } = incoming.headers;
    const outgoing = request(this.#endpoint, {
      method: "POST",
      agent: this.#agent,
      headers: { ...headers, "content-length": body.length },
    });
    outgoing.end(body);
    const [answer] = (await once(outgoing, "response")) as [IncomingMessage];
    const answered = await read(answer);
    const { calls } = this.#figures;
    calls[action] = (calls[action] ?? 0) + 1;
    if (isRead) {
      this.#figures.readUnits += unitsIn(answered);
    }
    return { status: answer.statusCode ?? 500, body: answered };
  }
}

/** Found in the text: a page of a megabyte need not be understood for it. */
function unitsIn(answer: Buffer): number {
  const at = answer.indexOf('"CapacityUnits":');
  return at === -1 ? 0 : Number.parseFloat(answer.toString("latin1", at + 16, at + 40));
}

async function read(stream: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks);
}

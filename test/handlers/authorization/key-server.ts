import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** An identity provider's JWKS URI, on loopback. */
export interface KeyServer {
  readonly url: string;
  readonly requests: number;
  /** What is answered from now on. */
  answer(status: number, body: string): void;
  /** From now on nothing is answered. */
  hold(): void;
  close(): Promise<void>;
}

export async function serveKeys(keys: string): Promise<KeyServer> {
  let reply: { status: number; body: string } | undefined = { status: 200, body: keys };
  let requests = 0;
  const server = createServer((_request, response) => {
    requests += 1;
    if (reply !== undefined) {
      // Without a connection that is kept, a closed server refuses the next request at once.
      response.writeHead(reply.status, { connection: "close", location: "/elsewhere" });
      response.end(reply.body);
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/jwks.json`,
    get requests() {
      return requests;
    },
    answer: (status, body) => {
      reply = { status, body };
    },
    hold: () => {
      reply = undefined;
    },
    close: async () => {
      if (server.listening) {
        server.close();
        server.closeAllConnections();
        await once(server, "close");
      }
    },
  };
}

import { Agent, request } from "node:http";
import { mapConcurrently } from "../../handlers/lib/fan-out/map-concurrently.ts";
import { type Broadcast, concurrency } from "./broadcast.ts";
import { connectionsIn } from "./room-members.ts";

/**
 * The floor: what Node's own client costs for the same posts, unsigned and so refused by AWS, over a
 * pool of connections that are kept alive. The room is read as by the tuned SDK.
 */
const agent = new Agent({ keepAlive: true, maxSockets: concurrency, maxFreeSockets: concurrency });
const { hostname, port, pathname } = new URL(process.env["MANAGEMENT_ENDPOINT"] ?? "");

export async function handler({ room, messages }: Broadcast): Promise<void> {
  const connections = await connectionsIn(room);
  const bodies = messages.map((message) => Buffer.from(message));
  await mapConcurrently(connections, concurrency, async (connectionId) => {
    for (const body of bodies) {
      await post(connectionId, body);
    }
  });
}

function post(connectionId: string, body: Buffer): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const outgoing = request(
    {
      agent,
      hostname,
      port,
      method: "POST",
      path: `${pathname}/@connections/${encodeURIComponent(connectionId)}`,
      headers: { "content-length": body.length },
    },
    (response) => {
      response.resume();
      response.on("end", () =>
        response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
      );
    },
  );
  outgoing.on("error", reject);
  outgoing.end(body);
  return promise;
}

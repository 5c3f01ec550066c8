import {
  ApiGatewayManagementApiClient,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { mapConcurrently } from "../../handlers/lib/fan-out/map-concurrently.ts";
import { type Broadcast, concurrency } from "./broadcast.ts";
import { connectionsIn } from "./room-members.ts";

/**
 * The SDK client at its best: one for all invocations, with enough connections, kept alive; the room
 * alone is read, and posts are bounded. Each message is a post of its own.
 */
const gateway = new ApiGatewayManagementApiClient({
  endpoint: process.env["MANAGEMENT_ENDPOINT"] ?? "",
  requestHandler: {
    httpAgent: { keepAlive: true, maxSockets: concurrency },
    httpsAgent: { keepAlive: true, maxSockets: concurrency },
  },
});

export async function handler({ room, messages }: Broadcast): Promise<void> {
  const connections = await connectionsIn(room);
  await mapConcurrently(connections, concurrency, async (ConnectionId) => {
    for (const Data of messages) {
      await gateway.send(new PostToConnectionCommand({ ConnectionId, Data }));
    }
  });
}

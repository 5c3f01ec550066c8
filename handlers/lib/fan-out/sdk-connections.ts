import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Connections, PostOutcome } from "./connections.ts";

/**
 * Posts by the SDK client. It must make one attempt only, since fan-out does the retries. The
 * deadline is an abort of our own: the SDK's request timeout has been seen not to fire
 * (aws-sdk-js-v3 issue 6896), and one stuck post must not hold up a room.
 */
export function sdkConnections(client: ApiGatewayManagementApiClient): Connections {
  return {
    async post(connectionId, text, deadlineMs) {
      try {
        const command = new PostToConnectionCommand({ ConnectionId: connectionId, Data: text });
        await client.send(command, { abortSignal: AbortSignal.timeout(deadlineMs) });
        return "delivered";
      } catch (error) {
        return outcomeOf(statusOf(error));
      }
    },

    async close(connectionId, deadlineMs) {
      try {
        const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
        await client.send(command, { abortSignal: AbortSignal.timeout(deadlineMs) });
        return true;
      } catch (error) {
        return statusOf(error) === 410;
      }
    },
  };
}

function outcomeOf(status: number | undefined): PostOutcome {
  switch (status) {
    case 410:
      return "gone";
    case 429:
      return "throttled";
    default:
      return "failed";
  }
}

/** The SDK keeps the HTTP status here; errors have no `statusCode`. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { errorName, type Log } from "../log.ts";
import type { Connections, PostOutcome } from "./connections.ts";

/**
 * Posts by the SDK client. It must make one attempt only, since fan-out does the retries. The
 * deadline is an abort of our own: the SDK's request timeout has been seen not to fire
 * (aws-sdk-js-v3 issue 6896), and one stuck post must not hold up a room.
 */
export function sdkConnections(
  client: ApiGatewayManagementApiClient,
  { log, now }: { log: Log; now: () => number },
): Connections {
  let silentUntil = 0;
  /** One line a second says enough: what fails, fails for many connections at once. */
  const report = (event: string, connectionId: string, error: unknown) => {
    if (now() >= silentUntil) {
      silentUntil = now() + 1000;
      log.warn({ event, connectionId, status: statusOf(error), error: errorName(error) });
    }
  };
  return {
    async post(connectionId, payload, deadlineMs) {
      try {
        const command = new PostToConnectionCommand({
          ConnectionId: connectionId,
          Data: payload.bytes,
        });
        await client.send(command, { abortSignal: AbortSignal.timeout(deadlineMs) });
        return "delivered";
      } catch (error) {
        const outcome = outcomeOf(statusOf(error));
        if (outcome === "failed") {
          report("post failed", connectionId, error);
        }
        return outcome;
      }
    },

    async close(connectionId, deadlineMs) {
      try {
        const command = new DeleteConnectionCommand({ ConnectionId: connectionId });
        await client.send(command, { abortSignal: AbortSignal.timeout(deadlineMs) });
        return true;
      } catch (error) {
        const isGone = statusOf(error) === 410;
        if (!isGone) {
          report("deletion failed", connectionId, error);
        }
        return isGone;
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
    case 413:
      return "too-large";
    default:
      return "failed";
  }
}

/** The SDK keeps the HTTP status here; errors have no `statusCode`. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

import {
  type ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { errorName, type Log } from "../log.ts";
import type { Connections } from "./connections.ts";
import { FailureLog } from "./posting/failure-log.ts";
import { outcomeOf } from "./posting/post-outcome.ts";

/**
 * Connections by the SDK client: how they are closed, and what `leanConnections` is measured by and
 * held equal to. The client must make one attempt only, since fan-out does the retries. The deadline
 * is an abort of our own: the SDK's request timeout has been seen not to fire (aws-sdk-js-v3 issue
 * 6896), and one stuck call must not hold up a room.
 */
export function sdkConnections(
  client: ApiGatewayManagementApiClient,
  { log, now }: { log: Log; now: () => number },
): Connections {
  const failures = new FailureLog(log, now);
  const report = (event: string, connectionId: string, error: unknown) =>
    failures.write({ event, connectionId, status: statusOf(error), error: errorName(error) });
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

/** The SDK keeps the HTTP status here; errors have no `statusCode`. */
function statusOf(error: unknown): number | undefined {
  return (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode;
}

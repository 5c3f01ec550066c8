import { errorName, type Log } from "../../log.ts";
import type { Connections } from "../connections.ts";
import { FailureLog } from "./failure-log.ts";
import { outcomeOf } from "./post-outcome.ts";
import type { PostSigner } from "./post-signer.ts";
import type { Transport } from "./transport.ts";

export interface LeanConnectionsOptions {
  signer: Pick<PostSigner, "sign">;
  transport: Transport;
  /** Few connections are closed, so that is left to another way: the SDK's. */
  close: Connections["close"];
  log: Log;
  /** Epoch milliseconds. */
  now: () => number;
}

/**
 * Posts without the SDK: the request is signed here and sent over connections that are kept open, for
 * about a quarter of the SDK's CPU time ([ADR 0023](../../../../docs/adr/0023-lean-post.md)).
 */
export function leanConnections({
  signer,
  transport,
  close,
  log,
  now,
}: LeanConnectionsOptions): Connections {
  const failures = new FailureLog(log, now);
  const event = "post failed";
  return {
    async post(connectionId, payload, deadlineMs) {
      try {
        const request = signer.sign(connectionId, payload);
        const { status, errorType: error } = await transport.post(request, deadlineMs);
        const outcome = outcomeOf(status);
        if (outcome === "failed") {
          failures.write({ event, connectionId, status, error });
        }
        return outcome;
      } catch (error) {
        failures.write({ event, connectionId, status: undefined, error: codeOf(error) });
        return "failed";
      }
    },

    close,
  };
}

/** Node's errors of sockets are all called `Error`. */
function codeOf(error: unknown): string {
  const { code } = error as { code?: unknown };
  return typeof code === "string" ? code : errorName(error);
}

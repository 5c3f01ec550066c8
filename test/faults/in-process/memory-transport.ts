import type { Transport } from "../../../handlers/lib/fan-out/posting/transport.ts";
import { accessKeyIdIn } from "../../../local/access-key-id.ts";
import type { OutsideCalls } from "./outside-calls.ts";
import type { Services } from "./sdk-clients.ts";
import { ServiceError } from "./service-error.ts";

/**
 * In the place of `PooledTransport`: takes signed posts to the gateway. Each is on a connection of its
 * own, so that what is lost is not sent again by the transport itself.
 */
export function memoryTransport(calls: OutsideCalls, { gateway }: Services): Transport {
  return {
    async post({ path, headers, body }, deadlineMs) {
      const connectionId = decodeURIComponent(path.slice(path.lastIndexOf("/") + 1));
      const accessKeyId = accessKeyIdIn(headers[headers.indexOf("authorization") + 1]);
      try {
        return await calls.make(
          { service: "execute-api", action: "PostToConnection", connectionId },
          () => {
            const answer = gateway.manage(path, { method: "POST", accessKeyId, body });
            return { status: answer.status, errorType: answer.headers["x-amzn-ErrorType"] };
          },
          { requestTimeout: deadlineMs },
        );
      } catch (error) {
        if (!(error instanceof ServiceError)) throw error;
        return { status: error.$metadata.httpStatusCode, errorType: error.name };
      }
    },
  };
}

import type { Closing } from "./connection.ts";
import type { ApiDefinition } from "./definition.ts";
import { runIntegration } from "./integration.ts";
import { failureOf } from "./integration-failure.ts";
import { reportFailure } from "./messages.ts";
import type { Tools } from "./options.ts";
import { type Peer, requestContext } from "./request-context.ts";
import { routeRequest } from "./route-request.ts";

/**
 * What API Gateway says where no reason was given: 1000 after DeleteConnection (boto3 #3789), 1005 and
 * 1001 as in recorded events; the wording of 1006 is assumed.
 */
const REASONS: Record<number, string> = {
  1000: "Connection Closed Normally",
  1001: "Going away",
  1005: "Client-side close frame status not set",
  1006: "Connection closed abnormally",
};

/**
 * Calls the `$disconnect` route, if there is one. Nobody hears of its answer; it never rejects. It is
 * "best effort" (API Gateway Developer Guide, $connect and $disconnect routes), so it may also be lost.
 */
export async function disconnect(
  tools: Tools,
  api: ApiDefinition,
  peer: Peer,
  closing: Closing,
): Promise<void> {
  const route = api.routes.get("$disconnect");
  const stage = api.stages.get(peer.stage);
  if (route === undefined || stage === undefined) return;
  if (tools.loseDisconnect?.(peer.id) === true) return;
  const context = requestContext(api, peer, tools, {
    routeKey: "$disconnect",
    eventType: "DISCONNECT",
    disconnectStatusCode: closing.code,
    disconnectReason: closing.reason || (REASONS[closing.code] ?? ""),
  });
  try {
    await runIntegration(tools, route.integration, routeRequest({ api, stage, context }));
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!failure.reported) reportFailure(tools, api, route, failure.message);
  }
}

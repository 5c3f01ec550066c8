import type { Closing } from "./connection.ts";
import type { ApiDefinition } from "./definition.ts";
import { runIntegration } from "./integration.ts";
import { failureOf } from "./integration-failure.ts";
import { reportFailure } from "./messages.ts";
import type { Tools } from "./options.ts";
import { type Peer, requestContext } from "./request-context.ts";
import { routeRequest } from "./route-request.ts";

/** What API Gateway says for a client that gave none; the wording of 1006 is assumed. */
const REASONS: Record<number, string> = {
  1001: "Going away",
  1005: "Client-side close frame status not set",
  1006: "Connection closed abnormally",
};

/** Calls the `$disconnect` route, if there is one. Nobody hears of its answer; it never rejects. */
export async function disconnect(
  tools: Tools,
  api: ApiDefinition,
  peer: Peer,
  closing: Closing,
): Promise<void> {
  const route = api.routes.get("$disconnect");
  const stage = api.stages.get(peer.stage);
  if (route === undefined || stage === undefined) return;
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

import type { RequestContext } from "./request-context.ts";

/** The variables of `$context` (API Gateway Developer Guide, WebSocket mapping template reference). */
export const CONTEXT_VARIABLES = [
  "apiId",
  "authorizer",
  "connectedAt",
  "connectionId",
  "domainName",
  "error",
  "eventType",
  "extendedRequestId",
  "identity",
  "messageId",
  "requestId",
  "requestTime",
  "requestTimeEpoch",
  "routeKey",
  "stage",
  "status",
] as const;

/**
 * What templates and data mappings see of a request's context: the documented variables, not all that
 * a Lambda event has.
 *
 * @param status what the integration answered, once it has
 */
export function contextVariables(
  context: RequestContext,
  status?: number,
): Record<string, unknown> {
  const { integrationLatency: _, ...authorizer } = context.authorizer ?? {};
  const all: Partial<Record<string, unknown>> = {
    ...context,
    authorizer,
    error: {},
    ...(status !== undefined && { status }),
  };
  return Object.fromEntries(
    CONTEXT_VARIABLES.filter((name) => name in all).map((name) => [name, all[name]]),
  );
}

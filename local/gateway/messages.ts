import type { Connection } from "./connection.ts";
import type { ApiDefinition, RouteDefinition } from "./definition.ts";
import { parseJson, select } from "./expressions.ts";
import { runIntegration } from "./integration.ts";
import { failureOf, IntegrationFailure } from "./integration-failure.ts";
import type { Tools } from "./options.ts";
import { MAX_MESSAGE_BYTES } from "./quotas.ts";
import { replyOf } from "./reply.ts";
import { type RequestContext, requestContext } from "./request-context.ts";
import { type RouteRequest, routeRequest } from "./route-request.ts";

/** Routes for the life of a connection, which no message can choose. */
const LIFECYCLE_ROUTES = ["$connect", "$disconnect"];

/**
 * Gives a text frame to its route and sends what the route answers. The integration is called before
 * this returns; answers are sent as they come, so those of two frames may change places. A failed
 * integration is answered with `{"message","connectionId","requestId"}` and the connection stays; so
 * is a throttled message (the frame is general knowledge, unconfirmed on AWS).
 */
export async function receive(
  tools: Tools,
  api: ApiDefinition,
  connection: Connection,
  text: string,
): Promise<void> {
  const stage = api.stages.get(connection.stage);
  if (stage === undefined) return;
  connection.lastActiveAt = tools.clock.now();
  const route = routeOf(api, text);
  const context = requestContext(api, connection, tools, {
    routeKey: route?.routeKey ?? "$default",
    eventType: "MESSAGE",
    messageId: tools.newId(),
  });
  if (route === undefined) {
    notice(tools, api, "a message chose no route, and there is no $default route");
    connection.send(errorFrame("Forbidden", context));
    return;
  }
  const { routeKey } = route;
  const throttled = tools.throttle.message(stage, routeKey);
  if (throttled !== undefined) {
    if (throttled.first) notice(tools, api, throttled.reason);
    connection.send(errorFrame("Too Many Requests", context));
    return;
  }
  tools.emit({ type: "received", api: api.name, connectionId: connection.id, routeKey, text });
  const request = routeRequest({ api, stage, context, body: text });
  const reply = await answer(tools, route, request);
  if (reply !== "") connection.send(reply);
}

/** The route of a message; `$default` when it is not JSON or its key names no route. */
export function routeOf(api: ApiDefinition, text: string): RouteDefinition | undefined {
  const json = parseJson(text);
  const key = json === undefined ? undefined : select(api.routeSelection, json);
  const chosen =
    key === undefined || LIFECYCLE_ROUTES.includes(key) ? undefined : api.routes.get(key);
  return chosen ?? api.routes.get("$default");
}

async function answer(
  tools: Tools,
  route: RouteDefinition,
  request: RouteRequest,
): Promise<string> {
  const { api, context } = request;
  try {
    const result = await runIntegration(tools, route.integration, request);
    if (!route.twoWay && result.status > 299) {
      reportFailure(tools, api, route, `answered ${result.status}, which a one-way route hides`);
    }
    const reply = replyOf(tools, route, request, result);
    if (Buffer.byteLength(reply) <= MAX_MESSAGE_BYTES) return reply;
    // What AWS does with an answer above its quota is not documented: not deliver it, at any rate.
    throw new IntegrationFailure(`the answer has more than ${MAX_MESSAGE_BYTES} bytes`);
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (!failure.reported) reportFailure(tools, api, route, failure.message);
    return errorFrame(failure.clientMessage, context);
  }
}

function errorFrame(message: string, { connectionId, requestId }: RequestContext): string {
  return JSON.stringify({ message, connectionId, requestId });
}

/** Tells a person that an integration did not do its work. */
export function reportFailure(
  tools: Tools,
  api: ApiDefinition,
  { routeKey, integration }: RouteDefinition,
  reason: string,
): void {
  notice(tools, api, `integration ${integration.name} of route ${routeKey}: ${reason}`);
}

function notice(tools: Tools, api: ApiDefinition, message: string): void {
  tools.emit({ type: "notice", source: api.name, message });
}

import { validateHeaderValue } from "node:http";
import { authorize } from "./authorizer.ts";
import type { ApiDefinition, IntegrationDefinition, StageDefinition } from "./definition.ts";
import { headerOf } from "./expressions.ts";
import type { HandshakeRequest } from "./handshake-request.ts";
import { runIntegration } from "./integration.ts";
import { failureOf } from "./integration-failure.ts";
import type { ServiceResponse, Tools } from "./options.ts";
import { Refusal } from "./refusal.ts";
import { type Peer, requestContext } from "./request-context.ts";
import { type RouteRequest, routeRequest } from "./route-request.ts";

/**
 * Takes a handshake through the authorizer and the integration of `$connect`. Without that route
 * everyone is let in. On success the peer has its authorizer context, and the result is the
 * subprotocol to answer with: the `Sec-WebSocket-Protocol` header that a proxied function returned,
 * whether or not the client offered it; no other header is forwarded (API Gateway Developer Guide,
 * WebSocket subprotocol). A MOCK or AWS integration cannot choose one.
 *
 * @throws {Refusal} with the status of an answer that is not 2xx; 500 when the integration fails,
 * 502 when its function does, 504 past its timeout
 */
export async function connect(
  tools: Tools,
  api: ApiDefinition,
  stage: StageDefinition,
  peer: Peer,
  handshake: HandshakeRequest,
): Promise<string | undefined> {
  const route = api.routes.get("$connect");
  if (route === undefined) return undefined;
  const event = { routeKey: "$connect", eventType: "CONNECT" } as const;
  const context = requestContext(api, peer, tools, event);
  const request = routeRequest({ api, stage, context, handshake });
  if (route.authorizer !== undefined) {
    peer.authorizer = await authorize(tools, route.authorizer, request);
    context.authorizer = peer.authorizer;
  }
  const answer = await runConnect(tools, route.integration, request);
  if (answer.status < 200 || answer.status > 299) {
    throw new Refusal(answer.status, `${route.integration.name} answered ${answer.status}`);
  }
  return route.integration.type === "AWS_PROXY" ? subprotocolOf(answer) : undefined;
}

async function runConnect(
  tools: Tools,
  integration: IntegrationDefinition,
  request: RouteRequest,
): Promise<ServiceResponse> {
  try {
    return await runIntegration(tools, integration, request);
  } catch (thrown) {
    const failure = failureOf(thrown);
    throw new Refusal(failure.status, `${integration.name}: ${failure.message}`);
  }
}

function subprotocolOf(answer: ServiceResponse): string | undefined {
  const name = "Sec-WebSocket-Protocol";
  const value = headerOf(answer.headers, name);
  if (value === undefined) return undefined;
  try {
    validateHeaderValue(name, value);
    return value;
  } catch {
    throw new Refusal(502, `${name} is not a valid header value`);
  }
}

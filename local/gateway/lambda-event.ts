import type { RouteRequest } from "./route-request.ts";

/**
 * The event of a Lambda proxy integration. That of `$disconnect` has four headers, which no message
 * has (as in recorded events).
 */
export function proxyEvent(request: RouteRequest): object {
  return {
    ...(request.context.eventType === "DISCONNECT" && disconnectPart(request)),
    ...handshakePart(request),
    ...stagePart(request),
    requestContext: request.context,
    ...(request.context.eventType === "MESSAGE" && { body: request.body }),
    isBase64Encoded: false,
  };
}

/** The event of a REQUEST authorizer (API Gateway Developer Guide, WebSocket Lambda authorizers). */
export function authorizerEvent(request: RouteRequest, methodArn: string): object {
  return {
    type: "REQUEST",
    methodArn,
    ...handshakePart(request),
    ...stagePart(request),
    requestContext: request.context,
  };
}

function handshakePart({ handshake }: RouteRequest): object {
  if (handshake === undefined) return {};
  return {
    headers: handshake.headers,
    multiValueHeaders: handshake.multiValueHeaders,
    ...(Object.keys(handshake.query).length > 0 && {
      queryStringParameters: handshake.query,
      multiValueQueryStringParameters: handshake.multiValueQuery,
    }),
  };
}

function disconnectPart({ context }: RouteRequest): object {
  const headers = {
    Host: context.domainName,
    "x-api-key": "",
    "X-Forwarded-For": "",
    "x-restapi": "",
  };
  const entries = Object.entries(headers).map(([name, value]) => [name, [value]]);
  return { headers, multiValueHeaders: Object.fromEntries(entries) };
}

function stagePart({ stage }: RouteRequest): object {
  return Object.keys(stage.variables).length > 0 ? { stageVariables: stage.variables } : {};
}

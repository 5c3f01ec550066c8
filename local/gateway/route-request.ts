import type { ApiDefinition, StageDefinition } from "./definition.ts";
import { parseJson } from "./expressions.ts";
import type { HandshakeRequest } from "./handshake-request.ts";
import type { RequestContext } from "./request-context.ts";

/** One event of a connection on its way through a route. */
export interface RouteRequest {
  api: ApiDefinition;
  stage: StageDefinition;
  context: RequestContext;
  /** Empty for `$connect` and `$disconnect`. */
  body: string;
  /** The body parsed; undefined when it is not JSON. */
  json: unknown;
  /** Of `$connect` only. */
  handshake: HandshakeRequest | undefined;
}

/** A request with its body parsed. */
export function routeRequest(
  request: Omit<RouteRequest, "body" | "json" | "handshake"> & {
    body?: string;
    handshake?: HandshakeRequest;
  },
): RouteRequest {
  const { body = "", handshake, ...rest } = request;
  return { ...rest, body, json: parseJson(body), handshake };
}

import { roomPattern } from "../../protocol/index.ts";
import { contextOf } from "../connection-context.ts";
import type { AuthorizerEvent, AuthorizerResult } from "../gateway-events.ts";
import type { Log } from "../log.ts";
import { rightsIn } from "./rights.ts";
import { findToken } from "./token.ts";
import { type Claims, TokenRefused } from "./verifier.ts";

export interface AuthorizeOptions {
  verify: (token: string) => Promise<Claims>;
  log: Log;
}

/** API Gateway answers 401 to an authorizer that throws exactly this, and 500 to any other error. */
export class Unauthorized extends Error {
  constructor() {
    super("Unauthorized");
  }
}

/**
 * Decides a handshake: 401 for a token that is missing or not to be believed, 403 for a room whose
 * name is invalid or that the token does not grant, else the context for every later route.
 *
 * @throws Unauthorized for 401; any other error (keys out of reach) becomes 500.
 */
export async function authorize(
  event: AuthorizerEvent,
  options: AuthorizeOptions,
): Promise<AuthorizerResult> {
  const { connectionId } = event.requestContext;
  const refuse = (status: number, reason: string) =>
    options.log.warn({ event: "connection refused", status, reason, connectionId });

  const claims = await believedClaims(event, options).catch((error: unknown) => {
    if (error instanceof TokenRefused) {
      refuse(401, error.reason);
      throw new Unauthorized();
    }
    throw error;
  });
  // A token without a subject is a user of its own.
  const user = claims.subject ?? `anonymous:${connectionId}`;
  const room = event.queryStringParameters?.["room_id"] ?? "";
  if (!roomPattern.test(room)) {
    refuse(403, "the room name is invalid");
    return { principalId: user, policyDocument: policy("Deny", event.methodArn) };
  }
  const rights = rightsIn(room, claims.rooms);
  if (!rights.subscribe && !rights.publish) {
    refuse(403, "the token grants nothing in this room");
    return { principalId: user, policyDocument: policy("Deny", event.methodArn) };
  }
  return {
    principalId: user,
    policyDocument: policy("Allow", event.methodArn),
    context: { ...contextOf({ room, user, rights, expiresAt: claims.expiresAt }) },
  };
}

async function believedClaims(event: AuthorizerEvent, options: AuthorizeOptions): Promise<Claims> {
  const token = findToken(event.headers);
  if (token === undefined) {
    throw new TokenRefused("no token was sent");
  }
  return await options.verify(token);
}

function policy(effect: "Allow" | "Deny", methodArn: string): AuthorizerResult["policyDocument"] {
  return {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: effect, Resource: methodArn }],
  };
}

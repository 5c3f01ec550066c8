import { authorize } from "./lib/authorization/authorize.ts";
import { inlineKeys, remoteKeys } from "./lib/authorization/keys.ts";
import { verifyToken } from "./lib/authorization/verifier.ts";
import { requiredEnvironment } from "./lib/environment.ts";
import type { AuthorizerEvent, AuthorizerResult } from "./lib/gateway-events.ts";
import { log } from "./lib/log.ts";

const now = () => Date.now();
const options = {
  issuer: requiredEnvironment("ISSUER"),
  audience: requiredEnvironment("AUDIENCE").split(" "),
  algorithms: requiredEnvironment("ALGORITHMS").split(" "),
  keys: process.env["JWKS_URI"]
    ? remoteKeys(process.env["JWKS_URI"], { log, now })
    : inlineKeys(requiredEnvironment("JWKS")),
  now,
};

/** The REQUEST authorizer of `$connect`. */
export function handler(event: AuthorizerEvent): Promise<AuthorizerResult> {
  return authorize(event, { verify: (token) => verifyToken(token, options), log });
}

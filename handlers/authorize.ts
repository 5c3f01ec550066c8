import { authorize } from "./lib/authorization/authorize.ts";
import { inlineKeys, remoteKeys } from "./lib/authorization/keys.ts";
import { verifyToken } from "./lib/authorization/verifier.ts";
import { requiredEnvironment } from "./lib/environment.ts";
import { FunctionLog } from "./lib/function-log.ts";
import type { AuthorizerEvent } from "./lib/gateway-events.ts";

const log = new FunctionLog(requiredEnvironment("POWERTOOLS_SERVICE_NAME"));
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
export const handler = log.handler((event: AuthorizerEvent) =>
  authorize(event, { verify: (token) => verifyToken(token, options), log }),
);

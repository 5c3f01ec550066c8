import type { Configuration } from "./configuration.ts";

/** What handlers/authorize.ts reads. None of it is secret: it says whom to believe, not how to sign. */
export function authorizeEnvironment(configuration: Configuration): Record<string, string> {
  return {
    ISSUER: configuration.issuer,
    AUDIENCE: configuration.audience.join(" "),
    ALGORITHMS: configuration.algorithms.join(" "),
    ...("jwksUri" in configuration.keys
      ? { JWKS_URI: configuration.keys.jwksUri }
      : { JWKS: JSON.stringify(configuration.keys.jwks) }),
  };
}

import {
  laptopAudience,
  laptopConfiguration,
  laptopIssuer,
} from "../../scripts/lib/laptop-identity.ts";
import { readStackConfiguration } from "../../scripts/lib/stack-configuration.ts";
import { type SigningKey, sign } from "../handlers/authorization/issuer.ts";

/**
 * Roomcast as the stack `dev`, with the keys whose tokens it believes, for `startRuntime`.
 *
 * @param changed Settings, by `roomcast:…`, that are to be others.
 */
export async function roomcastProgram(
  jwks: Parameters<typeof laptopConfiguration>[0]["jwks"],
  changed: Record<string, string> = {},
) {
  const { project, config } = await readStackConfiguration("dev");
  const { "roomcast:jwksUri": _uri, ...settings } = config;
  return {
    load: () => import("../../index.ts"),
    project,
    stack: "dev",
    config: { ...settings, ...laptopConfiguration({ jwks }), ...changed },
  };
}

export interface TokenOptions {
  user: string;
  /** The claim `rooms`. */
  rooms: unknown;
  /** How long it is good for; negative: since when it is not. */
  seconds: number;
  /** Epoch milliseconds. */
  now: number;
}

/** A token as Roomcast's identity provider would make it. */
export function roomcastToken(
  key: SigningKey,
  { user, rooms, seconds, now }: TokenOptions,
): Promise<string> {
  const iat = Math.floor(now / 1000);
  const claims = { iss: laptopIssuer, aud: laptopAudience, sub: user, rooms };
  return sign(key, { ...claims, iat, exp: iat + seconds });
}

import { type Claims, TokenRefused } from "../../../handlers/lib/authorization/verifier.ts";
import type { ConnectOptions } from "../world.ts";

interface TokenClaims {
  sub: string;
  /** Epoch seconds. */
  exp: number;
  iat: number;
  rooms: Record<string, string[]>;
}

/**
 * A token that nobody has signed, for what somebody connects with. Signatures are checked in the thread pool, whose answers come in no
 * order that a seed decides, and are slow; the real check has tests of its own.
 */
export function unsignedToken(
  { user, room, rights, tokenSeconds }: ConnectOptions,
  now: number,
): string {
  const granted = (["subscribe", "publish"] as const).filter((right) => rights[right]);
  const iat = Math.floor(now / 1000);
  const claims: TokenClaims = {
    ...{ sub: user, iat, exp: iat + tokenSeconds },
    rooms: { [room]: granted },
  };
  // In three parts, as clients expect it.
  return `unsigned.${Buffer.from(JSON.stringify(claims)).toString("base64url")}.unsigned`;
}

/**
 * In the place of `verifyToken`, for these tokens: the expiry is judged as there.
 *
 * @throws TokenRefused
 */
export async function readUnsignedToken(token: string, now: () => number): Promise<Claims> {
  const { sub, exp, rooms }: TokenClaims = JSON.parse(
    Buffer.from(token.split(".")[1] ?? "", "base64url").toString(),
  );
  // As jose does: in whole seconds, and over from the second that is named.
  if (exp <= Math.floor(now() / 1000)) throw new TokenRefused("ERR_JWT_EXPIRED exp");
  return { subject: sub, expiresAt: exp, rooms };
}

import {
  type CryptoKey,
  exportJWK,
  generateKeyPair,
  type JWK,
  type JWTHeaderParameters,
  SignJWT,
} from "jose";
import { noonSeconds } from "../support.ts";

export const issuer = "https://issuer.example/";
export const audience = "roomcast-tests";

/** Alice's claims, good for an hour. */
export const goodClaims = {
  iss: issuer,
  aud: audience,
  sub: "alice@users.example",
  exp: noonSeconds + 3600,
  rooms: { lobby: ["subscribe", "publish"] },
};

/** A key of an identity provider. */
export interface SigningKey {
  algorithm: string;
  kid: string;
  privateKey: CryptoKey;
  /** As it stands in the key set. */
  jwk: JWK;
}

export async function signingKey(algorithm: string, kid: string): Promise<SigningKey> {
  const { privateKey, publicKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(publicKey)), kid, alg: algorithm, use: "sig" };
  return { algorithm, kid, privateKey, jwk };
}

/** A key set, as its JSON text. */
export function keySet(...keys: SigningKey[]): string {
  return JSON.stringify({ keys: keys.map(({ jwk }) => jwk) });
}

/** Signs claims. An undefined claim is left out. */
export function sign(
  key: SigningKey,
  claims: Record<string, unknown> = goodClaims,
  header: Partial<JWTHeaderParameters> = {},
): Promise<string> {
  return new SignJWT(claims)
    .setProtectedHeader({ alg: key.algorithm, kid: key.kid, ...header })
    .sign(key.privateKey);
}

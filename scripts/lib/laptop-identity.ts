import { link, mkdir, readFile, unlink, writeFile } from "node:fs/promises";
import { exportJWK, generateKeyPair, importJWK, type JWK, SignJWT } from "jose";
import { localFolder } from "./local-folder.ts";

/** The identity provider of the laptop: a key pair that is made on this machine and never leaves it. */
export interface LaptopIdentity {
  jwks: { keys: JWK[] };
  /**
   * A token that the laptop's stack believes. `rooms` as in docs/protocol.md; the lifetime as jose takes it,
   * default "12 hours".
   */
  token(
    user: string,
    rooms: Record<string, string[]> | string[],
    lifetime?: string,
  ): Promise<string>;
}

/** A name that can be nobody's own: the program refuses to deploy it (components/deployable.ts). */
export const laptopIssuer = "https://roomcast.localhost/";
export const laptopAudience = "roomcast";
/** The program knows the laptop's keys by this, too. */
const keyId = "laptop-1";
const algorithm = "ES256";

const keyFile = `${localFolder}/signing-key.json`;

/** The settings by which a stack believes tokens of the laptop's issuer that these keys have signed. */
export function laptopConfiguration({
  jwks,
}: Pick<LaptopIdentity, "jwks">): Record<string, string> {
  return {
    "roomcast:issuer": laptopIssuer,
    "roomcast:audience": laptopAudience,
    "roomcast:algorithms": algorithm,
    "roomcast:jwks": JSON.stringify(jwks),
  };
}

/** Reads the key pair, or makes it the first time: tokens stay good over restarts. */
export async function laptopIdentity(): Promise<LaptopIdentity> {
  const privateJwk = (await readKey()) ?? (await createKey());
  const { d: _secret, ...publicJwk } = privateJwk;
  const key = await importJWK(privateJwk, algorithm);
  return {
    jwks: { keys: [publicJwk] },
    token: (user, rooms, lifetime = "12 hours") =>
      new SignJWT({ rooms })
        .setProtectedHeader({ alg: algorithm, kid: keyId })
        .setIssuer(laptopIssuer)
        .setAudience(laptopAudience)
        .setSubject(user)
        .setIssuedAt()
        .setExpirationTime(lifetime)
        .sign(key),
  };
}

async function readKey(): Promise<JWK | undefined> {
  try {
    return JSON.parse(await readFile(keyFile, "utf8"));
  } catch {
    return undefined;
  }
}

async function createKey(): Promise<JWK> {
  const { privateKey } = await generateKeyPair(algorithm, { extractable: true });
  const jwk = { ...(await exportJWK(privateKey)), kid: keyId, alg: algorithm, use: "sig" };
  await mkdir(localFolder, { recursive: true });
  // By link, which fails where a key is: of two commands at once both go on with the first one's.
  const draft = `${keyFile}.${process.pid}`;
  await writeFile(draft, JSON.stringify(jwk), { mode: 0o600 });
  await link(draft, keyFile).catch(() => {});
  await unlink(draft);
  return (await readKey()) ?? jwk;
}

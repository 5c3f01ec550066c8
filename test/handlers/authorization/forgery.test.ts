import {
  createPublicKey,
  generateKeyPairSync,
  type JsonWebKey,
  sign as signBytes,
} from "node:crypto";
import { type JWK, SignJWT, UnsecuredJWT } from "jose";
import { inlineKeys } from "../../../handlers/lib/authorization/keys.ts";
import type { VerifierOptions } from "../../../handlers/lib/authorization/verifier.ts";
import { goodClaims, type SigningKey, sign, signingKey } from "./issuer.ts";
import { assertRefused, verifierOf } from "./refused.ts";

describe("a forged token", () => {
  let ec: SigningKey;
  let rsa: SigningKey;
  let options: VerifierOptions;

  before(async () => {
    [ec, rsa] = await Promise.all([signingKey("ES256", "ec"), signingKey("RS256", "rsa")]);
    options = verifierOf(ec, rsa);
  });

  const refuses = (token: string, reason: string) => assertRefused(token, options, reason);

  describe("signature", () => {
    it("is refused by another key under the same kid", async () => {
      const forged = await sign(await signingKey("ES256", "ec"));
      await refuses(forged, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
    });

    it("is refused by a key that is not in the set", async () => {
      const unknown = await sign(await signingKey("ES256", "unknown"));
      await refuses(unknown, "ERR_JWKS_NO_MATCHING_KEY");
    });

    it("is refused by a key that the token itself brings", async () => {
      const own = await signingKey("ES256", "ec");
      const forged = await sign(own, goodClaims, { jwk: own.jwk });
      await refuses(forged, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
    });

    it("is refused with the claims of another token", async () => {
      const [header, , signature] = (await sign(ec)).split(".");
      const [, claims] = (await sign(ec, { ...goodClaims, sub: "mallory" })).split(".");
      await refuses(`${header}.${claims}.${signature}`, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
    });

    it("is refused when it is missing", async () => {
      const [header, claims] = (await sign(ec)).split(".");
      await refuses(`${header}.${claims}.`, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED");
    });

    it("is refused by a key of 1024 bits", async () => {
      const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 1024 });
      const jwk: JsonWebKey = {
        ...publicKey.export({ format: "jwk" }),
        kid: "short",
        alg: "RS256",
      };
      const encode = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
      const signed = `${encode({ alg: "RS256", kid: "short" })}.${encode(goodClaims)}`;
      const signature = signBytes("sha256", Buffer.from(signed), privateKey).toString("base64url");
      const keys = inlineKeys(JSON.stringify({ keys: [jwk] }));
      await assertRefused(
        `${signed}.${signature}`,
        { ...options, keys },
        "the key does not fit the algorithm",
      );
    });
  });

  describe("algorithm", () => {
    it("is refused when it is not in the list", async () => {
      const token = await sign(rsa);
      const ecOnly = { ...options, algorithms: ["ES256"] };
      await assertRefused(token, ecOnly, "ERR_JOSE_ALG_NOT_ALLOWED");
    });

    it("is refused when it is none", async () => {
      await refuses(new UnsecuredJWT(goodClaims).encode(), "ERR_JOSE_ALG_NOT_ALLOWED");
    });

    const secrets: [title: string, secretOf: (jwk: JWK) => string | Buffer][] = [
      ["in PEM", (jwk) => publicKeyOf(jwk).export({ type: "spki", format: "pem" })],
      ["in DER", (jwk) => publicKeyOf(jwk).export({ type: "spki", format: "der" })],
      ["as a JWK", (jwk) => JSON.stringify(jwk)],
    ];
    for (const [title, secretOf] of secrets) {
      it(`is refused when a public key ${title} was used as an HMAC secret`, async () => {
        const forged = await new SignJWT(goodClaims)
          .setProtectedHeader({ alg: "HS256", kid: rsa.kid })
          .sign(Buffer.from(secretOf(rsa.jwk)));
        await refuses(forged, "ERR_JOSE_ALG_NOT_ALLOWED");
        // Even a list that allows it does not help: a key set holds no secrets.
        const careless = { ...options, algorithms: ["RS256", "HS256"] };
        await assertRefused(forged, careless, "ERR_JOSE_NOT_SUPPORTED");
      });
    }
  });

  describe("form", () => {
    const malformed: [title: string, token: string][] = [
      ["one part", "abc"],
      ["two parts", "abc.def"],
      ["four parts", "a.b.c.d"],
      ["five parts", "a.b.c.d.e"],
      ["a header that is no JSON", "abc.def.ghi"],
      ["empty parts", ".."],
    ];
    for (const [title, token] of malformed) {
      it(`is refused with ${title}`, async () => {
        await refuses(token, "ERR_JWS_INVALID");
      });
    }
  });
});

function publicKeyOf(jwk: JWK) {
  return createPublicKey({ key: { ...jwk } as JsonWebKey, format: "jwk" });
}

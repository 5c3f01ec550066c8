import assert from "node:assert/strict";
import { SignJWT } from "jose";
import { type VerifierOptions, verifyToken } from "../../../handlers/lib/authorization/verifier.ts";
import { noonSeconds } from "../support.ts";
import { audience, goodClaims, type SigningKey, sign, signingKey } from "./issuer.ts";
import { assertRefused, verifierOf } from "./refused.ts";

describe("verifyToken", () => {
  let ec: SigningKey;
  let rsa: SigningKey;
  let ed: SigningKey;
  let options: VerifierOptions;

  before(async () => {
    [ec, rsa, ed] = await Promise.all([
      signingKey("ES256", "ec"),
      signingKey("RS256", "rsa"),
      signingKey("EdDSA", "ed"),
    ]);
    options = verifierOf(ec, rsa, ed);
  });

  const claimsOf = (token: string) => verifyToken(token, options);
  const refuses = (token: string, reason: string) => assertRefused(token, options, reason);

  const without = (name: keyof typeof goodClaims): Record<string, unknown> =>
    Object.fromEntries(Object.entries(goodClaims).filter(([claim]) => claim !== name));

  describe("a good token", () => {
    it("is believed with each allowed algorithm", async () => {
      for (const key of [ec, rsa, ed]) {
        assert.deepEqual(await claimsOf(await sign(key)), {
          subject: goodClaims.sub,
          expiresAt: goodClaims.exp,
          rooms: goodClaims.rooms,
        });
      }
    });

    const variants: [title: string, claims: Record<string, unknown>][] = [
      ["for another allowed audience", { aud: "second-audience" }],
      ["for several audiences, one of them allowed", { aud: ["elsewhere", audience] }],
      ["in its last second", { exp: noonSeconds + 1 }],
      ["valid from now on", { nbf: noonSeconds }],
    ];
    for (const [title, claims] of variants) {
      it(`is believed ${title}`, async () => {
        const { subject } = await claimsOf(await sign(ec, { ...goodClaims, ...claims }));
        assert.equal(subject, goodClaims.sub);
      });
    }

    it("is believed without a kid when one key only fits", async () => {
      const token = await new SignJWT(goodClaims)
        .setProtectedHeader({ alg: "ES256" })
        .sign(ec.privateKey);
      assert.equal((await claimsOf(token)).subject, goodClaims.sub);
    });

    it("may have no rooms claim", async () => {
      assert.equal((await claimsOf(await sign(ec, without("rooms")))).rooms, undefined);
    });
  });

  describe("claims", () => {
    const refused: [title: string, claims: Record<string, unknown>, reason: string][] = [
      ["another audience", { aud: "elsewhere" }, "ERR_JWT_CLAIM_VALIDATION_FAILED aud"],
      ["other audiences", { aud: ["elsewhere"] }, "ERR_JWT_CLAIM_VALIDATION_FAILED aud"],
      ["an audience's beginning", { aud: "room" }, "ERR_JWT_CLAIM_VALIDATION_FAILED aud"],
      ["no audience", { aud: undefined }, "ERR_JWT_CLAIM_VALIDATION_FAILED aud"],
      ["another issuer", { iss: "https://other/" }, "ERR_JWT_CLAIM_VALIDATION_FAILED iss"],
      ["no issuer", { iss: undefined }, "ERR_JWT_CLAIM_VALIDATION_FAILED iss"],
      ["its end in the past", { exp: noonSeconds - 1 }, "ERR_JWT_EXPIRED exp"],
      ["its end now", { exp: noonSeconds }, "ERR_JWT_EXPIRED exp"],
      ["no end", { exp: undefined }, "ERR_JWT_CLAIM_VALIDATION_FAILED exp"],
      ["a text as its end", { exp: "tomorrow" }, "ERR_JWT_CLAIM_VALIDATION_FAILED exp"],
      [
        "a beginning in the future",
        { nbf: noonSeconds + 1 },
        "ERR_JWT_CLAIM_VALIDATION_FAILED nbf",
      ],
    ];
    for (const [title, claims, reason] of refused) {
      it(`refuses ${title}`, async () => {
        await refuses(await sign(ec, { ...goodClaims, ...claims }), reason);
      });
    }

    it("go by the clock that was given", async () => {
      const token = await sign(ec);
      const later = { ...options, now: () => goodClaims.exp * 1000 };
      await assertRefused(token, later, "ERR_JWT_EXPIRED exp");
    });
  });

  describe("sub", () => {
    const usable: [title: string, sub: string][] = [
      ["of 256 bytes", "é".repeat(128)],
      ["with a number sign", "team#42#"],
      ["beyond the basic plane", "👩‍🚀"],
      ["with spaces and quotes", ` "a" & 'b' `],
      ["named __proto__", "__proto__"],
    ];
    for (const [title, sub] of usable) {
      it(`may be a string ${title}`, async () => {
        assert.equal((await claimsOf(await sign(ec, { ...goodClaims, sub }))).subject, sub);
      });
    }

    it("may be absent", async () => {
      assert.equal((await claimsOf(await sign(ec, without("sub")))).subject, undefined);
    });

    const unusable: [title: string, sub: unknown][] = [
      ["a number", 42],
      ["null", null],
      ["an object", { user: "alice" }],
      ["a list", ["alice"]],
      ["empty", ""],
      ["with a null character", "a\u0000b"],
      ["with a line feed", "a\nb"],
      ["with a delete character", "a\u007fb"],
      ["with a C1 control character", "a\u0085b"],
      ["with what is no character", "a\uffffb"],
      ["with a lone surrogate", "a\ud800b"],
    ];
    for (const [title, sub] of unusable) {
      it(`is refused ${title}`, async () => {
        const token = await sign(ec, { ...goodClaims, sub });
        await refuses(token, "sub is not a usable string");
      });
    }

    for (const sub of ["a".repeat(257), `${"é".repeat(128)}a`]) {
      it(`is refused with 257 bytes in ${sub.length} characters`, async () => {
        await refuses(await sign(ec, { ...goodClaims, sub }), "sub is longer than 256 bytes");
      });
    }
  });

  it("passes on that the keys are out of reach", async () => {
    const outage = new Error("out of reach");
    const keys = () => Promise.reject(outage);
    await assert.rejects(verifyToken(await sign(ec), { ...options, keys }), outage);
  });
});

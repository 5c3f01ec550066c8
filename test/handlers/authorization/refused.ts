import assert from "node:assert/strict";
import { inlineKeys } from "../../../handlers/lib/authorization/keys.ts";
import {
  TokenRefused,
  type VerifierOptions,
  verifyToken,
} from "../../../handlers/lib/authorization/verifier.ts";
import { noon } from "../support.ts";
import { audience, issuer, keySet, type SigningKey } from "./issuer.ts";

/** A verifier of two audiences that allows the algorithms of these keys. */
export function verifierOf(...keys: SigningKey[]): VerifierOptions {
  return {
    issuer,
    audience: [audience, "second-audience"],
    algorithms: keys.map(({ algorithm }) => algorithm),
    keys: inlineKeys(keySet(...keys)),
    now: () => noon,
  };
}

export async function assertRefused(
  token: string,
  options: VerifierOptions,
  reason: string,
): Promise<void> {
  await assert.rejects(verifyToken(token, options), (error) => {
    assert.ok(error instanceof TokenRefused, String(error));
    assert.equal(error.reason, reason);
    return true;
  });
}

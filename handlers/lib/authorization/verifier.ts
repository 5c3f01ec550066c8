import { errors, type JWTVerifyGetKey, jwtVerify } from "jose";
import { maxUserBytes } from "../../protocol/index.ts";

export interface VerifierOptions {
  issuer: string;
  /** A token for any one of these is accepted. */
  audience: string[];
  /** Allow-list of signature algorithms, asymmetric ones only. */
  algorithms: string[];
  keys: JWTVerifyGetKey;
  /** Epoch milliseconds. */
  now: () => number;
}

/** What a verified token says. */
export interface Claims {
  /** `sub`; undefined for a token without one. */
  subject: string | undefined;
  /** `exp`, epoch seconds. */
  expiresAt: number;
  /** The `rooms` claim, unchecked. */
  rooms: unknown;
}

/** The token is not to be believed; `reason` says why in words that are safe to log. */
export class TokenRefused extends Error {
  override readonly name = "TokenRefused";
  readonly reason: string;

  constructor(reason: string) {
    super(`The token was refused: ${reason}.`);
    this.reason = reason;
  }
}

/**
 * Verifies signature, algorithm, issuer, audience, expiry and not-before.
 *
 * @throws TokenRefused when the token is not to be believed; anything else means that it could not be judged.
 */
export async function verifyToken(token: string, options: VerifierOptions): Promise<Claims> {
  const payload = await verified(token, options);
  const { sub, exp } = payload;
  if (typeof exp !== "number") {
    throw new TokenRefused("exp is missing");
  }
  return { subject: subjectOf(sub), expiresAt: exp, rooms: payload["rooms"] };
}

async function verified(token: string, options: VerifierOptions) {
  try {
    const { payload } = await jwtVerify(token, options.keys, {
      issuer: options.issuer,
      audience: options.audience,
      algorithms: options.algorithms,
      requiredClaims: ["exp"],
      currentDate: new Date(options.now()),
    });
    return payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) {
      throw new TokenRefused(reasonOf(error));
    }
    if (error instanceof TypeError) {
      // jose's answer to a key that does not fit the algorithm.
      throw new TokenRefused("the key does not fit the algorithm");
    }
    throw error;
  }
}

/** jose's code and, for a claim, its name; never its message, which may quote the token. */
function reasonOf(error: errors.JOSEError): string {
  const isAboutClaim =
    error instanceof errors.JWTClaimValidationFailed || error instanceof errors.JWTExpired;
  return isAboutClaim ? `${error.code} ${error.claim}` : error.code;
}

function subjectOf(sub: unknown): string | undefined {
  if (sub === undefined) {
    return undefined;
  }
  if (typeof sub !== "string" || sub === "" || !sub.isWellFormed() || hasForbiddenCharacter(sub)) {
    throw new TokenRefused("sub is not a usable string");
  }
  if (Buffer.byteLength(sub) > maxUserBytes) {
    throw new TokenRefused(`sub is longer than ${maxUserBytes} bytes`);
  }
  return sub;
}

/** Characters that SQS does not take in a message attribute (XML 1.0), and all control characters. */
function hasForbiddenCharacter(text: string): boolean {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  return /[\u0000-\u001F\u007F-\u009F\uFFFE\uFFFF]/.test(text);
}

import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { Payload } from "../payload.ts";
import { type Credentials, deriveSigningKey, scopeText } from "./signing-key.ts";
import type { PostRequest } from "./transport.ts";

export interface PostSignerOptions {
  /** The management endpoint: `https://{host}/{stage}`, also with a port, or over http. */
  endpoint: string;
  region: string;
  /** Read for each signature: a function's environment outlives its role's credentials. May throw. */
  credentials: () => Credentials;
  /** Epoch milliseconds. */
  now: () => number;
}

const service = "execute-api";
const contentType = "application/octet-stream";

/**
 * Signs one request by Signature Version 4: `POST {stage}/@connections/{connection id}`, as the SDK's
 * client makes it from a PostToConnectionCommand, without the headers in which the SDK tells of itself.
 * `test/handlers/fan-out/posting/post-signer.test.ts` holds the two equal. What the connection and the
 * time do not change is made once.
 */
export class PostSigner {
  readonly #credentials: () => Credentials;
  readonly #now: () => number;
  readonly #region: string;
  readonly #host: string;
  readonly #pathPrefix: string;
  readonly #canonicalPrefix: string;
  #moment: Moment = { second: Number.NaN, time: "", date: "" };
  #derived: DerivedKey | undefined;

  constructor({ endpoint, region, credentials, now }: PostSignerOptions) {
    const { host, pathname } = new URL(endpoint);
    this.#credentials = credentials;
    this.#now = now;
    this.#region = region;
    this.#host = host;
    this.#pathPrefix = `${pathname.replace(/\/$/, "")}/@connections/`;
    const segments = this.#pathPrefix.split("/").map(encodePathSegment);
    this.#canonicalPrefix = `POST\n${segments.join("/")}`;
  }

  /**
   * @throws URIError for an id that is not well-formed
   * @throws whatever reading the credentials throws
   */
  sign(connectionId: string, payload: Payload): PostRequest {
    const { accessKeyId, secretAccessKey, sessionToken } = this.#credentials();
    const { time, date } = this.#momentOf(this.#now());
    const { key, scope } = this.#keyFor(secretAccessKey, date);
    const id = encodePathSegment(connectionId);
    const { bytes, sha256 } = payload;
    const length = String(bytes.length);
    const hasToken = sessionToken !== undefined && sessionToken !== "";
    const tokenLine = hasToken ? `x-amz-security-token:${sessionToken}\n` : "";
    const names = hasToken ? namesWithToken : namesWithoutToken;

    // The path is escaped once more: every service but S3 wants it so.
    const canonical = `${this.#canonicalPrefix}${id.replaceAll("%", "%25")}

content-length:${length}
content-type:${contentType}
host:${this.#host}
x-amz-content-sha256:${sha256}
x-amz-date:${time}
${tokenLine}
${names}
${sha256}`;
    const signature = createHmac("sha256", key)
      .update(`AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash("sha256", canonical)}`)
      .digest("hex");
    const headers = [
      "host",
      this.#host,
      "content-type",
      contentType,
      "content-length",
      length,
      "x-amz-content-sha256",
      sha256,
      "x-amz-date",
      time,
      "authorization",
      `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=${signature}`,
    ];
    if (hasToken) {
      headers.push("x-amz-security-token", sessionToken);
    }
    return { path: this.#pathPrefix + id, headers, body: bytes };
  }

  /** Written out once a second, since that is as fine as a signature tells the time. */
  #momentOf(now: number): Moment {
    const second = Math.floor(now / 1000);
    if (second !== this.#moment.second) {
      const time = `${new Date(second * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
      this.#moment = { second, time, date: time.slice(0, 8) };
    }
    return this.#moment;
  }

  #keyFor(secret: string, date: string): DerivedKey {
    let derived = this.#derived;
    if (derived === undefined || derived.secret !== secret || derived.date !== date) {
      const scope = { date, region: this.#region, service };
      // Of an imported key an HMAC costs a tenth.
      const key = createSecretKey(deriveSigningKey(secret, scope));
      derived = { date, secret, scope: scopeText(scope), key };
      this.#derived = derived;
    }
    return derived;
  }
}

interface Moment {
  second: number;
  /** As `20260101T120000Z`. */
  time: string;
  /** As `20260101`. */
  date: string;
}

interface DerivedKey {
  date: string;
  secret: string;
  scope: string;
  key: KeyObject;
}

const namesWithoutToken = "content-length;content-type;host;x-amz-content-sha256;x-amz-date";
const namesWithToken = `${namesWithoutToken};x-amz-security-token`;

/** Percent-encodes all but the unreserved characters of RFC 3986, of which JavaScript's own leaves some more. */
function encodePathSegment(segment: string): string {
  return encodeURIComponent(segment).replaceAll(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}

import { createHmac, createSecretKey, hash, type KeyObject } from "node:crypto";
import type { Payload } from "../payload.ts";
import { type Credentials, deriveSigningKey, scopeText } from "./signing-key.ts";
import type { PostRequest } from "./transport.ts";

export interface PostSignerOptions {
  /** The management endpoint: `https://{host}/{stage}`, also with a port, or over http. */
  endpoint: string;
  region: string;
  /** Read once a second, in case that they are replaced. May throw. */
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
  #moment: Moment | undefined;
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
    const { key, time, scope, canonicalDate, names, authorization, token } = this.#momentOf(
      this.#now(),
    );
    const id = encodePathSegment(connectionId);
    const { bytes, sha256 } = payload;
    const length = String(bytes.length);

    // The path is escaped once more: every service but S3 wants it so.
    const canonical = `${this.#canonicalPrefix}${id.replaceAll("%", "%25")}

content-length:${length}
content-type:${contentType}
host:${this.#host}
x-amz-content-sha256:${sha256}
${canonicalDate}
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
      authorization + signature,
    ];
    if (token !== undefined) {
      headers.push("x-amz-security-token", token);
    }
    return { path: this.#pathPrefix + id, headers, body: bytes };
  }

  /** What signatures of a second have in common: they tell the time no finer. */
  #momentOf(now: number): Moment {
    const second = Math.floor(now / 1000);
    if (second !== this.#moment?.second) {
      const { accessKeyId, secretAccessKey, sessionToken } = this.#credentials();
      const time = `${new Date(second * 1000).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`;
      const { key, scope } = this.#keyFor(secretAccessKey, time.slice(0, 8));
      const token = sessionToken === "" ? undefined : sessionToken;
      const names = token === undefined ? namesWithoutToken : namesWithToken;
      const tokenLine = token === undefined ? "" : `x-amz-security-token:${token}\n`;
      this.#moment = {
        ...{ second, time, key, scope, names, token },
        canonicalDate: `x-amz-date:${time}\n${tokenLine}`,
        authorization: `AWS4-HMAC-SHA256 Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`,
      };
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
  key: KeyObject;
  scope: string;
  /** Of the signed headers. */
  names: string;
  /** The last of the headers in their canonical form. */
  canonicalDate: string;
  /** The header, but for the signature. */
  authorization: string;
  token: string | undefined;
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

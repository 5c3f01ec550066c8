import { createHmac } from "node:crypto";

/** What signs requests. A role's credentials have a session token, and are replaced before they expire. */
export interface Credentials {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
}

/** What a derived key may sign. */
export interface Scope {
  /** The day in UTC, as `20260101`. */
  date: string;
  region: string;
  service: string;
}

/** As it stands in a signature. */
export function scopeText({ date, region, service }: Scope): string {
  return `${date}/${region}/${service}/aws4_request`;
}

/** The key of SigV4 for a scope (IAM User Guide, "Create a signed AWS API request", derive a signing key). */
export function deriveSigningKey(secretAccessKey: string, scope: Scope): Buffer {
  const { date, region, service } = scope;
  let key: string | Buffer = `AWS4${secretAccessKey}`;
  for (const part of [date, region, service]) {
    key = createHmac("sha256", key).update(part).digest();
  }
  return createHmac("sha256", key).update("aws4_request").digest();
}

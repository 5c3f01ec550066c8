import { createHash } from "node:crypto";

const credential = /\bCredential=([^/,\s]+)\//;

/**
 * The access key id of the person at the laptop, who may do everything: `npm run publish`, tests and
 * any SDK client of a backend that is tried out sign with it, and with any secret.
 */
export const operatorAccessKeyId = "laptop";

/** By what a function's calls are known. Nothing verifies signatures, so the id is all there is. */
export function functionAccessKeyId(functionName: string): string {
  return `LAPTOP${createHash("sha256").update(functionName).digest("hex").slice(0, 14).toUpperCase()}`;
}

/**
 * Who calls, as far as a request says it: the access key id of a SigV4 `Authorization` header;
 * undefined for a request that is not signed.
 */
export function accessKeyIdIn(authorization: string | undefined): string | undefined {
  return credential.exec(authorization ?? "")?.[1];
}

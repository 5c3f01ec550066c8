const credential = /\bCredential=([^/,\s]+)\//;

/**
 * Who calls, as far as a request says it: the access key id of a SigV4 `Authorization` header;
 * undefined for a request that is not signed.
 */
export function accessKeyIdIn(authorization: string | undefined): string | undefined {
  return credential.exec(authorization ?? "")?.[1];
}

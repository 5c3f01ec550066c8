import type { IncomingMessage } from "node:http";

export interface PageAnswer {
  status: number;
  /** `Content-Type` */
  type: string;
  body: string;
}

/**
 * Keeps other sites away from the page's server, which gives out tokens to whoever asks. A site can have
 * a browser send requests to this machine, but cannot make up its headers: `Host` is the name that the
 * browser went by (a name of the site's own, should it lead here: DNS rebinding), `Origin` is the site.
 *
 * @param port the server's own
 * @returns the refusal; undefined when the request may go on
 */
export function refusalOf(
  { method, headers }: Pick<IncomingMessage, "method" | "headers">,
  port: number,
): PageAnswer | undefined {
  const own = [`127.0.0.1:${port}`, `localhost:${port}`];
  const { host = "", origin } = headers;
  if (!own.includes(host)) {
    return refusal(403, `This page is at http://${own[0]}/ only.`);
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return refusal(403, "Other sites may not ask this server.");
  }
  if (method === "GET") {
    return undefined;
  }
  // A browser sends it with every POST, and this type to another site only after asking it first.
  if (origin === undefined || headers["content-type"] !== "application/json") {
    return refusal(403, "Only the page itself may ask for a token, in JSON.");
  }
  return undefined;
}

/** For a content security policy. */
export function originOf(url: string): string {
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function refusal(status: number, message: string): PageAnswer {
  return { status, type: "application/json", body: JSON.stringify({ message }) };
}

import type { IncomingMessage } from "node:http";

/** The headers and the query of a handshake, in the shape of a Lambda event. */
export interface HandshakeRequest {
  /** Names as the client wrote them; of a repeated header the last value. */
  headers: Record<string, string>;
  multiValueHeaders: Record<string, string[]>;
  /** Decoded; of a repeated parameter the last value. */
  query: Record<string, string>;
  multiValueQuery: Record<string, string[]>;
}

/** Headers of the hop between the client and API Gateway, which no integration sees. */
const HOP_BY_HOP = new Set(["connection", "upgrade"]);

/** Reads a handshake's headers, in their original case, and its query. */
export function readHandshake(request: IncomingMessage): HandshakeRequest {
  const headers = pairs(request.rawHeaders).filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()));
  const [, search] = (request.url ?? "").split(/\?(.*)/s);
  const query = [...new URLSearchParams(search)];
  return {
    headers: Object.fromEntries(headers),
    multiValueHeaders: grouped(headers),
    query: Object.fromEntries(query),
    multiValueQuery: grouped(query),
  };
}

function pairs(flat: string[]): [string, string][] {
  return flat.flatMap((name, index) =>
    index % 2 === 0 ? [[name, flat[index + 1] ?? ""] as [string, string]] : [],
  );
}

function grouped(entries: [string, string][]): Record<string, string[]> {
  const groups = Map.groupBy(entries, ([name]) => name);
  return Object.fromEntries(
    [...groups].map(([name, group]) => [name, group.map(([, value]) => value)]),
  );
}

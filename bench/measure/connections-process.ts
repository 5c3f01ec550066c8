import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { answer } from "../lib/child.ts";
import { marker } from "./messages.ts";

/**
 * Plays the `@connections` service, in a process of its own: takes any post, answers 200 after as
 * long as the service is said to take, and counts. It judges no signature, so it costs every way of
 * posting the same.
 */
export interface PostFigures {
  posts: number;
  /** Messages in them: a coalesced frame has several. */
  messages: number;
  bytes: number;
  /** Different connections that were posted to. */
  connections: number;
  /** When the last post was answered, in epoch milliseconds with fractions. */
  lastAnswerAt: number;
}

export type ServiceQuestion = "address" | "figures" | "reset";

const latencyMs = Number(process.argv[2]);
const markerBytes = Buffer.from(marker);
let posts = 0;
let messages = 0;
let bytes = 0;
let lastAnswerAt = 0;
const connections = new Set<string>();

const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks);
    posts += 1;
    bytes += body.length;
    messages += countIn(body);
    connections.add(request.url ?? "");
    setTimeout(() => {
      response.writeHead(200, { "content-length": 0 });
      response.end();
      lastAnswerAt = performance.timeOrigin + performance.now();
    }, latencyMs);
  });
});
// Idle connections are the caller's to prune.
server.keepAliveTimeout = 60_000;
const listening = new Promise<string>((resolve) => {
  server.listen(0, "127.0.0.1", 1024, () =>
    resolve(`http://127.0.0.1:${(server.address() as AddressInfo).port}`),
  );
});

answer(async (question: ServiceQuestion): Promise<PostFigures | string> => {
  if (question === "address") return await listening;
  const figures = { posts, messages, bytes, connections: connections.size, lastAnswerAt };
  if (question === "reset") {
    [posts, messages, bytes, lastAnswerAt] = [0, 0, 0, 0];
    connections.clear();
  }
  return figures;
});

function countIn(body: Buffer): number {
  let count = 0;
  for (let at = body.indexOf(markerBytes); at !== -1; at = body.indexOf(markerBytes, at + 1)) {
    count += 1;
  }
  return count;
}

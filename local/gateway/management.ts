import type { IncomingMessage, ServerResponse } from "node:http";
import { accessKeyIdIn } from "../access-key-id.ts";
import type { ServeCall } from "../outside-calls.ts";
import type { Connection } from "./connection.ts";
import type { Verdict } from "./options.ts";
import { MAX_MESSAGE_BYTES } from "./quotas.ts";
import { errorAnswer, type HttpAnswer } from "./refusal.ts";

/** How a deleted connection is closed: the API takes no code, so the normal one. */
const DELETED = 1000;

/** What connection ids consist of; which others of these characters AWS calls invalid is not known. */
const CONNECTION_ID = /^[A-Za-z0-9_-]+={0,2}$/;

/** The connection that a request is about. */
export interface ManagedConnection {
  connectionId: string;
  /** Undefined when there is no such open connection. */
  find(): Connection | undefined;
  /** Judges who calls by the access key id; undefined when the call may go on. */
  authorize(accessKeyId: string, method: string): Verdict | Promise<Verdict>;
  /** Counts a request; false when the account's requests are used up. */
  admit(): boolean;
  /** Default: the call goes well. */
  serveCall?: ServeCall | undefined;
}

/** A request of the API, read to its end. */
export interface ManagementRequest {
  method: string;
  /** Undefined when it is not signed. */
  accessKeyId: string | undefined;
  /** Undefined when it is too large. */
  body: Buffer | undefined;
}

/** The operations of the API by their methods. */
const ACTIONS: Record<string, string> = {
  POST: "PostToConnection",
  GET: "GetConnection",
  DELETE: "DeleteConnection",
};

const JSON_TYPE = { "Content-Type": "application/json" };

/** The access key that a request is signed with; undefined when it is not signed. */
export function accessKeyOf(request: IncomingMessage): string | undefined {
  return accessKeyIdIn(request.headers.authorization);
}

/**
 * Serves `@connections` for one connection: POST sends it a text frame, GET describes it, DELETE
 * closes it (API Gateway Management API). Requests must be signed, but the signature is not checked.
 *
 * A post is answered once its frame was handed to the socket; posts are sent in the order in which
 * their bodies were complete. Bytes that are not UTF-8 become U+FFFD. Refusals: 403 unsigned, by an
 * unknown key, or without execute-api:ManageConnections; 429 past the account's requests and while too
 * much waits for a slow client; 413 above {@link MAX_MESSAGE_BYTES}; 400 for what cannot be a
 * connection id (observed on AWS); 410 for a connection that is not open.
 */
export async function manage(
  request: IncomingMessage,
  response: ServerResponse,
  connection: ManagedConnection,
): Promise<void> {
  try {
    const body = await bodyOf(request);
    const write = (answer: HttpAnswer) =>
      void response.writeHead(answer.status, answer.headers).end(answer.body);
    const { serveCall, connectionId } = connection;
    const { method = "" } = request;
    const managed = { method, accessKeyId: accessKeyOf(request), body };
    if (serveCall === undefined) {
      write(answerTo(managed, connection, await verdictOn(managed, connection)));
      return;
    }
    const answer = () => answerTo(managed, connection, knownVerdict(managed, connection));
    await serveCall({
      service: "execute-api",
      action: ACTIONS[method] ?? "",
      connectionId,
      request,
      response,
      answer: () => write(answer()),
      carryOut: () => void answer(),
      refuse: (status, type) => write(errorAnswer(status, undefined, type)),
    });
  } catch {
    // The caller went away while its request was read, as it does past a deadline of its own.
    response.destroy();
  }
}

/** Judges who calls. */
function verdictOn(
  { method, accessKeyId }: ManagementRequest,
  { authorize }: ManagedConnection,
): Verdict | Promise<Verdict> {
  return accessKeyId === undefined ? undefined : authorize(accessKeyId, method);
}

/** As {@link verdictOn}, where that is known at once: in the process that knows the roles. */
export function knownVerdict(request: ManagementRequest, connection: ManagedConnection): Verdict {
  const verdict = verdictOn(request, connection);
  if (verdict instanceof Promise) throw new Error("Who may manage connections is not known here.");
  return verdict;
}

/** Carries a request out, which may have come by another way than HTTP. */
export function answerTo(
  { method, accessKeyId, body }: ManagementRequest,
  { connectionId, find, admit }: ManagedConnection,
  refusal: Verdict,
): HttpAnswer {
  if (accessKeyId === undefined) {
    const type = "MissingAuthenticationTokenException";
    return errorAnswer(403, "Missing Authentication Token", type);
  }
  if (refusal !== undefined) {
    const isDenied = refusal.kind === "denied";
    const type = isDenied ? "AccessDeniedException" : "UnrecognizedClientException";
    return errorAnswer(403, refusal.message, type);
  }
  if (!admit()) return errorAnswer(429);
  if (body === undefined) {
    return errorAnswer(413, `Message length exceeds ${MAX_MESSAGE_BYTES} bytes`);
  }
  if (!CONNECTION_ID.test(connectionId)) {
    return errorAnswer(400, `Invalid connectionId: ${connectionId}`);
  }
  const connection = find();
  if (connection === undefined) return errorAnswer(410);
  switch (method) {
    case "POST":
      if (connection.congested) return errorAnswer(429, "The client's buffer is full");
      connection.send(body.toString("utf8"));
      return { status: 200, headers: { "Content-Length": "0" }, body: "" };
    case "GET":
      return { status: 200, headers: JSON_TYPE, body: describe(connection) };
    case "DELETE":
      connection.close(DELETED);
      return { status: 204, headers: {}, body: "" };
    default:
      return errorAnswer(403);
  }
}

/** The whole body; undefined when it is too large, of which the rest is read and dropped. */
async function bodyOf(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_MESSAGE_BYTES) chunks.push(chunk);
  }
  return size <= MAX_MESSAGE_BYTES ? Buffer.concat(chunks) : undefined;
}

function describe({ connectedAt, lastActiveAt, sourceIp, userAgent }: Connection): string {
  return JSON.stringify({
    connectedAt: new Date(connectedAt).toISOString(),
    lastActiveAt: new Date(lastActiveAt).toISOString(),
    identity: { sourceIp, userAgent: userAgent ?? "" },
  });
}

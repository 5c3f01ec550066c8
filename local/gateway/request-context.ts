import { randomBytes } from "node:crypto";
import type { ApiDefinition } from "./definition.ts";
import type { Tools } from "./options.ts";

/** What a Lambda authorizer said of a client: its context as strings, and how long it took. */
export type AuthorizerContext = { principalId: string; integrationLatency: number } & Record<
  string,
  string | number
>;

/**
 * What an event of a connection is known by: `event.requestContext` of a Lambda function, `$context`
 * of a mapping template (API Gateway Developer Guide, WebSocket mapping template reference).
 */
export interface RequestContext {
  routeKey: string;
  eventType: "CONNECT" | "MESSAGE" | "DISCONNECT";
  /** Of messages only. */
  messageId?: string;
  /** Of disconnections only. */
  disconnectStatusCode?: number;
  /** Of disconnections only. */
  disconnectReason?: string;
  authorizer?: AuthorizerContext;
  /** The same as `requestId`. */
  extendedRequestId: string;
  /** In Common Log Format. */
  requestTime: string;
  messageDirection: "IN";
  stage: string;
  /** Epoch milliseconds. */
  connectedAt: number;
  /** Epoch milliseconds. */
  requestTimeEpoch: number;
  identity: { sourceIp: string; userAgent?: string };
  requestId: string;
  domainName: string;
  connectionId: string;
  apiId: string;
}

/** What the context takes from a connection, open or still in its handshake. */
export interface Peer {
  readonly id: string;
  readonly stage: string;
  /** Epoch milliseconds. */
  readonly connectedAt: number;
  readonly domainName: string;
  readonly sourceIp: string;
  readonly userAgent: string | undefined;
  authorizer: AuthorizerContext | undefined;
}

/** A new request of a connection, with an id of its own. */
export function requestContext(
  api: ApiDefinition,
  peer: Peer,
  tools: Tools,
  event: Pick<RequestContext, "routeKey" | "eventType"> & Partial<RequestContext>,
): RequestContext {
  const requestId = tools.newId();
  const now = tools.clock.now();
  return {
    ...event,
    ...(peer.authorizer !== undefined && { authorizer: peer.authorizer }),
    extendedRequestId: requestId,
    requestTime: commonLogTime(now),
    messageDirection: "IN",
    stage: peer.stage,
    connectedAt: peer.connectedAt,
    requestTimeEpoch: now,
    identity: {
      sourceIp: peer.sourceIp,
      ...(peer.userAgent !== undefined && { userAgent: peer.userAgent }),
    },
    requestId,
    domainName: peer.domainName,
    connectionId: peer.id,
    apiId: api.id,
  };
}

/** 16 characters of base64 that end in `=`, as API Gateway's ids do: they must be URL-encoded. */
export function randomId(): string {
  return `${randomBytes(11).toString("base64url")}=`;
}

const MONTHS = "JanFebMarAprMayJunJulAugSepOctNovDec";

/** For instance `09/Apr/2026:12:34:56 +0000`. */
function commonLogTime(epochMilliseconds: number): string {
  const date = new Date(epochMilliseconds);
  const [year, , day] = date.toISOString().slice(0, 10).split("-");
  const month = MONTHS.slice(date.getUTCMonth() * 3).slice(0, 3);
  return `${day}/${month}/${year}:${date.toISOString().slice(11, 19)} +0000`;
}

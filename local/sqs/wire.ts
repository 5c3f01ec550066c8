import { accessKeyIdIn } from "../access-key-id.ts";
import type { Session } from "../iam/access.ts";

/** A request as it came in, by HTTP or from inside of the runtime. */
export interface WireRequest {
  /** For instance `/123456789012/orders.fifo`. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
  /** Aborts when the caller is gone, which ends a long poll. */
  signal?: AbortSignal;
  /** Called when the caller has to wait for a message; the result, before it is answered. */
  hold?: () => () => void;
  /** The role that a service calls with, from inside of the runtime; else the header says who it is. */
  session?: Session;
}

export interface WireResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/** Who calls, as far as the request says it. */
export interface Caller {
  /** From the SigV4 `Authorization` header; undefined for an unsigned request. */
  accessKeyId: string | undefined;
}

export function callerOf(request: WireRequest): Caller {
  return { accessKeyId: accessKeyIdIn(header(request, "authorization")) };
}

/** The action that a request asks for, whichever protocol it speaks; empty when it names none. */
export function actionOf(request: WireRequest): string {
  const target = header(request, "x-amz-target");
  return target?.split(".").at(-1) ?? new URLSearchParams(request.body).get("Action") ?? "";
}

/** A header by its name, whatever the case it was written in. */
export function header(request: WireRequest, name: string): string | undefined {
  for (const [key, value] of Object.entries(request.headers)) {
    if (key.toLowerCase() === name) return Array.isArray(value) ? value.join(", ") : value;
  }
  return undefined;
}

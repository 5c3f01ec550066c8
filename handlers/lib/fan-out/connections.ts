import type { Payload } from "./payload.ts";

/** What became of one post. */
export type PostOutcome =
  | "delivered"
  /** 410: closed, unknown, or still in its handshake. */
  | "gone"
  /** 429: the account's rate, or this connection's buffer is full. */
  | "throttled"
  /** 413: the frame, which no later attempt makes smaller. */
  | "too-large"
  /** Over its deadline, or any other answer. */
  | "failed";

/** The connections of the WebSocket API, as fan-out reaches them. Neither call rejects. */
export interface Connections {
  /** Posts one frame; settles by `deadlineMs` at the latest. */
  post(connectionId: string, payload: Payload, deadlineMs: number): Promise<PostOutcome>;
  /** Resolves to whether the service has answered that the connection is no more. */
  close(connectionId: string, deadlineMs: number): Promise<boolean>;
}

/**
 * What lies on the rooms queue. The message group is the room. Message attributes say who and what,
 * and come from the gateway's templates, the presence function or a backend, never from a client;
 * the body is what was published.
 */
export const attributeNames = {
  /** One of {@link QueueMessageKind}; absent: published by a backend. */
  kind: "kind",
  connectionId: "connectionId",
  requestId: "requestId",
  user: "user",
  /** Epoch milliseconds at which API Gateway received the frame. */
  sentAt: "sentAt",
  /** The sender's token expiry, epoch seconds. */
  expiresAt: "expiresAt",
} as const;

export type QueueMessageKind =
  /** A client's JSON frame, `{"action":"message","id"?,"data"}`. */
  | "message"
  /** A client's frame that is not: published as a string. */
  | "text"
  /** A connection was added to the table; the body names it. */
  | "joined"
  /** A connection was removed from the table; the body names its user. */
  | "left"
  /** Several of the two before; the body lists them. */
  | "changes"
  /** Published by a backend: the body is the JSON text of `data`. */
  | "publish";

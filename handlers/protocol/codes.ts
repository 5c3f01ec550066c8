/**
 * The numbered catalogue of what a client can be told. Numbers are never reused.
 * 41xx: an `error` frame, the connection goes on. 42xx: a `closing` frame, the connection ends.
 */

export interface ErrorDefinition {
  /** The number in the frame. */
  readonly code: number;
  /** One sentence for a person; the frame carries it. */
  readonly message: string;
  /** What the client should do; printed in docs/protocol.md. */
  readonly remedy: string;
}

/** What went wrong with one message. The connection stays open. */
export const errors = {
  /** Answered by the gateway before the queue: the token has no `publish` for this room. */
  publishNotAllowed: {
    code: 4101,
    message: "This token may not publish to this room.",
    remedy: "Connect again with a token that grants `publish`. Sending again is of no use.",
  },
  /** Answered by the gateway: SQS, or the call to it, refused the message. Nothing was queued. */
  notQueued: {
    code: 4102,
    message: "The message was not queued.",
    remedy:
      "Frames that are empty, or hold control characters, U+FFFE or U+FFFF, never are. Otherwise send again, with the same `id`.",
  },
  /** Answered by fan-out. */
  dataMissing: {
    code: 4103,
    message: 'A "message" needs "data".',
    remedy: "Correct the frame; send it under a new `id`.",
  },
  /** Answered by fan-out: the encoded `data` is over {@link maxDataBytes}. */
  dataTooLarge: {
    code: 4104,
    message: "The encoded data is larger than 24 KB.",
    remedy: "Send less, or a link to it; under a new `id`.",
  },
  /** Answered by fan-out: nesting too deep to be encoded again. */
  dataMalformed: {
    code: 4105,
    message: "The data cannot be encoded.",
    remedy: "Nest it less deeply; send it under a new `id`.",
  },
  /** Answered by fan-out: `id` is not a string of `[A-Za-z0-9_-]{1,64}`. */
  idInvalid: {
    code: 4106,
    message: 'An "id" is a string of 1 to 64 characters of A-Z a-z 0-9 _ -.',
    remedy: "Correct the `id`.",
  },
  /** Answered by fan-out, and followed by the closing of the same reason. */
  sentAfterExpiry: {
    code: 4107,
    message: "The token had expired when this was sent.",
    remedy: "Connect again with a fresh token; send it under a new `id`.",
  },
} as const satisfies Record<string, ErrorDefinition>;

export interface ClosingDefinition {
  readonly code: number;
  readonly reason: string;
  /** Whether connecting again can succeed. */
  readonly retry: boolean;
  readonly remedy: string;
}

/** Why the server is about to close a connection. */
export const closings = {
  /** The token's `exp` has passed. */
  tokenExpired: {
    code: 4201,
    reason: "token_expired",
    retry: true,
    remedy: "Connect again with a fresh token.",
  },
  /** Frames could not be delivered to this connection, although retried. */
  unreachable: {
    code: 4202,
    reason: "unreachable",
    retry: true,
    remedy: "Read faster; connect again after a pause. Messages may have been missed.",
  },
  /** It has sent for more than a minute faster than its room can be served. */
  rateLimited: {
    code: 4203,
    reason: "rate_limited",
    retry: true,
    remedy: "Send less; connect again after a pause. What was acknowledged is delivered.",
  },
  /** By an operator. No ban: a token that is still good connects again. */
  disconnected: {
    code: 4204,
    reason: "disconnected",
    retry: false,
    remedy: "Do not connect again by yourself.",
  },
} as const satisfies Record<string, ClosingDefinition>;

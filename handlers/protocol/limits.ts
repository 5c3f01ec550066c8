/** A room name: what is a valid SQS message group id, and needs no escaping anywhere. */
export const roomPattern = /^[A-Za-z0-9_.:-]{1,100}$/;

/** A client's message id. The request template holds the same pattern (components/templates.ts). */
export const idPattern = /^[A-Za-z0-9_-]{1,64}$/;

/** Encoded `data`, in bytes: small enough that no outgoing frame passes {@link maxFrameBytes}. */
export const maxDataBytes = 24 * 1024;

/** API Gateway's frame limit, also the unit it bills by (API Gateway Developer Guide, quotas). */
export const maxFrameBytes = 32 * 1024;

/** A user id (the token's `sub`), in bytes of UTF-8. */
export const maxUserBytes = 256;

/** The only subprotocol that is ever answered; a browser offers it beside `bearer.<jwt>`. */
export const subprotocol = "roomcast.v1";

/** The offered subprotocol that carries the token. Never echoed. */
export const bearerPrefix = "bearer.";

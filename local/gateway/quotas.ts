/**
 * The quotas of API Gateway's WebSocket APIs (API Gateway Developer Guide, quotas for configuring and
 * running a WebSocket API).
 */

/** The largest message, in either direction, in bytes. */
export const MAX_MESSAGE_BYTES = 128 * 1024;
/** The largest frame, in bytes of payload; a larger message must come in several. */
export const MAX_FRAME_BYTES = 32 * 1024;
/** How long a connection lives without a message in either direction, in milliseconds. */
export const IDLE_TIMEOUT = 10 * 60 * 1000;
/** How long a connection lives at most, in milliseconds. */
export const MAX_CONNECTION_DURATION = 2 * 60 * 60 * 1000;
/** The longest address of a handshake, in characters; counted here from the path on. */
export const MAX_URL_LENGTH = 4096;

/** What one API may have of each. */
export const MAX_ROUTES = 300;
export const MAX_INTEGRATIONS = 300;
export const MAX_AUTHORIZERS = 10;
export const MAX_STAGES = 10;

/** The longest mapping template, in characters (API Gateway API Reference, StringWithLengthBetween0And32K). */
export const MAX_TEMPLATE_LENGTH = 32_768;

/** Requests to all APIs of an account and region together, `@connections` included. */
export const ACCOUNT_REQUESTS = { rate: 10_000, burst: 5000 };
/** New connections a second of an account and region; AWS names no burst, so it is the same. */
export const ACCOUNT_CONNECTIONS = { rate: 500, burst: 500 };

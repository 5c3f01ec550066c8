import type { ClosingDefinition, ErrorDefinition } from "./codes.ts";

/** A published message. The sender gets it too. */
export interface MessageFrame {
  type: "message";
  /** Decimal string, only grows within a room; too long for a number. */
  seq: string;
  /** The client's own id, if it gave one. */
  id?: string;
  /** The id of the request that published it, as in its acknowledgement. */
  requestId: string;
  room: string;
  /** The sender's user id; null when a backend published it. */
  from: string | null;
  /** When it was sent, epoch milliseconds. */
  at: number;
  data: unknown;
}

export interface RoomMember {
  user: string;
  /** How many connections the user has in the room; 0: left. */
  connections: number;
}

/** Says that a connection has joined. Frames of the room may come before it, and may have a gap there. */
export interface WelcomeFrame {
  type: "welcome";
  seq: string;
  room: string;
  connectionId: string;
  members: RoomMember[];
  /** The members did not all fit, or presence is off. */
  truncated: boolean;
  /** False: no `presence` frames follow, since the room is too large or the token may not subscribe. */
  presence: boolean;
}

/** Several changes at once; or the whole list anew, when presence was switched off or on. */
export interface MembersFrame {
  type: "members";
  seq: string;
  /** How it is with these users; empty when presence is off. */
  members: RoomMember[];
  /** It says nothing of other users; if false, they are not in the room. */
  truncated: boolean;
  /** Whether it will be told of who comes and goes. */
  presence: boolean;
}

export interface PresenceFrame extends RoomMember {
  type: "presence";
  seq: string;
}

export interface ErrorFrame {
  type: "error";
  code: number;
  message: string;
  requestId?: string;
  id?: string;
}

export interface ClosingFrame {
  type: "closing";
  code: number;
  reason: string;
  retry: boolean;
}

/** What fan-out puts into `batch` frames. */
export type EventFrame = MessageFrame | WelcomeFrame | MembersFrame | PresenceFrame | ErrorFrame;

/** Several events in order. */
export interface BatchFrame {
  type: "batch";
  events: EventFrame[];
}

export interface AckFrame {
  type: "ack";
  requestId: string;
}

export interface PongFrame {
  type: "pong";
  /** Epoch milliseconds. */
  at: number;
}

export type ServerFrame = EventFrame | BatchFrame | AckFrame | PongFrame | ClosingFrame;

export type ClientFrame = { action: "message"; id?: string; data: unknown } | { action: "ping" };

/** An `error` frame for a definition of the catalogue. */
export function errorFrame(
  definition: ErrorDefinition,
  about: { requestId?: string; id?: string } = {},
): ErrorFrame {
  return { type: "error", code: definition.code, message: definition.message, ...about };
}

/** A `closing` frame for a definition of the catalogue. */
export function closingFrame({ code, reason, retry }: ClosingDefinition): ClosingFrame {
  return { type: "closing", code, reason, retry };
}

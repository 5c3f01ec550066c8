import type { QueuedMessage, ReceivedFrame, Row } from "../world.ts";
import type { FaultKind } from "./fault.ts";
import type { ClientPlan, Schedule } from "./schedule.ts";

/** All that a schedule led to, as it is seen from outside, for the checks to judge. */
export interface History {
  schedule: Schedule;
  /** One for each attempt to connect, in order. */
  connections: readonly ConnectionHistory[];
  published: readonly BackendMessage[];
  /** What the rooms queue took, repeats left out. */
  queued: readonly QueuedMessage[];
  /** What the lanes' queue took, repeats left out; `room` is a lane's message group. */
  laneTasks: readonly QueuedMessage[];
  /** How many places had a cursor in the end, of a batch whose delivery was interrupted. */
  cursors: number;
  /** Message ids, of both queues. */
  deadLetters: ReadonlySet<string>;
  /** As it is at the end. */
  rows: readonly Row[];
  /** The connections that the gateway holds open at the end. */
  open: ReadonlySet<string>;
  /** How often each kind of fault has struck; kinds that have not are left out. */
  strikes: ReadonlyMap<FaultKind, number>;
  /** When, in epoch milliseconds. */
  strikeTimes: readonly number[];
  /** Epoch milliseconds at which the last probe was published: after it nothing happens by itself. */
  lastProbeAt: number;
}

/** One connection, from its handshake to its end. */
export interface ConnectionHistory {
  plan: ClientPlan;
  /** The client's name, and which of its connections it is: `c1`, `c1 (2nd)`. */
  name: string;
  /** Epoch milliseconds at which the handshake began. */
  startedAt: number;
  /** Of its token, epoch milliseconds. */
  expiresAt: number;
  /** How the handshake ended; undefined while it has not. 101, or the status of a refusal. */
  status: number | undefined;
  /** Undefined when it was refused. */
  connectionId: string | undefined;
  flights: readonly Flight[];
  received: readonly ReceivedFrame[];
  closed: { code: number; at: number } | undefined;
  /** That its own client ended it, and how. */
  ended: { by: "leave" | "vanish"; at: number } | undefined;
  /** What fan-out did to it. */
  treatment: Treatment;
}

/** What a client sent without waiting for answers in between. */
export interface Flight {
  /** Epoch milliseconds. */
  at: number;
  texts: readonly string[];
  /** How many frames had come before. */
  receivedBefore: number;
}

/** The calls that fan-out made for a connection. */
export interface Treatment {
  /** Posts that were answered by 410 although it was open: before its handshake's end, or by a fault. */
  goneAnswers: number;
  /** How often DeleteConnection was called. */
  deletions: number;
  /** Once at least before its handshake had ended: then it is answered by 410, and closes nothing. */
  deletedTooEarly: boolean;
  /** A fault struck the last post. */
  lastPostStruck: boolean;
  /** A fault struck the post that would have told it why, right before a deletion. */
  closingStruck: boolean;
}

/** A message that a backend has published, probes included. */
export interface BackendMessage {
  room: string;
  requestId: string;
  data: unknown;
  /** What `publish` resolved to. */
  sequenceNumber: string;
  /** Epoch milliseconds. */
  at: number;
}

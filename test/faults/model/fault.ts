import type { CallFault } from "../../../local/faults.ts";

/** The kinds of things that go wrong, by what the tables of docs/reliability.md call them. */
export const faultKinds = {
  "crash-before": "a function's process ends before a call of its is carried out",
  "crash-after": "a function's process ends right after a call of its was carried out",
  timeout: "a call never ends, and the function is killed at its timeout",
  redelivery: "a delivered batch's deletion is lost, and it comes again",
  "stream-repeat": "records of the stream come twice",
  "stream-delay": "records of the stream come late",
  "stale-read":
    "a read that was not asked to be consistent shows an older state (all are asked to)",
  "post-410": "a post is answered by 410, the connection being not yet live",
  "post-429": "posts to one connection are throttled",
  "account-429": "everybody's posts and deletions are throttled",
  "post-5xx": "posts are answered by 500 or 503",
  "post-hangs": "posts are not answered, and not carried out",
  "post-unanswered": "posts are carried out, but their answer is late or lost",
  "deletion-fails": "DeleteConnection fails, hangs, or its answer is lost",
  "table-throttled": "the table refuses calls",
  "table-fails": "calls to the table fail, hang, or their answer is lost",
  "send-fails": "announcements to the queue fail, in part, too, hang, or their answer is lost",
  "lane-send-fails": "tasks for lanes are not queued, or in part, hang, or the answer is lost",
  "mark-fails": "marks and cursors cannot be written or read, or the answer is lost",
  "room-lags": "a room's batches are handed over late",
  "lane-lags": "one lane's tasks are handed over late",
  "visibility-fails":
    "ChangeMessageVisibilityBatch fails, in part, too, hangs, or its answer is lost",
  "disconnect-lost": "API Gateway does not call `$disconnect`",
  "token-expires": "a token expires while its connection is open",
} as const;

export type FaultKind = keyof typeof faultKinds;

export type Role = "authorize" | "connect" | "disconnect" | "fan-out" | "presence";

/** Which calls a fault is about: those that have all that is named. */
export interface CallTarget {
  role?: Role;
  service?: "dynamodb" | "sqs" | "execute-api";
  action?: string;
  /** The client whose connection the call is about. */
  client?: string;
  /** Only posts to connections that have neither been reached nor sent anything yet. */
  handshaking?: true;
}

/** How often a fault strikes: it lets so many pass, then takes so many, or all of some time. */
export interface Extent {
  skip: number;
  times: number;
  /** From the first time on; past it the fault is over, whatever `times` says. */
  milliseconds?: number;
  /** After every so many strikes it lets one pass. */
  letsPassAfter?: number;
}

/** One thing that goes wrong, from the place in the schedule on at which it stands. */
export type Fault = { kind: FaultKind } & (
  | { on: "call"; target: CallTarget; effect: CallFault; extent: Extent }
  | { on: "deletion"; extent: Extent }
  | { on: "disconnect"; extent: Extent }
  /** Of the message group that it strikes first, all others go well. */
  | { on: "batch"; of: "rooms" | "lanes"; delay: number; extent: Extent }
  | { on: "stream"; delay: number; repeats: number; pause?: number; extent: Extent }
);

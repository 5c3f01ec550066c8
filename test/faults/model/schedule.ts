import type { Rights } from "../../../handlers/lib/authorization/rights.ts";
import type { Fault } from "./fault.ts";

/** What happens in a world, as plain data: the same schedule in the same world goes the same way. */
export interface Schedule {
  seed: number;
  /** How Roomcast is set up; default: so that no room ever is a large one. */
  settings?: RoomSettings;
  clients: ClientPlan[];
  /** One after the other. A fault stands where it begins to lie in wait. */
  steps: Step[];
}

/** Settings of the stack (README.md, "Configuration") that decide how a room is served. */
export interface RoomSettings {
  presenceLimit: number;
  largeRoomMembers: number;
  laneCount: number;
}

/** Someone who connects, and may do so again after the connection has ended. */
export interface ClientPlan {
  /** Its name in steps and faults. */
  name: string;
  user: string;
  room: string;
  rights: Rights;
  /** How long each of its tokens is good for. */
  tokenSeconds: number;
  /** Sends no pings of its own, so that the gateway closes it after ten idle minutes. */
  silent: boolean;
}

/** `n` is of this step alone and stands in what is sent, so that each frame can be told from all others. */
export type Step =
  | { do: "connect"; client: string }
  | { do: "publish"; client: string; n: number; id?: string; bytes?: number }
  | { do: "text"; client: string; n: number }
  /** A frame that cannot be delivered. */
  | { do: "invalid"; client: string; n: number; what: Invalid; id?: string }
  | { do: "ping"; client: string }
  /** Several at once, without waiting for acknowledgements. */
  | { do: "burst"; client: string; first: number; count: number; bytes?: number }
  /** Messages of a backend; `bytes` over the limit make them unreadable. */
  | { do: "backend"; room: string; first: number; count: number; bytes?: number }
  /** Ends its connection. */
  | { do: "leave"; client: string }
  /** Its network is gone. */
  | { do: "vanish"; client: string }
  | { do: "pass"; milliseconds: number }
  | { do: "fault"; fault: Fault };

export type Invalid = "bad-id" | "numeric-id" | "no-data" | "too-large" | "control-character";

export function faultsOf({ steps }: Schedule): Fault[] {
  return steps.flatMap((step) => (step.do === "fault" ? [step.fault] : []));
}

/** The most connections of a room that has presence; of the default settings more than ever are there. */
export function presenceLimitOf({ settings }: Schedule): number {
  return settings?.presenceLimit ?? Number.POSITIVE_INFINITY;
}

/** How many steps there are, faults not counted. */
export function stepsOf({ steps }: Schedule): number {
  return steps.filter((step) => step.do !== "fault").length;
}

/** The texts that a step sends, in order. */
export function textsOf(step: Step): string[] {
  switch (step.do) {
    case "publish":
      return [publish({ n: step.n, id: step.id, bytes: step.bytes })];
    case "burst":
      return range(step).map((n) => publish({ n, bytes: step.bytes }));
    case "text":
      return [`text ${step.n}`];
    case "invalid":
      return [invalid(step)];
    case "ping":
      return [JSON.stringify({ action: "ping" })];
    default:
      return [];
  }
}

/** The `data` of a backend's messages, in order. */
export function dataOf(step: Extract<Step, { do: "backend" }>): unknown[] {
  return range(step).map((n) => payload(n, step.bytes));
}

function range({ first, count }: { first: number; count: number }): number[] {
  return Array.from({ length: count }, (_, index) => first + index);
}

function payload(n: number, bytes: number | undefined): unknown {
  return bytes === undefined ? { n } : { n, filling: "x".repeat(bytes) };
}

function publish(about: {
  n: number;
  id?: string | undefined;
  bytes?: number | undefined;
}): string {
  const data = payload(about.n, about.bytes);
  return JSON.stringify({ action: "message", id: about.id, data });
}

function invalid({ n, what, id }: Extract<Step, { do: "invalid" }>): string {
  const action = "message";
  switch (what) {
    case "bad-id":
      return JSON.stringify({ action, id: "not an id", data: { n } });
    case "numeric-id":
      return JSON.stringify({ action, id: n, data: { n } });
    case "no-data":
      return JSON.stringify({ action, id, n });
    case "too-large":
      return publish({ n, id, bytes: 25_000 });
    case "control-character":
      return `text \u0001 ${n}`;
  }
}

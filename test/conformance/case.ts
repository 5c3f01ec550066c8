import type { FixtureTarget, RoomcastTarget } from "./target.ts";

/** What a case is about; the order is that of the tables. */
export const areas = [
  "handshake",
  "authorizer",
  "subprotocol",
  "messages",
  "templates",
  "responses",
  "limits",
  "management",
  "disconnect",
  "throttling",
  "queue",
  "event source",
  "table",
  "stream",
  "function",
  "iam",
] as const;

export type Area = (typeof areas)[number];

/**
 * Where a case can run: `anywhere`; on the `laptop clock` alone, since hours have to pass; or, being
 * `unconfirmed`, anywhere too, but AWS documents nothing of it, so that a difference there is news and
 * no failure.
 */
export const marks = ["anywhere", "laptop clock", "unconfirmed"] as const;

export type Mark = (typeof marks)[number];

/** What a case rests on: a page or a service model of AWS, or who has seen it. */
export interface Source {
  name: string;
  /** Where its address is known. */
  url?: string;
}

interface About {
  /** Stable, in kebab-case. */
  id: string;
  area: Area;
  /** What AWS does, in a sentence. */
  title: string;
  /** At least one. */
  sources: readonly Source[];
  where: Mark;
  /** Cases that name the same thing run one after the other. */
  exclusive?: string;
}

/** A case that needs the second program, for what Roomcast's own routes cannot show. */
export interface FixtureCase extends About {
  stack: "fixture";
  /** Rejects when AWS, or what plays it, does something else. */
  run(target: FixtureTarget): Promise<void>;
}

export interface RoomcastCase extends About {
  stack: "roomcast";
  run(target: RoomcastTarget): Promise<void>;
}

/**
 * One thing that AWS does. A case sees no more than a client does: a WebSocket, HTTP, the SDK's
 * clients. What differs only in data is one case with a list.
 */
export type Case = FixtureCase | RoomcastCase;

export type StackName = Case["stack"];

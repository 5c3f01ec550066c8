import { roomPattern } from "../../handlers/protocol/limits.ts";
import type { Closed, PublishResult, RoomEvents, RoomOptions, RoomState } from "../types.ts";
import { Session } from "./session.ts";

/** A room, from {@link connect} until it is closed. */
export interface Room {
  readonly state: RoomState;
  /** Connections by user, as it was last known; empty until the first `welcome`. */
  readonly members: ReadonlyMap<string, number>;
  /** Why the room is closed; undefined while it is not. */
  readonly closed: Closed | undefined;
  /** Calls back at each event of that type; the result ends that. */
  on<Type extends keyof RoomEvents>(
    type: Type,
    listener: (event: RoomEvents[Type]) => void,
  ): () => void;
  /**
   * Publishes anything that JSON can hold, up to 24 KB of it. What is published while not connected
   * waits. Always settles: delivered, queued, or failed.
   *
   * @throws PublishError
   */
  publish(data: unknown): Promise<PublishResult>;
  /** Leaves the room for good. What was not acknowledged fails. */
  close(): void;
}

const oneMinute = 60_000;

/** Of each option that is a number: its default, the least and the most. */
const bounds = {
  heartbeatMs: [5 * oneMinute, 1000, 9 * oneMinute],
  backoffBaseMs: [2000, 1, oneMinute],
  backoffCapMs: [30_000, 1, 10 * oneMinute],
  maxAttempts: [8, 1, Number.POSITIVE_INFINITY],
  publishTimeoutMs: [2 * oneMinute, 1, 4 * oneMinute],
} as const satisfies Partial<Record<keyof RoomOptions, readonly [number, number, number]>>;

/**
 * Joins a room, and stays in it until it is closed: connects again when the connection is lost, and
 * replaces it before its time is over.
 *
 * @throws TypeError for an option that is out of its bounds
 */
export function connect(options: RoomOptions): Room {
  const url = new URL(options.url);
  if (!roomPattern.test(options.room)) {
    throw new TypeError(`room must match ${roomPattern}`);
  }
  url.searchParams.set("room_id", options.room);
  return new Session({ ...options, ...readNumbers(options), url: url.href });
}

function readNumbers(options: RoomOptions): Record<keyof typeof bounds, number> {
  const numbers = Object.entries(bounds).map(([name, [byDefault, least, most]]) => {
    const number = options[name as keyof typeof bounds] ?? byDefault;
    if (!(number >= least && number <= most)) {
      throw new TypeError(`${name} must be from ${least} to ${most}`);
    }
    return [name, number];
  });
  return Object.fromEntries(numbers);
}

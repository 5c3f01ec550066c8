import { createHash } from "node:crypto";
import type { QueuedMessage } from "../world.ts";

/** What one lane of a room was given at once. */
export interface LaneTask {
  room: string;
  lane: number;
  lanes: number;
  events: readonly LaneEvent[];
  /** Epoch milliseconds. */
  sentAt: number;
  /** It lies in the dead-letter queue: nothing is promised of what it holds, to those in its lane. */
  isDead: boolean;
}

export interface LaneEvent {
  seq: string;
  kind: string;
  /** Whom it is for, unless it is for all. */
  user: string | undefined;
}

export function laneTasksOf(
  tasks: readonly QueuedMessage[],
  deadLetters: ReadonlySet<string>,
): LaneTask[] {
  return tasks.map(({ room: group, body, messageId, sentAt }) => {
    const [room = "", lane] = group.split("#");
    // The frames follow, a line each.
    const { lanes, events: heads } = JSON.parse(body.split("\n")[0] ?? "");
    const events = heads.map(({ seq, kind, user, change }: EventHead) => ({
      seq,
      kind,
      user: change?.user ?? user,
    }));
    return { room, lane: Number(lane), lanes, events, sentAt, isDead: deadLetters.has(messageId) };
  });
}

type EventHead = LaneEvent & { change?: { user: string } };

const base64url = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const inOrder = [...base64url].sort();

/** Which of so many equal slices of the hashes a user is in; not by the handlers' own code. */
export function laneOfUser(user: string, lanes: number): number {
  const first = createHash("sha256").update(user).digest("base64url").charAt(0);
  return Math.floor(inOrder.indexOf(first) / (inOrder.length / lanes));
}

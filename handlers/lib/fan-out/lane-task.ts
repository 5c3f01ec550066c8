import type { SQSRecord } from "aws-lambda";
import { laneCounts } from "../../protocol/index.ts";
import { hashOf } from "../connection-context.ts";
import { laneOf } from "../members/lane.ts";
import type { IndexedEvent } from "./audience.ts";
import { type RoomEvent, UnreadableRecord } from "./room-event.ts";

/** What a batch of a large room has for one of its lanes. */
export interface LaneTask {
  lane: number;
  /** The same in another attempt at the same batch. */
  deduplicationId: string;
  body: string;
}

/** Where tasks wait for their lane, in order. */
export interface LanesQueue {
  /** Rejects unless each of them was taken. */
  enqueue(room: string, tasks: readonly LaneTask[]): Promise<void>;
}

/** An event without the text of its frame. */
type EventHead = Record<string, unknown> & { kind: RoomEvent["kind"] };

/**
 * Cuts a batch into tasks: messages go to every lane, an error to its sender's, a welcome to the
 * joiner's; there is no presence in a large room. A lane that is not concerned gets none.
 */
export function laneTasks(events: readonly IndexedEvent[], lanes: number): LaneTask[] {
  const all = events.map(({ event }) => event);
  const deduplicationId = `${all.at(0)?.seq}-${all.at(-1)?.seq}`;
  const forAll = all.filter(isForAll);
  const shared = encode(forAll, lanes);
  return Array.from({ length: lanes }, (_, lane): LaneTask[] => {
    const own = all.filter((event) => isForAll(event) || laneOfEvent(event, lanes) === lane);
    const body = own.length === forAll.length ? shared : encode(own, lanes);
    return own.length === 0 ? [] : [{ lane, deduplicationId, body }];
  }).flat();
}

/** @throws UnreadableRecord for a record that {@link laneTasks} did not make. */
export function readLaneTask(record: SQSRecord): { lanes: number; events: RoomEvent[] } {
  const [head = "", ...texts] = record.body.split("\n");
  const { lanes, events } = parseHead(head);
  if (events.filter(hasText).length !== texts.length) {
    throw unreadable();
  }
  return {
    lanes,
    events: events.map((event) => {
      const text = hasText(event) ? { text: texts.shift() } : {};
      // As it was written by this program, in this version or the one before.
      return { ...event, ...text } as unknown as RoomEvent;
    }),
  };
}

/** A line of JSON, then the frames as they are, a line each: JSON has no line breaks of its own. */
function encode(events: readonly RoomEvent[], lanes: number): string {
  const heads = events.map((event) => ("text" in event ? { ...event, text: undefined } : event));
  const texts = events.flatMap((event) => ("text" in event ? [event.text] : []));
  return [JSON.stringify({ lanes, events: heads }), ...texts]
    .join("\n")
    .replace(notXml, escapeJson);
}

/** JSON leaves these two as they are, and SQS refuses them (API reference, SendMessage). */
const notXml = /[\uFFFE\uFFFF]/g;

function escapeJson(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16)}`;
}

function parseHead(head: string): { lanes: number; events: EventHead[] } {
  try {
    const { lanes, events } = JSON.parse(head);
    if (laneCounts.includes(lanes) && Array.isArray(events) && events.every(isObject)) {
      return { lanes, events };
    }
  } catch {
    // Told below.
  }
  throw unreadable();
}

function unreadable(): UnreadableRecord {
  return new UnreadableRecord("The body is none of a lane's task.");
}

function isObject(event: unknown): boolean {
  return typeof event === "object" && event !== null;
}

function hasText({ kind }: EventHead): boolean {
  return kind !== "joined" && kind !== "left";
}

function isForAll({ kind }: RoomEvent): boolean {
  return kind === "message" || kind === "members";
}

/** Undefined for what concerns every lane, or none. */
function laneOfEvent(event: RoomEvent, lanes: number): number | undefined {
  switch (event.kind) {
    case "rejected":
    case "expired":
      return laneOf(hashOf(event.user), lanes);
    case "joined":
      return laneOf(event.change.userHash, lanes);
    default:
      return undefined;
  }
}

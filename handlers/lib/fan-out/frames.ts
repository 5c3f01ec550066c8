import { maxFrameBytes } from "../../protocol/index.ts";
import { Payload } from "./payload.ts";

/** One event of a room's batch, encoded, with the position of its record in the batch. */
export interface EncodedEvent {
  index: number;
  text: string;
}

/** What is posted at once. */
export interface Frame {
  /** The position of the first record in it: where a retry has to begin. */
  firstIndex: number;
  payload: Payload;
}

const opening = '{"type":"batch","events":[';
const ending = "]}";

/**
 * Packs events, in order, into as few frames as API Gateway's 32 KB allow: outbound messages
 * dominate the bill and the quota. A single event is sent as it is.
 */
export function coalesce(events: readonly EncodedEvent[]): Frame[] {
  const frames: Frame[] = [];
  let pending: EncodedEvent[] = [];
  let bytes = 0;
  const flush = () => {
    const [first] = pending;
    if (first !== undefined) {
      const texts = pending.map(({ text }) => text);
      const text = texts.length === 1 ? first.text : `${opening}${texts.join(",")}${ending}`;
      frames.push({ firstIndex: first.index, payload: new Payload(text) });
    }
    pending = [];
    bytes = opening.length + ending.length;
  };
  flush();
  for (const event of events) {
    const size = Buffer.byteLength(event.text);
    if (bytes + size > maxFrameBytes) {
      flush();
    }
    pending.push(event);
    // With the comma before the next one.
    bytes += size + 1;
  }
  flush();
  return frames;
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { coalesce, type EncodedEvent, type Frame } from "../../../handlers/lib/fan-out/frames.ts";
import { Payload } from "../../../handlers/lib/fan-out/payload.ts";
import { maxFrameBytes } from "../../../handlers/protocol/index.ts";

/** An event of so many bytes. */
const event = (index: number, bytes: number): EncodedEvent => ({
  index,
  text: JSON.stringify(String(index % 10).repeat(bytes - 2)),
});
/** What a batch adds to its events, commas between them apart. */
const envelope = '{"type":"batch","events":[]}'.length;
const batch = (...events: EncodedEvent[]): string =>
  `{"type":"batch","events":[${events.map(({ text }) => text).join(",")}]}`;

/** Where each frame begins, and its length: shorter than the frames when an assertion fails. */
const shapes = (frames: Frame[]) =>
  frames.map(({ firstIndex, payload }) => [firstIndex, payload.text.length]);

/** The events in a frame, each as its text. */
function eventsIn({ payload }: Frame): string[] {
  const frame = JSON.parse(payload.text);
  const events: unknown[] = frame?.type === "batch" ? frame.events : [frame];
  return events.map((each) => JSON.stringify(each));
}

describe("coalesce", () => {
  it("makes no frame of no events", () => {
    assert.deepEqual(coalesce([]), []);
  });

  it("sends a single event as it is", () => {
    assert.deepEqual(coalesce([{ index: 3, text: '{"type":"message"}' }]), [
      { firstIndex: 3, payload: new Payload('{"type":"message"}') },
    ]);
  });

  it("packs events into one batch, in order, with the position of the first", () => {
    const events = [2, 5, 7].map((index) => ({ index, text: `{"n":${index}}` }));
    assert.deepEqual(coalesce(events), [
      {
        firstIndex: 2,
        payload: new Payload('{"type":"batch","events":[{"n":2},{"n":5},{"n":7}]}'),
      },
    ]);
  });

  it("fills a frame to exactly 32 KB", () => {
    const first = event(0, 16_000);
    const second = event(1, maxFrameBytes - envelope - 16_000 - 1);
    const frames = coalesce([first, second]);
    assert.deepEqual(shapes(frames), [[0, maxFrameBytes]]);
    assert.ok(frames[0]?.payload.text === batch(first, second));
  });

  it("begins another frame for one byte more", () => {
    const rest = maxFrameBytes - envelope - 16_000;
    const frames = coalesce([event(0, 16_000), event(1, rest)]);
    assert.deepEqual(shapes(frames), [
      [0, 16_000],
      [1, rest],
    ]);
  });

  it("counts bytes, not characters", () => {
    const text = JSON.stringify("é".repeat(8_500));
    assert.equal(
      coalesce([
        { index: 0, text },
        { index: 1, text },
      ]).length,
      2,
    );
  });

  it("sends an event of 32 KB alone, between the others", () => {
    const frames = coalesce([event(0, 10), event(1, maxFrameBytes), event(2, 10), event(3, 10)]);
    assert.deepEqual(shapes(frames), [
      [0, 10],
      [1, maxFrameBytes],
      [2, envelope + 21],
    ]);
  });

  it("loses nothing, keeps the order, and makes no frame over 32 KB and none too many", () => {
    const sizes = fc.oneof(
      fc.integer({ min: 2, max: 200 }),
      fc.integer({ min: 8_000, max: 25_000 }),
      fc.integer({ min: maxFrameBytes - 60, max: maxFrameBytes }),
    );
    fc.assert(
      fc.property(fc.array(sizes, { maxLength: 12 }), (bytes) => {
        const events = bytes.map((size, index) => event(index, size));
        const frames = coalesce(events);
        assert.deepEqual(
          frames.flatMap(eventsIn),
          events.map(({ text }) => text),
        );
        let position = 0;
        for (const [index, frame] of frames.entries()) {
          assert.equal(frame.firstIndex, position);
          assert.ok(Buffer.byteLength(frame.payload.text) <= maxFrameBytes);
          const held = eventsIn(frame).length;
          const longer = events.slice(position, position + held + 1);
          const isLast = index === frames.length - 1;
          assert.ok(
            isLast || batch(...longer).length > maxFrameBytes,
            "one more would have fitted",
          );
          position += held;
        }
      }),
    );
  });
});

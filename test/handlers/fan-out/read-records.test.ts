import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { readRecords } from "../../../handlers/lib/fan-out/read-records.ts";
import { type RoomEvent, UnreadableRecord } from "../../../handlers/lib/fan-out/room-event.ts";
import { queueRecord, RecordedLog } from "../support.ts";

/** A record that says so many things. */
const saying = (events: number, n: number, receiveCount = 1) =>
  queueRecord(String(events), { seq: String(n), receiveCount });
const unreadable = (n: number) => queueRecord("unreadable", { seq: String(n) });

function read(record: SQSRecord): RoomEvent[] {
  if (record.body === "unreadable") {
    throw new UnreadableRecord("It says nothing.");
  }
  if (record.body === "broken") {
    throw new RangeError("not to be logged");
  }
  const seq = record.attributes.SequenceNumber ?? "";
  return Array.from({ length: Number(record.body) }, (_, n) => ({
    ...{ kind: "message", seq, text: `${seq}.${n}`, sentAt: 0 },
  }));
}

function reading(records: SQSRecord[]) {
  const log = new RecordedLog();
  const result = readRecords(records, read, log);
  return {
    ...{ ...result, log },
    /** The positions of the records that have not succeeded. */
    unfinished: (failedIndex: number) =>
      result.unfinished(failedIndex).map((record) => records.indexOf(record)),
  };
}

describe("readRecords", () => {
  it("numbers what the records say, in order, across records", () => {
    const { events, log } = reading([saying(1, 7), saying(2, 8), saying(1, 9)]);
    assert.deepEqual(
      events.map(({ index, event }) => [index, "text" in event && event.text]),
      [
        [0, "7.0"],
        [1, "8.0"],
        [2, "8.1"],
        [3, "9.0"],
      ],
    );
    assert.deepEqual(log.lines, []);
  });

  it("takes no record for finished before all that it says is delivered", () => {
    const { unfinished } = reading([saying(1, 7), saying(2, 8), saying(1, 9)]);
    assert.deepEqual([0, 1, 2, 3].map(unfinished), [[0, 1, 2], [1, 2], [1, 2], [2]]);
    assert.deepEqual(unfinished(Number.POSITIVE_INFINITY), []);
  });

  it("leaves what nobody can read unfinished, whatever becomes of the others", () => {
    const { events, unfinished } = reading([
      unreadable(6),
      saying(1, 7),
      unreadable(8),
      saying(1, 9),
    ]);
    assert.deepEqual(
      events.map(({ index }) => index),
      [0, 1],
    );
    assert.deepEqual(unfinished(Number.POSITIVE_INFINITY), [0, 2]);
    assert.deepEqual(unfinished(1), [0, 2, 3]);
    assert.deepEqual(unfinished(0), [0, 1, 2, 3]);
  });

  it("says why a record cannot be read, and tells nothing of an error that it does not know", () => {
    const broken = queueRecord("broken", { seq: "8" });
    const { log, unfinished } = reading([unreadable(7), broken]);
    assert.deepEqual(log.lines, [
      {
        level: "error",
        ...{
          event: "record unreadable",
          room: "lobby",
          messageId: "m-7",
          reason: "It says nothing.",
        },
      },
      {
        level: "error",
        ...{ event: "record unreadable", room: "lobby", messageId: "m-8", reason: "RangeError" },
      },
    ]);
    assert.deepEqual(unfinished(Number.POSITIVE_INFINITY), [0, 1]);
  });

  it("is finished with a record that says nothing", () => {
    const { events, unfinished } = reading([saying(0, 7), saying(1, 8)]);
    assert.equal(events.length, 1);
    assert.deepEqual(unfinished(Number.POSITIVE_INFINITY), []);
    assert.deepEqual(unfinished(0), [1]);
  });

  it("goes by how often the first record was received: those behind it were held back by it", () => {
    for (const receiveCount of [1, 2, 10]) {
      const records = [saying(1, 7, receiveCount), saying(1, 8, 1)];
      assert.equal(reading(records).receiveCount, receiveCount);
    }
  });

  it("makes nothing of nothing", () => {
    const { events, unfinished } = reading([]);
    assert.deepEqual([events, unfinished(Number.POSITIVE_INFINITY)], [[], []]);
  });
});

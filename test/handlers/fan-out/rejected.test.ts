import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import { readRecord } from "../../../handlers/lib/fan-out/room-event.ts";
import { type ErrorDefinition, errors, maxDataBytes } from "../../../handlers/protocol/index.ts";
import { clientRecord } from "../support.ts";

function assertRejected(record: SQSRecord, error: ErrorDefinition, id?: string): void {
  const event = readRecord(record);
  assert.ok(event.kind === "rejected", event.kind);
  assert.equal(event.connectionId, "connection-a");
  assert.deepEqual(JSON.parse(event.text), {
    type: "error",
    code: error.code,
    message: error.message,
    requestId: "request-1",
    ...(id === undefined ? {} : { id }),
  });
}

const textRecord = (text: string) => clientRecord(text, { attributes: { kind: "text" } });
const nested = (depth: number) => `${"[".repeat(depth)}${"]".repeat(depth)}`;

describe("a message that can never be delivered is answered to its sender", () => {
  const withoutData = ['{"action":"message"}', '{"action":"message","Data":1}', "[]", "null", "1"];
  for (const body of withoutData) {
    it(`without data: ${body}`, () => {
      assertRejected(clientRecord(body), errors.dataMissing);
    });
  }

  it("without data, by its id", () => {
    assertRejected(clientRecord('{"action":"message","id":"i-1"}'), errors.dataMissing, "i-1");
  });

  it("when it is no JSON after all", () => {
    assertRejected(clientRecord('{"action":"message",'), errors.dataMissing);
  });

  it("without data of its own, whatever __proto__ holds", () => {
    assertRejected(clientRecord('{"__proto__":{"data":1}}'), errors.dataMissing);
  });

  const invalidIds = [
    '""',
    '"a b"',
    '"é"',
    '"a\\n"',
    JSON.stringify("i".repeat(65)),
    '"&MessageGroupId=other"',
    "1",
    "null",
    "true",
    '["i"]',
    '{"i":1}',
  ];
  for (const id of invalidIds) {
    it(`with the invalid id ${id}, which is not repeated`, () => {
      const record = clientRecord(`{"action":"message","id":${id},"data":1}`);
      assertRejected(record, errors.idInvalid);
    });
  }

  it("takes an id of 64 characters", () => {
    const body = JSON.stringify({ action: "message", id: "i".repeat(64), data: 1 });
    assert.equal(readRecord(clientRecord(body)).kind, "message");
  });

  describe("by size", () => {
    const sized = (bytes: number) => "a".repeat(bytes - 2);
    const frame = (data: string) =>
      clientRecord(JSON.stringify({ action: "message", id: "large", data }));

    it("takes data of exactly 24 KB, and refuses one byte more", () => {
      assert.equal(readRecord(frame(sized(maxDataBytes))).kind, "message");
      assertRejected(frame(sized(maxDataBytes + 1)), errors.dataTooLarge, "large");
    });

    it("takes text of exactly 24 KB, and refuses one byte more", () => {
      assert.equal(readRecord(textRecord(sized(maxDataBytes))).kind, "message");
      assertRejected(textRecord(sized(maxDataBytes + 1)), errors.dataTooLarge);
    });

    it("counts bytes, not characters", () => {
      const half = "é".repeat(maxDataBytes / 2 - 1);
      assert.equal(readRecord(frame(half)).kind, "message");
      assertRejected(frame(`${half}a`), errors.dataTooLarge, "large");
    });

    it("counts what is sent on: quotes of a text become two bytes", () => {
      const quotes = '"'.repeat(maxDataBytes / 2 - 1);
      assert.equal(readRecord(textRecord(quotes)).kind, "message");
      assertRejected(textRecord(`${quotes}"`), errors.dataTooLarge);
    });

    it("counts what is sent on: white space between values is not", () => {
      const body = `{"action":"message","data":[${" ".repeat(maxDataBytes)}]}`;
      assert.equal(readRecord(clientRecord(body)).kind, "message");
    });
  });

  describe("by depth", () => {
    it("takes some depth", () => {
      const body = `{"action":"message","data":${nested(100)}}`;
      assert.equal(readRecord(clientRecord(body)).kind, "message");
    });

    for (const depth of [10_000, 50_000, 100_000]) {
      it(`refuses ${depth} levels as malformed, by its id`, () => {
        const body = `{"action":"message","id":"deep","data":${nested(depth)}}`;
        assertRejected(clientRecord(body), errors.dataMalformed, "deep");
      });
    }
  });
});

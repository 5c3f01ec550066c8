import assert from "node:assert/strict";
import type { SQSRecord } from "aws-lambda";
import fc from "fast-check";
import {
  readEvents,
  readRecord,
  UnreadableRecord,
} from "../../../handlers/lib/fan-out/room-event.ts";
import { maxFrameBytes } from "../../../handlers/protocol/index.ts";
import { changeRecord, clientRecord, member, noon, noonSeconds, queueRecord } from "../support.ts";

/** The frame of a record that is a message, as text. */
function frameOf(record: SQSRecord): string {
  const event = readRecord(record);
  assert.equal(event.kind, "message");
  return event.kind === "message" ? event.text : "";
}

/** A message's frame, begun as alice's on request-1. */
function aliceFrame(data: string, id = ""): string {
  return `{"type":"message","seq":"100",${id}"requestId":"request-1","room":"lobby","from":"alice","at":${noon - 1000},"data":${data}}`;
}

/** A backend's message; in its body, unlike a client's, lies the data alone. */
function backendRecord(body: string, attributes: Record<string, string> = {}): SQSRecord {
  return queueRecord(body, { messageId: "m-1", attributes });
}

describe("readRecord", () => {
  describe("a client's JSON frame", () => {
    it("becomes a message with everything that was sent about it", () => {
      const record = clientRecord('{"action":"message","data":{"text":"hello"}}');
      assert.deepEqual(readRecord(record), {
        kind: "message",
        seq: "100",
        text: aliceFrame('{"text":"hello"}'),
        sentAt: noon - 1000,
        connectionId: "connection-a",
      });
    });

    it("keeps the client's id", () => {
      const record = clientRecord('{"action":"message","id":"my_id-1","data":1}');
      assert.equal(frameOf(record), aliceFrame("1", '"id":"my_id-1",'));
    });

    it("takes room and sender from the record alone", () => {
      const body =
        '{"action":"message","room":"vault","from":"root","seq":"9","type":"ack","data":0}';
      assert.equal(frameOf(clientRecord(body)), aliceFrame("0"));
    });

    const exact = [
      "null",
      "false",
      '""',
      "[]",
      "{}",
      "12345678901234567890",
      '{"n":12345678901234567890}',
      '[0.10,1e400,-0,1E5,{"deep":[99999999999999999999.5]}]',
      '{"__proto__":{"x":1},"constructor":2,"toJSON":3,"data":4}',
      '{"b":1,"a":2}',
      '"\\ud800"',
      '"é 👩‍🚀"',
    ];
    for (const data of exact) {
      it(`keeps ${data} as it was written`, () => {
        assert.equal(
          frameOf(clientRecord(`{"action":"message","data":${data}}`)),
          aliceFrame(data),
        );
      });
    }

    it("keeps any JSON value", () => {
      fc.assert(
        fc.property(fc.json(), (data) => {
          const body = `{"action":"message", "data" : ${data} }`;
          // Keys like "1" are put in order by JSON.parse, so the expectation is parsed, too.
          const expected = JSON.stringify(JSON.parse(data));
          assert.deepEqual(
            JSON.parse(frameOf(clientRecord(body))),
            JSON.parse(aliceFrame(expected)),
          );
        }),
      );
    });
  });

  describe("a client's other text", () => {
    const texts = [
      "hello",
      '{"action":"other","data":1}',
      "[1]",
      "{",
      '"',
      "a\nb\tc",
      "👩‍🚀",
      "12",
    ];
    for (const text of texts) {
      it(`is published as the string ${JSON.stringify(text)}`, () => {
        const record = clientRecord(text, { attributes: { kind: "text" } });
        assert.equal(frameOf(record), aliceFrame(JSON.stringify(text)));
      });
    }

    it("has no id, even where it looks like one", () => {
      const text = '{"id":"x","data":1}';
      const record = clientRecord(text, { attributes: { kind: "text" } });
      assert.equal("id" in JSON.parse(frameOf(record)), false);
    });
  });

  describe("an expired sender", () => {
    for (const kind of ["message", "text"]) {
      it(`is named, and nothing of its ${kind} is accepted`, () => {
        const attributes = { kind, sentAt: String(noon), expiresAt: String(noonSeconds) };
        const record = clientRecord('{"action":"message","data":1}', { attributes });
        assert.deepEqual(readRecord(record), {
          kind: "expired",
          seq: "100",
          connectionId: "connection-a",
          user: "alice",
          text: '{"type":"error","code":4107,"message":"The token had expired when this was sent.","requestId":"request-1"}',
        });
      });
    }

    it("hears which id it has to give up", () => {
      const attributes = { sentAt: String(noon), expiresAt: String(noonSeconds) };
      const event = readRecord(clientRecord('{"id":"x-1","data":1}', { attributes }));
      assert.equal(event.kind === "expired" && JSON.parse(event.text).id, "x-1");
    });

    it("is judged by when it sent, not by when the message is read", () => {
      const attributes = { sentAt: "999999", expiresAt: "1000" };
      const event = readRecord(clientRecord('{"action":"message","data":1}', { attributes }));
      assert.equal(event.kind, "message");
    });
  });

  describe("a backend's message", () => {
    const frame = (data: string, from = "null", requestId = "m-1") =>
      `{"type":"message","seq":"100","requestId":"${requestId}","room":"lobby","from":${from},"at":${noon - 500},"data":${data}}`;

    it("needs no attribute: its body is the data, and SQS says when", () => {
      const data = '{"n":12345678901234567890}';
      assert.deepEqual(readRecord(backendRecord(data)), {
        kind: "message",
        seq: "100",
        text: frame(data),
        sentAt: noon - 500,
      });
    });

    it("may name its kind, a user and a request", () => {
      const attributes = { kind: "publish", user: "robot", requestId: "order-7" };
      assert.equal(frameOf(backendRecord("[1]", attributes)), frame("[1]", '"robot"', "order-7"));
    });

    it("may have 24 KB of data, and no byte more", () => {
      const largest = JSON.stringify("a".repeat(24 * 1024 - 2));
      assert.equal(frameOf(backendRecord(largest)), frame(largest));
      assert.throws(
        () => readRecord(backendRecord(JSON.stringify("a".repeat(24 * 1024 - 1)))),
        UnreadableRecord,
      );
    });

    for (const name of ["user", "requestId"]) {
      it(`makes no frame over 32 KB, however long its ${name}`, () => {
        const largest = JSON.stringify("a".repeat(24 * 1024 - 2));
        const record = backendRecord(largest, { [name]: "x".repeat(10_000) });
        assert.ok(Buffer.byteLength(frame(largest)) + 10_000 > maxFrameBytes);
        assert.throws(() => readRecord(record), UnreadableRecord);
      });
    }
  });

  for (const kind of ["joined", "left"] as const) {
    it(`reads who ${kind}`, () => {
      const { user, userHash, connectionId } = member("c1", { user: "a#" });
      assert.deepEqual(readRecord(changeRecord(kind, member("c1", { user: "a#" }))), {
        kind,
        seq: "100",
        change: { user, userHash, connectionId },
      });
    });
  }

  describe("is unreadable", () => {
    const frame = '{"action":"message","data":1}';
    const client = (attributes: Record<string, string | undefined>) =>
      clientRecord(frame, { attributes });
    it("may be several in one record, which share its number", () => {
      const [first, second] = [
        { kind: "joined", user: "ann", userHash: "h", connectionId: "c1" },
        { kind: "left", user: "ben", userHash: "i", connectionId: "c2" },
      ];
      const record = (changes: unknown) =>
        queueRecord(JSON.stringify({ changes }), { attributes: { kind: "changes" } });
      const { kind: _joined, ...ann } = first;
      const { kind: _left, ...ben } = second;
      assert.deepEqual(readEvents(record([first, second])), [
        { kind: "joined", seq: "100", change: ann },
        { kind: "left", seq: "100", change: ben },
      ]);
      for (const odd of [
        undefined,
        {},
        "text",
        [first, null],
        [{ ...first, kind: "message" }],
        [{ kind: "left" }],
      ]) {
        assert.throws(() => readEvents(record(odd)), UnreadableRecord);
      }
    });

    const change = (body: string) => queueRecord(body, { attributes: { kind: "joined" } });
    const unreadable: [title: string, record: SQSRecord][] = [
      ["with an unknown kind", client({ kind: "other" })],
      ["with an inherited name as its kind", client({ kind: "constructor" })],
      ["without the connection", client({ connectionId: undefined })],
      ["without the request", client({ requestId: undefined })],
      ["without the user", client({ user: undefined })],
      ["without the time", client({ sentAt: undefined })],
      ["with a time that is no number", client({ sentAt: "now" })],
      ["without the expiry", client({ expiresAt: undefined })],
      ["with an expiry that is no number", client({ expiresAt: "never" })],
      ["from a backend that sends no JSON", backendRecord("hello")],
      ["from a backend that sends nothing", backendRecord("")],
      ["from a backend that nests too deeply", backendRecord("[".repeat(100_000))],
      ["with a change that is no JSON", change("hello")],
      ["with a change that is null", change("null")],
      ["with a change that is a list", change("[]")],
      ["with a change without a user", change('{"userHash":"h","connectionId":"c"}')],
      ["with a change without a connection", change('{"userHash":"h","user":"u"}')],
      ["with a change of a number", change('{"userHash":"h","user":"u","connectionId":1}')],
    ];
    for (const [title, record] of unreadable) {
      it(title, () => {
        assert.throws(() => readRecord(record), UnreadableRecord);
      });
    }
  });
});

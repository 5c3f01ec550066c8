import assert from "node:assert/strict";
import fc from "fast-check";
import { hashOf } from "../../../handlers/lib/connection-context.ts";
import { laneTasks, readLaneTask } from "../../../handlers/lib/fan-out/lane-task.ts";
import { type RoomEvent, UnreadableRecord } from "../../../handlers/lib/fan-out/room-event.ts";
import { laneOf } from "../../../handlers/lib/members/lane.ts";
import { laneCounts } from "../../../handlers/protocol/index.ts";
import { noon, queueRecord } from "../support.ts";

const lanes = 4;
const frame = (data: unknown) => JSON.stringify({ type: "message", data });
const message = (seq: number, text = frame(seq)): RoomEvent => ({
  ...{ kind: "message", seq: String(seq), text, sentAt: noon, connectionId: "c1" },
});
const answer = (kind: "rejected" | "expired", seq: number, user: string): RoomEvent => ({
  ...{ kind, seq: String(seq), text: `{"type":"error","n":${seq}}`, connectionId: "c1", user },
});
const change = (kind: "joined" | "left", seq: number, user: string): RoomEvent => ({
  ...{ kind, seq: String(seq), change: { user, userHash: hashOf(user), connectionId: "c2" } },
});
const members = (seq: number): RoomEvent => ({
  ...{ kind: "members", seq: String(seq), text: '{"type":"members"}' },
});
const laneOfUser = (user: string) => laneOf(hashOf(user), lanes);

/** One user of each lane. */
const users = Array.from({ length: lanes }, (_, lane) => {
  const name = Array.from({ length: 1000 }, (_, n) => `user-${n}`).find(
    (user) => laneOfUser(user) === lane,
  );
  assert.ok(name);
  return name;
}) as [string, string, string, string];

const tasksOf = (events: RoomEvent[], count = lanes) =>
  laneTasks(
    events.map((event, index) => ({ index, event })),
    count,
  );
const read = (body: string) => readLaneTask(queueRecord(body));
/** By lane, what it is given. */
const given = (events: RoomEvent[]) =>
  Object.fromEntries(tasksOf(events).map(({ lane, body }) => [lane, read(body).events]));

describe("laneTasks", () => {
  it("gives every lane the messages, in order", () => {
    const events = [message(1), message(2)];
    assert.deepEqual(given(events), { 0: events, 1: events, 2: events, 3: events });
  });

  it("gives every lane the news that presence goes off", () => {
    const events = [members(1)];
    assert.deepEqual(given(events), { 0: events, 1: events, 2: events, 3: events });
  });

  it("gives an error to the lane of its sender, and nothing to another", () => {
    const [rejected, expired] = [answer("rejected", 1, users[2]), answer("expired", 2, users[0])];
    assert.deepEqual(given([rejected, expired]), { 0: [expired], 2: [rejected] });
  });

  it("gives a join to the lane of who joins, for the welcome", () => {
    const joined = change("joined", 1, users[3]);
    assert.deepEqual(given([joined]), { 3: [joined] });
  });

  it("gives a leave to nobody: there is no presence", () => {
    assert.deepEqual(given([change("left", 1, users[1])]), {});
  });

  it("keeps the order of what everybody hears and what one lane hears", () => {
    const events = [
      change("joined", 1, users[1]),
      message(2),
      answer("rejected", 3, users[1]),
      change("left", 4, users[1]),
      message(5),
      change("joined", 6, users[0]),
    ];
    const [joined, first, rejected, , last, other] = events as [
      RoomEvent,
      RoomEvent,
      RoomEvent,
      RoomEvent,
      RoomEvent,
      RoomEvent,
    ];
    assert.deepEqual(given(events), {
      0: [first, last, other],
      1: [joined, first, rejected, last],
      2: [first, last],
      3: [first, last],
    });
  });

  it("is done with nothing", () => {
    assert.deepEqual(tasksOf([]), []);
  });

  it("names each task by the first and last number of the whole batch, also in a lane that hears less", () => {
    const events = [
      change("left", 7, users[0]),
      answer("rejected", 8, users[2]),
      change("left", 9, users[1]),
    ];
    assert.deepEqual(
      tasksOf(events).map(({ lane, deduplicationId }) => [lane, deduplicationId]),
      [[2, "7-9"]],
    );
    // Two numbers of SQS, of 20 digits, fit into the 128 characters that it takes.
    const numbers = ["18446744073709551614", "18446744073709551615"];
    const [task] = tasksOf(numbers.map((seq) => ({ ...message(0), seq })));
    assert.equal(task?.deduplicationId, numbers.join("-"));
  });

  it("makes one body for all lanes that hear the same", () => {
    const bodies = tasksOf([message(1), change("joined", 2, users[3])]).map(({ body }) => body);
    assert.equal(new Set(bodies).size, 2);
    assert.equal(bodies[0], bodies[2]);
  });

  it("writes a line of JSON, then the frames as they are", () => {
    const events = [message(1), change("joined", 2, users[0])];
    const [task] = tasksOf(events);
    const head = {
      lanes,
      events: [{ kind: "message", seq: "1", sentAt: noon, connectionId: "c1" }, events[1]],
    };
    assert.equal(task?.body, `${JSON.stringify(head)}\n${frame(1)}`);
  });
});

describe("readLaneTask", () => {
  const notXml = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/u;

  const texts: [title: string, text: string][] = [
    ["quotes and line breaks", frame('"\n\r\\n\u2028\u2029')],
    ["a number of 20 digits", '{"type":"message","data":12345678901234567890}'],
    ["numbers as they were written", '{"data":[0.10,1e400,-0,1E5]}'],
    ["lone surrogates", '{"data":"\\ud800"}'],
    ["other planes", frame("👩‍🚀 é")],
    ["nothing", ""],
  ];
  for (const [title, text] of texts) {
    it(`reads again, letter by letter, ${title}`, () => {
      const events = [message(1, text), message(2, frame("behind it"))];
      assert.deepEqual(given(events)[0], events);
    });
  }

  it("escapes the two characters that SQS refuses, in frames and in names", () => {
    const odd = "\ufffe \uffff \ufffd";
    const user = `odd ${odd}`;
    const events = [message(1, frame(odd)), answer("rejected", 2, user), change("joined", 3, user)];
    const task = tasksOf(events).find(({ lane }) => lane === laneOfUser(user));
    assert.ok(task);
    assert.doesNotMatch(task.body, notXml);
    const [first, ...others] = read(task.body).events;
    assert.deepEqual(first, message(1, '{"type":"message","data":"\\ufffe \\uffff \ufffd"}'));
    assert.deepEqual(others, events.slice(1));
  });

  it("reads again whatever was written, for the lanes that it concerns, in characters that SQS takes", () => {
    const text = fc.string({ unit: "binary" });
    const texts = fc.oneof(
      text.map(frame),
      fc.bigInt({ min: 10n ** 19n, max: 10n ** 20n }).map((n) => `{"data":${n}}`),
    );
    const events = fc.array(
      fc.oneof(
        fc.tuple(fc.nat(), texts).map(([seq, frame]) => message(seq, frame)),
        fc
          .tuple(fc.constantFrom("rejected" as const, "expired" as const), fc.nat(), text)
          .map(([kind, seq, user]) => answer(kind, seq, user)),
        fc
          .tuple(fc.constantFrom("joined" as const, "left" as const), fc.nat(), text)
          .map(([kind, seq, user]) => change(kind, seq, user)),
        fc.nat().map(members),
      ),
      { maxLength: 10 },
    );
    fc.assert(
      fc.property(events, fc.constantFrom(...laneCounts), (events, count) => {
        const tasks = new Map(tasksOf(events, count).map(({ lane, body }) => [lane, body]));
        for (let lane = 0; lane < count; lane++) {
          const expected = events.filter((event) => concerns(event, lane, count));
          const body = tasks.get(lane);
          assert.equal(body !== undefined, expected.length > 0);
          if (body !== undefined) {
            assert.doesNotMatch(body, notXml);
            const task = read(body);
            assert.equal(task.lanes, count);
            assert.deepEqual(task.events.map(parsed), expected.map(parsed));
          }
        }
      }),
    );
  });

  for (const [title, body] of [
    ["nothing", ""],
    ["what a client wrote", '{"action":"message","data":1}'],
    ["what is no JSON", "hello"],
    ["another number of lanes than there can be", '{"lanes":3,"events":[]}'],
    ["a number of lanes that is a text", '{"lanes":"4","events":[]}'],
    ["no list of events", '{"lanes":4,"events":{}}'],
    ["null", "null"],
    ["an event that is none", '{"lanes":4,"events":[null]}'],
    ["a message without its frame", '{"lanes":4,"events":[{"kind":"message","seq":"1"}]}'],
    ["a frame without its message", '{"lanes":4,"events":[]}\n{"type":"message"}'],
  ] as const) {
    it(`refuses ${title}`, () => {
      assert.throws(() => read(body), new UnreadableRecord("The body is none of a lane's task."));
    });
  }
});

function concerns(event: RoomEvent, lane: number, count: number): boolean {
  switch (event.kind) {
    case "message":
    case "members":
      return true;
    case "joined":
      return laneOf(event.change.userHash, count) === lane;
    case "left":
      return false;
    default:
      return laneOf(hashOf(event.user), count) === lane;
  }
}

/** With the frame as what it says, since two of its characters may be written in another way. */
function parsed(event: RoomEvent): object {
  return "text" in event ? { ...event, text: JSON.parse(event.text) } : event;
}

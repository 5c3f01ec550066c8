import assert from "node:assert/strict";
import { compileFilter } from "../../../local/event-sources/filter.ts";
import { settle } from "../../support/manual-clock.ts";
import { send } from "../sqs/support.ts";
import { testPoller } from "./queue-support.ts";

describe("an event filter", () => {
  const event = {
    kind: "order",
    count: 5,
    paid: true,
    note: null,
    tags: ["red", "green"],
    buyer: { name: "Ann", age: 40 },
    lines: [{ sku: "a" }, { sku: "b" }],
  };
  const cases: [string, unknown, boolean][] = [
    ["no conditions", {}, true],
    ["an exact string", { kind: ["bill", "order"] }, true],
    ["another string", { kind: ["bill"] }, false],
    ["an exact number", { count: [5] }, true],
    ["a string for a number", { count: ["5"] }, false],
    ["a boolean", { paid: [true] }, true],
    ["null", { note: [null] }, true],
    ["null for what is absent", { absent: [null] }, false],
    ["all of several keys", { kind: ["order"], paid: [false] }, false],
    ["an element of a list", { tags: ["green"] }, true],
    ["nested keys", { buyer: { name: ["Ann"] } }, true],
    ["nested keys of what is not nested", { kind: { name: ["Ann"] } }, false],
    ["keys of objects in a list", { lines: { sku: ["b"] } }, true],
    ["a prefix", { kind: [{ prefix: "or" }] }, true],
    ["a prefix of a number", { count: [{ prefix: "5" }] }, false],
    ["a suffix", { kind: [{ suffix: "der" }] }, true],
    ["another suffix", { kind: [{ suffix: "or" }] }, false],
    ["letters of any case", { kind: [{ "equals-ignore-case": "ORDER" }] }, true],
    ["what exists", { kind: [{ exists: true }] }, true],
    ["what does not exist", { absent: [{ exists: true }] }, false],
    ["absence", { absent: [{ exists: false }] }, true],
    ["absence of what is there", { kind: [{ exists: false }] }, false],
    ["absence inside of what is absent", { absent: { deep: [{ exists: false }] } }, true],
    ["anything but others", { kind: [{ "anything-but": ["bill", "note"] }] }, true],
    ["anything but itself", { kind: [{ "anything-but": "order" }] }, false],
    ["anything but a prefix", { kind: [{ "anything-but": { prefix: "or" } }] }, false],
    ["anything but, of what is absent", { absent: [{ "anything-but": "order" }] }, false],
    ["a number in a range", { count: [{ numeric: [">", 0, "<=", 5] }] }, true],
    ["a number out of a range", { count: [{ numeric: [">", 0, "<", 5] }] }, false],
    ["an equal number", { count: [{ numeric: ["=", 5] }] }, true],
    ["a number of text", { kind: [{ numeric: [">=", 0] }] }, false],
    ["one of two patterns", { $or: [{ kind: ["bill"] }, { count: [5] }] }, true],
    ["none of two patterns", { $or: [{ kind: ["bill"] }, { count: [6] }] }, false],
  ];
  for (const [what, pattern, expected] of cases) {
    it(`${expected ? "passes" : "stops"} an event by ${what}`, () => {
      assert.equal(compileFilter(pattern)(event), expected);
    });
  }

  const invalid: [string, unknown][] = [
    ["no object", ["order"]],
    ["a bare value", { kind: "order" }],
    ["an empty list", { kind: [] }],
    ["a nested list", { kind: [["order"]] }],
    ["an unknown operator", { kind: [{ wildcard: "o*" }] }],
    ["two operators", { kind: [{ prefix: "o", suffix: "r" }] }],
    ["no operator", { kind: [{}] }],
    ["a prefix that is no text", { kind: [{ prefix: 1 }] }],
    ["exists without a boolean", { kind: [{ exists: "yes" }] }],
    ["an incomplete range", { count: [{ numeric: [">", 0, "<"] }] }],
    ["an unknown comparison", { count: [{ numeric: ["!=", 0] }] }],
    ["one alternative", { $or: [{ kind: ["order"] }] }],
  ];
  for (const [what, pattern] of invalid) {
    it(`is refused with ${what}`, () => {
      assert.throws(() => compileFilter(pattern), TypeError);
    });
  }
});

describe("a filter on a queue", () => {
  /** What the function gets of the messages, in one batch; the others must have been deleted. */
  async function passed(bodies: string[], ...patterns: object[]): Promise<string[]> {
    const filters = patterns.map((pattern) => ({ pattern: JSON.stringify(pattern) }));
    const { queue, worker, clock } = testPoller({ filterCriteria: { filters } });
    for (const body of bodies) send(queue, "g", body);
    await settle();
    const inHand = worker.inHand.flat();
    assert.deepEqual(queue.counts, { visible: 0, delayed: 0, inFlight: inHand.length });
    await worker.running[0]?.answer();
    await clock.advance(60_000);
    assert.deepEqual(worker.inHand, []);
    return inHand;
  }

  const bodies = ['{"kind":"a"}', "text", '{"kind":"b"}', "3"];

  it("looks into bodies that are JSON objects, and drops others", async () => {
    assert.deepEqual(await passed(bodies, { body: { kind: ["a"] } }), ['{"kind":"a"}']);
  });

  it("compares other bodies as text, and drops JSON objects", async () => {
    const pattern = { body: [{ prefix: "te" }, "3", '{"kind":"a"}'] };
    assert.deepEqual(await passed(bodies, pattern), ["text", "3"]);
  });

  it("lets a message pass that one of several lets pass", async () => {
    const patterns = [{ body: ["text"] }, { body: { kind: ["b"] } }];
    assert.deepEqual(await passed(bodies, ...patterns), ["text", '{"kind":"b"}']);
  });

  it("sees the record's other members", async () => {
    assert.deepEqual(await passed(bodies, { attributes: { MessageGroupId: ["other"] } }), []);
    assert.deepEqual(await passed(bodies, { attributes: { MessageGroupId: ["g"] } }), bodies);
  });
});

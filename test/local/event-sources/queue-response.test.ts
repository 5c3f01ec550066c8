import assert from "node:assert/strict";
import { settle } from "../../support/manual-clock.ts";
import { send } from "../sqs/support.ts";
import { testPoller } from "./queue-support.ts";

/** Sends m1, m2 and m3 of one group, lets the function answer, and tells what comes again. */
async function retried(answer: (ids: string[]) => unknown, inputs: object = {}) {
  const { clock, queue, worker, events } = testPoller(inputs);
  const ids = ["m1", "m2", "m3"].map((body) => send(queue, "g", body).messageId);
  await settle();
  await worker.only.answer(answer(ids));
  await clock.advance(30_000);
  return { bodies: worker.inHand.flat(), notices: events.length };
}

const failures = (...itemIdentifiers: unknown[]) => ({
  batchItemFailures: itemIdentifiers.map((itemIdentifier) => ({ itemIdentifier })),
});

describe("a function's answer to a batch", () => {
  it("fails the messages that it names; the others are deleted", async () => {
    assert.deepEqual(await retried(([, m2, m3]) => failures(m2, m3)), {
      bodies: ["m2", "m3"],
      notices: 0,
    });
  });

  const successes: [string, unknown][] = [
    ["null", null],
    ["an empty object", {}],
    ["other members only", { statusCode: 200 }],
    ["null for the list", { batchItemFailures: null }],
    ["an empty list", { batchItemFailures: [] }],
  ];
  for (const [what, payload] of successes) {
    it(`is a success with ${what}`, async () => {
      assert.deepEqual(await retried(() => payload), { bodies: [], notices: 0 });
    });
  }

  const malformed: [string, unknown][] = [
    ["no object", "done"],
    ["a list", []],
    ["a list that is none", { batchItemFailures: "m1" }],
    ["an id that is not of the batch", failures("other")],
    ["an empty id", failures("")],
    ["no id", failures(null)],
    ["another key", { batchItemFailures: [{ id: "m1" }] }],
    ["a bare id", { batchItemFailures: ["m1"] }],
    ["null for an item", { batchItemFailures: [null] }],
  ];
  for (const [what, payload] of malformed) {
    it(`fails the whole batch with ${what}`, async () => {
      const all = { bodies: ["m1", "m2", "m3"], notices: 1 };
      assert.deepEqual(await retried(() => payload), all);
    });
  }

  it("fails the whole batch when one id of several is wrong", async () => {
    const { bodies } = await retried(([m1]) => failures(m1, "other"));
    assert.deepEqual(bodies, ["m1", "m2", "m3"]);
  });

  it("is not looked at when the mapping does not say so", async () => {
    const inputs = { functionResponseTypes: undefined };
    const result = await retried(([m1]) => failures(m1), inputs);
    assert.deepEqual(result, { bodies: [], notices: 0 });
  });
});

import assert from "node:assert/strict";
import type { StreamRecord } from "../../../local/dynamodb/stream-record.ts";
import { StreamPoller } from "../../../local/event-sources/stream-poller.ts";
import type { InvocationResult } from "../../../local/lambda/function.ts";
import type { Properties } from "../../../local/recording/resource.ts";
import { ManualClock, settle } from "../../support/manual-clock.ts";
import { DONE, FAILED, FakeFunction, mappingOf, recordsOf } from "./stream-harness.ts";

/** Members in turn, three records of each; a record is named for example `m2.1`. */
const MEMBERS = 20;
const ROUNDS = 3;

function records(): StreamRecord[] {
  const names = Array.from({ length: ROUNDS }, (_, round) =>
    Array.from({ length: MEMBERS }, (_, member) => `m${member}.${round}`),
  ).flat();
  return recordsOf(names, Date.UTC(2026, 0, 1)).map((record, index) => {
    const member = { S: names[index]?.split(".")[0] };
    const room = { S: "lobby" };
    // An engine may name the keys in any order.
    const Keys = index % 2 === 0 ? { room, member } : { member, room };
    return { ...record, dynamodb: { ...record.dynamodb, Keys } };
  });
}

/** A poller on a stream with these records, and a function that is answered by the test. */
async function lanes(inputs: Properties) {
  const all = records();
  const clock = new ManualClock();
  const target = new FakeFunction();
  const pending: { numbers: string[]; resolve: (result: InvocationResult) => void }[] = [];
  target.answer = (numbers) => new Promise((resolve) => pending.push({ numbers, resolve }));
  const poller = new StreamPoller({
    mapping: mappingOf({ batchSize: 100, startingPosition: "TRIM_HORIZON", ...inputs }),
    stream: {
      closed: false,
      open: async () => 0,
      read: (position, limit) => {
        const read = all.slice(position, position + limit);
        return { records: read, next: position + read.length };
      },
      onArrival: () => ({ cancel() {} }),
    },
    target,
    clock,
    newId: () => "request-1",
    emit() {},
  });
  await poller.start();
  await settle();
  const answer = async (index: number, result: InvocationResult) => {
    const [invocation] = pending.splice(index, 1);
    invocation?.resolve(result);
    await settle();
    return invocation?.numbers;
  };
  return { clock, poller, pending, answer };
}

const memberOf = (name: string) => name.split(".")[0];

// Lambda Developer Guide, using Lambda with DynamoDB: up to ten batches of a shard at the same time, in
// order for each item (partition and sort key).
describe("a stream with a parallelization factor", () => {
  it("is read by so many batches at a time, each item's records in one of them, in order", async () => {
    const { poller, pending, answer } = await lanes({ parallelizationFactor: 4 });
    assert.equal(pending.length, 4);
    const batches = pending.map(({ numbers }) => numbers);
    assert.equal(batches.flat().length, MEMBERS * ROUNDS);
    for (let member = 0; member < MEMBERS; member++) {
      const its = batches.map((batch) => batch.filter((name) => memberOf(name) === `m${member}`));
      const [expected, ...others] = its.filter(({ length }) => length > 0);
      assert.deepEqual([expected, others], [[0, 1, 2].map((round) => `m${member}.${round}`), []]);
    }
    while (pending.length > 0) await answer(0, DONE);
    await poller.close();
  });

  it("goes on beside a batch that fails", async () => {
    const { clock, poller, pending, answer } = await lanes({
      parallelizationFactor: 2,
      batchSize: 5,
    });
    const failed = await answer(0, FAILED);
    assert.equal(pending.length, 1);
    const seen = [];
    while (pending.length > 0) seen.push(...((await answer(0, DONE)) ?? []));
    assert(seen.length > 5);
    assert.deepEqual(
      seen.filter((name) => failed?.some((other) => memberOf(other) === memberOf(name))),
      [],
    );
    await clock.advance(1000);
    assert.deepEqual(
      pending.map(({ numbers }) => numbers),
      [failed],
    );
    const closing = poller.close();
    await answer(0, DONE);
    await closing;
  });

  it("is 1 by default: one batch at a time", async () => {
    const { poller, pending, answer } = await lanes({});
    assert.deepEqual(
      pending.map(({ numbers }) => numbers.length),
      [MEMBERS * ROUNDS],
    );
    await answer(0, DONE);
    await poller.close();
  });
});

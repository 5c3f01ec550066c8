import assert from "node:assert/strict";
import type { SQSClient } from "@aws-sdk/client-sqs";
import fc from "fast-check";
import type { LaneTask } from "../../../handlers/lib/fan-out/lane-task.ts";
import { packTasks, sqsLanesQueue } from "../../../handlers/lib/fan-out/sqs-lanes-queue.ts";
import { FakeClient } from "../support.ts";

const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/lanes.fifo";
const mebibyte = 1024 * 1024;

const task = (lane: number, bytes = 10): LaneTask => ({
  ...{ lane, deduplicationId: "7-9", body: "x".repeat(bytes) },
});
const lanesOf = (packs: LaneTask[][]) => packs.map((pack) => pack.map(({ lane }) => lane));
const range = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => from + index);

describe("the lanes queue", () => {
  const queueOf = (client: FakeClient) => sqsLanesQueue(client.as<SQSClient>(), queueUrl);

  it("has a message group for each lane of a room", async () => {
    const client = new FakeClient();
    await queueOf(client).enqueue("lobby", [task(0, 1), task(15, 2)]);
    assert.deepEqual(client.sent, [
      [
        "SendMessageBatchCommand",
        {
          QueueUrl: queueUrl,
          Entries: [
            {
              Id: "0",
              MessageGroupId: "lobby#0",
              MessageDeduplicationId: "7-9",
              MessageBody: "x",
            },
            {
              Id: "15",
              MessageGroupId: "lobby#15",
              MessageDeduplicationId: "7-9",
              MessageBody: "xx",
            },
          ],
        },
      ],
    ]);
  });

  it("takes 64 tasks in seven calls", async () => {
    const client = new FakeClient();
    await queueOf(client).enqueue(
      "lobby",
      range(0, 64).map((lane) => task(lane)),
    );
    const sizes = client.sent.map(([, input]) => (input as { Entries: unknown[] }).Entries.length);
    assert.deepEqual(sizes, [10, 10, 10, 10, 10, 10, 4]);
  });

  it("calls nobody for no task", async () => {
    const client = new FakeClient();
    await queueOf(client).enqueue("lobby", []);
    assert.deepEqual(client.sent, []);
  });

  it("rejects when one of the tasks was not taken, in whichever call", async () => {
    const failed = { Failed: [{ Id: "12", Code: "InternalError", SenderFault: false }] };
    const client = new FakeClient({ Successful: [] }, failed);
    const tasks = range(0, 16).map((lane) => task(lane));
    await assert.rejects(queueOf(client).enqueue("lobby", tasks), {
      message: "SQS took all but 1 of the lanes' tasks.",
    });
  });

  it("rejects when a call does", async () => {
    const refusal = new Error("throttled");
    await assert.rejects(queueOf(new FakeClient(refusal)).enqueue("lobby", [task(0)]), refusal);
  });
});

describe("packTasks", () => {
  it("puts ten tasks into a call, at most", () => {
    const tasks = range(0, 21).map((lane) => task(lane));
    assert.deepEqual(lanesOf(packTasks(tasks)), [range(0, 10), range(10, 20), [20]]);
  });

  it("puts a mebibyte into a call, and not a byte more", () => {
    const half = mebibyte / 2;
    assert.deepEqual(lanesOf(packTasks([task(0, half), task(1, half), task(2, 1)])), [[0, 1], [2]]);
    assert.deepEqual(lanesOf(packTasks([task(0, half), task(1, half + 1), task(2, 1)])), [
      [0],
      [1, 2],
    ]);
  });

  it("counts bytes, not characters", () => {
    const body = "é".repeat(mebibyte / 4 + 1);
    const tasks = [
      { ...task(0), body },
      { ...task(1), body },
    ];
    assert.deepEqual(lanesOf(packTasks(tasks)), [[0], [1]]);
  });

  it("loses no task, repeats none, keeps their order, and every call within the limits", () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 330_000 }), { maxLength: 64 });
    fc.assert(
      fc.property(sizes, (sizes) => {
        const tasks = sizes.map((bytes, lane) => task(lane, bytes));
        const packs = packTasks(tasks);
        assert.deepEqual(packs.flat(), tasks);
        for (const pack of packs) {
          const bytes = pack.reduce((sum, { body }) => sum + body.length, 0);
          assert.ok(pack.length >= 1 && pack.length <= 10 && bytes <= mebibyte);
        }
      }),
      { numRuns: 50 },
    );
  });
});

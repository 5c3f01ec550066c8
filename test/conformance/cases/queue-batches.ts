import assert from "node:assert/strict";
import { SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { Case } from "../case.ts";
import { QueueUser } from "../queue-user.ts";
import { refusalOf } from "../refusal.ts";
import { observed, serviceModel } from "../sources.ts";

const sendBatch = serviceModel("sqs", "SendMessageBatch");
const limitBytes = 1_048_576;

/** Batches, and refusals in the other protocol. */
export const cases: Case[] = [
  {
    id: "batches-that-are-refused",
    area: "queue",
    title:
      "A batch is refused as a whole with no or eleven entries, with odd or repeated ids, and over 1 MiB in sum.",
    sources: [sendBatch],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const batch = (ids: string[], body = "text") =>
        new SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: ids.map((Id) => ({ Id, ...queue.message(body) })),
        });
      const eleven = Array.from({ length: 11 }, (_, index) => `${index}`);
      const half = "x".repeat(limitBytes / 2);
      for (const [name, command] of [
        ["EmptyBatchRequest", batch([])],
        ["TooManyEntriesInBatchRequest", batch(eleven)],
        ["BatchEntryIdsNotDistinct", batch(["a", "b", "a"])],
        ["InvalidBatchEntryId", batch(["a b"])],
        ["InvalidBatchEntryId", batch(["x".repeat(81)])],
        ["BatchRequestTooLong", batch(["a", "b"], half)],
      ] as const) {
        assert.deepEqual(await refusalOf(target.sqs.send(command)), [name, 400]);
      }
      await queue.expectNothing();
    },
  },
  {
    id: "entries-of-a-batch-that-fail",
    area: "queue",
    title: "An entry of a batch that SQS does not take fails by itself, and the others are sent.",
    sources: [sendBatch],
    where: "anywhere",
    stack: "fixture",
    exclusive: "ordered",
    async run(target) {
      const queue = new QueueUser(target, "ordered");
      const bodies = { first: "one", second: "two\v", third: "three" };
      const { Successful = [], Failed = [] } = await target.sqs.send(
        new SendMessageBatchCommand({
          QueueUrl: queue.url,
          Entries: Object.entries(bodies).map(([Id, body]) => ({ Id, ...queue.message(body) })),
        }),
      );
      assert.deepEqual(
        Failed.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
        [["second", "InvalidMessageContents", true]],
      );
      const received = await queue.consume(2);
      assert.deepEqual(
        received.map(({ Body, MessageId }) => [Body, MessageId]),
        [
          ["one", Successful.find(({ Id }) => Id === "first")?.MessageId],
          ["three", Successful.find(({ Id }) => Id === "third")?.MessageId],
        ],
      );
    },
  },
  {
    id: "codes-of-the-query-protocol",
    area: "queue",
    title: "In the query protocol a refusal has a code, a message and the type Sender.",
    sources: [
      serviceModel("sqs", "SendMessage"),
      observed(
        "its form in JSON: localstack pull request 9102",
        "https://github.com/localstack/localstack/pull/9102",
      ),
    ],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open({ name: target.unique() });
      for (const [template, code] of [
        ["noBody", "MissingParameter"],
        ["emptyAttribute", "InvalidParameterValue"],
        ["controlCharacter", "InvalidMessageContents"],
        ["noAction", "MissingAction"],
        ["unknownAction", "InvalidAction"],
      ]) {
        const { Error: error } = await client.ask({ action: "refused-plainly", template });
        assert.deepEqual([error?.Code, error?.Type], [code, "Sender"]);
        assert.match(error.Message, /./);
      }
    },
  },
];

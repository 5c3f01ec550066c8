import assert from "node:assert/strict";
import type { SQSClient } from "@aws-sdk/client-sqs";
import type { DynamoDBRecord } from "aws-lambda";
import { sortKeyOf } from "../../../handlers/lib/members/member.ts";
import { announce } from "../../../handlers/lib/presence/announce.ts";
import { maxFrameBytes } from "../../../handlers/protocol/index.ts";
import { FakeClient, member, RecordedLog } from "../support.ts";

const queueUrl = "https://sqs.eu-west-1.amazonaws.com/123456789012/rooms.fifo";

/** A record of the stream; without a number it is 1, in a room of that number. */
function streamRecord(
  eventName: "INSERT" | "MODIFY" | "REMOVE",
  options: { number?: number; room?: string; sortKey?: string } = {},
): DynamoDBRecord {
  const { number = 1 } = options;
  const { room = `room-${number}`, sortKey = sortKeyOf(member(`c${number}`)) } = options;
  return {
    eventID: `event-${number}`,
    eventName,
    dynamodb: {
      Keys: { room: { S: room }, member: { S: sortKey } },
      SequenceNumber: `seq-${number}`,
      StreamViewType: "KEYS_ONLY",
    },
  };
}

function entry(kind: string, number: number, id: number) {
  const { user, userHash, connectionId } = member(`c${number}`);
  return {
    Id: String(id),
    MessageGroupId: `room-${number}`,
    MessageDeduplicationId: `p-event-${number}`,
    MessageBody: JSON.stringify({ user, userHash, connectionId }),
    MessageAttributes: { kind: { DataType: "String", StringValue: kind } },
  };
}

describe("announce", () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });

  const announceTo = (client: FakeClient, records: DynamoDBRecord[]) =>
    announce(records, { client: client.as<SQSClient>(), queueUrl, log });
  const inserts = (count: number) =>
    Array.from({ length: count }, (_, index) => streamRecord("INSERT", { number: index + 1 }));

  describe("what changes together in a room", () => {
    const inLobby = (eventName: "INSERT" | "REMOVE", number: number, user = `user-c${number}`) => {
      const sortKey = sortKeyOf(member(`c${number}`, { user }));
      return streamRecord(eventName, { number, room: "lobby", sortKey });
    };
    const change = (kind: string, number: number, user = `user-c${number}`) => {
      const { userHash, connectionId } = member(`c${number}`, { user });
      return { kind, user, userHash, connectionId };
    };
    const bodies = (client: FakeClient) =>
      client.sent.flatMap(([, input]) =>
        (input as { Entries: { MessageGroupId: string; MessageBody: string }[] }).Entries.map(
          ({ MessageGroupId, MessageBody }) => [MessageGroupId, JSON.parse(MessageBody)] as const,
        ),
      );

    it("is told in one message, in its order, deduplicated by the first event and the number", async () => {
      const client = new FakeClient();
      await announceTo(client, [inLobby("INSERT", 1), inLobby("REMOVE", 2), inLobby("INSERT", 3)]);
      const changes = [change("joined", 1), change("left", 2), change("joined", 3)];
      assert.deepEqual(client.sent, [
        [
          "SendMessageBatchCommand",
          {
            QueueUrl: queueUrl,
            Entries: [
              {
                Id: "0",
                MessageGroupId: "lobby",
                MessageDeduplicationId: "p-event-1-3",
                MessageBody: JSON.stringify({ changes }),
                MessageAttributes: { kind: { DataType: "String", StringValue: "changes" } },
              },
            ],
          },
        ],
      ]);
    });

    it("is kept apart from other rooms, which come in the order of their first changes", async () => {
      const client = new FakeClient();
      const records = [
        inLobby("INSERT", 1),
        streamRecord("INSERT", { number: 2 }),
        inLobby("INSERT", 3),
      ];
      await announceTo(client, records);
      assert.deepEqual(
        bodies(client).map(([room]) => room),
        ["lobby", "room-2"],
      );
    });

    it("is told a hundred at a time", async () => {
      const client = new FakeClient();
      await announceTo(
        client,
        Array.from({ length: 201 }, (_, index) => inLobby("INSERT", index)),
      );
      assert.deepEqual(
        bodies(client).map(([, { changes }]) => changes?.length),
        [100, 100, undefined],
      );
    });

    it("is told so much at a time that one frame can name everybody", async () => {
      const client = new FakeClient();
      const user = '"'.repeat(254);
      await announceTo(
        client,
        Array.from({ length: 100 }, (_, index) => inLobby("INSERT", index, `${user}${index}`)),
      );
      for (const [, { changes }] of bodies(client)) {
        const members = changes.map((one: { user: string }) => ({
          user: one.user,
          connections: 1_000,
        }));
        const frame = {
          type: "members",
          seq: "1".repeat(20),
          members,
          truncated: true,
          presence: true,
        };
        assert.ok(Buffer.byteLength(JSON.stringify(frame)) <= maxFrameBytes);
      }
      assert.equal(bodies(client).flatMap(([, { changes }]) => changes).length, 100);
    });

    it("is told from its first change on again when SQS did not take it", async () => {
      const client = new FakeClient({ Failed: [{ Id: "1" }] });
      const records = [
        streamRecord("INSERT", { number: 1 }),
        inLobby("INSERT", 2),
        streamRecord("INSERT", { number: 3 }),
        inLobby("INSERT", 4),
      ];
      assert.deepEqual(await announceTo(client, records), {
        batchItemFailures: [{ itemIdentifier: "seq-2" }],
      });
    });
  });

  it("queues who joined and who left, each in the room's group, deduplicated by event", async () => {
    const client = new FakeClient();
    const records = [streamRecord("INSERT"), streamRecord("REMOVE", { number: 2 })];
    assert.deepEqual(await announceTo(client, records), { batchItemFailures: [] });
    assert.deepEqual(client.sent, [
      [
        "SendMessageBatchCommand",
        { QueueUrl: queueUrl, Entries: [entry("joined", 1, 0), entry("left", 2, 1)] },
      ],
    ]);
    assert.deepEqual(log.lines, []);
  });

  it("names a user as the sort key does, number signs included", async () => {
    const client = new FakeClient();
    const sortKey = sortKeyOf(member("c1", { user: "team#4#" }));
    await announceTo(client, [streamRecord("INSERT", { sortKey })]);
    const [, input] = client.sent[0] ?? [];
    const { Entries } = input as { Entries: { MessageBody: string }[] };
    const { user, userHash, connectionId } = member("c1", { user: "team#4#" });
    assert.deepEqual(JSON.parse(Entries[0]?.MessageBody ?? ""), { user, userHash, connectionId });
  });

  const ignored: [title: string, record: DynamoDBRecord][] = [
    ["a changed row", streamRecord("MODIFY")],
    ["a mark of the room", streamRecord("INSERT", { sortKey: "#large" })],
    ["a removed mark", streamRecord("REMOVE", { sortKey: "#large" })],
    ["a record without keys", { eventID: "e", eventName: "INSERT", dynamodb: {} }],
    ["a record without data", { eventID: "e", eventName: "REMOVE" }],
  ];
  for (const [title, record] of ignored) {
    it(`says nothing of ${title}`, async () => {
      const client = new FakeClient();
      assert.deepEqual(await announceTo(client, [record]), { batchItemFailures: [] });
      assert.deepEqual(client.sent, []);
    });
  }

  it("sends ten entries a call, in order, without gaps for what is ignored", async () => {
    const client = new FakeClient();
    const records = [...inserts(5), streamRecord("MODIFY"), ...inserts(21).slice(5)];
    assert.deepEqual(await announceTo(client, records), { batchItemFailures: [] });
    const numbers = [
      [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
      [11, 12, 13, 14, 15, 16, 17, 18, 19, 20],
      [21],
    ];
    assert.deepEqual(
      client.sent,
      numbers.map((chunk) => [
        "SendMessageBatchCommand",
        {
          QueueUrl: queueUrl,
          Entries: chunk.map((number, index) => entry("joined", number, index)),
        },
      ]),
    );
  });

  it("reports the first entry that SQS did not take, whatever the order of the answer", async () => {
    const client = new FakeClient({ Failed: [{ Id: "9" }, { Id: "2" }, { Id: "4" }] });
    assert.deepEqual(await announceTo(client, inserts(12)), {
      batchItemFailures: [{ itemIdentifier: "seq-3" }],
    });
    assert.equal(client.sent.length, 1, "what follows must not overtake");
    assert.deepEqual(log.lines, [{ level: "error", event: "presence not queued", failed: 3 }]);
  });

  it("counts from the call that failed", async () => {
    const client = new FakeClient({}, { Failed: [{ Id: "1" }] });
    assert.deepEqual(await announceTo(client, inserts(12)), {
      batchItemFailures: [{ itemIdentifier: "seq-12" }],
    });
  });

  it("reports the first entry of a call that failed as a whole", async () => {
    const failure = Object.assign(new Error("user-c1 is secret"), { name: "ThrottlingException" });
    const client = new FakeClient({}, failure);
    assert.deepEqual(await announceTo(client, inserts(25)), {
      batchItemFailures: [{ itemIdentifier: "seq-11" }],
    });
    assert.deepEqual(log.lines, [
      { level: "error", event: "presence not queued", error: "ThrottlingException" },
    ]);
  });
});

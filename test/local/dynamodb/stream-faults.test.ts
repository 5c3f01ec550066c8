import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { TableStream } from "../../../local/dynamodb/stream.ts";
import type { RuntimeEvent } from "../../../local/events.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { engineRecord, REGION, recordsFrom, streamArnOf } from "./tables.ts";

/** What the engine answers a call of the Streams API; `__type` makes an error of it. */
type Answer = (input: Record<string, string>) => object;

describe("DynamoDB stream over a difficult engine", () => {
  let server: Server;
  let stream: TableStream;
  let answers: Record<string, Answer>;
  let events: RuntimeEvent[];

  beforeEach(async () => {
    events = [];
    server = createServer(async (request, response) => {
      const operation = String(request.headers["x-amz-target"]).split(".")[1] ?? "";
      const answer = answers[operation]?.(JSON.parse(await text(request))) ?? {};
      response.writeHead("__type" in answer ? 400 : 200).end(JSON.stringify(answer));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    stream = new TableStream({
      endpoint: `http://127.0.0.1:${port}`,
      arn: streamArnOf("rooms"),
      engineArn: "engine-arn",
      viewType: "NEW_AND_OLD_IMAGES",
      region: REGION,
      clock: new ManualClock(),
      emit: (event) => events.push(event),
    });
  });

  afterEach(async () => {
    await stream.close();
    server.close();
    await once(server, "close");
  });

  const sequenceNumbers = async (count: number) =>
    (await recordsFrom(stream, 0, count)).map(({ dynamodb }) => dynamodb.SequenceNumber.slice(-1));

  it("goes on in the next shard when one is closed", async () => {
    answers = {
      DescribeStream: () => ({
        StreamDescription: {
          Shards: [{ ShardId: "one" }, { ShardId: "two", ParentShardId: "one" }],
        },
      }),
      GetShardIterator: ({ ShardId }) => ({ ShardIterator: ShardId }),
      GetRecords: ({ ShardIterator }) => {
        if (ShardIterator === "one") return { Records: [engineRecord("1")] };
        if (ShardIterator === "two") {
          return { Records: [engineRecord("2")], NextShardIterator: "two-end" };
        }
        return { Records: [], NextShardIterator: "two-end" };
      },
    };
    await stream.open("TRIM_HORIZON");
    assert.deepEqual(await sequenceNumbers(2), ["1", "2"]);
  });

  it("takes a new iterator after the last record when its own has expired", async () => {
    const asked: unknown[] = [];
    answers = {
      DescribeStream: () => ({ StreamDescription: { Shards: [{ ShardId: "one" }] } }),
      GetShardIterator: ({ ShardIteratorType, SequenceNumber }) => {
        asked.push([ShardIteratorType, SequenceNumber]);
        return { ShardIterator: SequenceNumber ?? "start" };
      },
      GetRecords: ({ ShardIterator }) => {
        if (ShardIterator === "start") {
          return { Records: [engineRecord("1")], NextShardIterator: "old" };
        }
        if (ShardIterator === "old") {
          return { __type: "com.amazonaws.dynamodb.v20120810#ExpiredIteratorException" };
        }
        const Records = ShardIterator === "1" ? [engineRecord("2")] : [];
        return { Records, NextShardIterator: "end" };
      },
    };
    await stream.open("TRIM_HORIZON");
    assert.deepEqual(await sequenceNumbers(2), ["1", "2"]);
    assert.deepEqual(asked, [
      ["TRIM_HORIZON", undefined],
      ["AFTER_SEQUENCE_NUMBER", "1"],
    ]);
  });

  it("goes on at the oldest record when its iterator points to what is no longer there", async () => {
    const asked: string[] = [];
    answers = {
      DescribeStream: () => ({ StreamDescription: { Shards: [{ ShardId: "one" }] } }),
      GetShardIterator: ({ ShardIteratorType = "" }) => {
        asked.push(ShardIteratorType);
        return { ShardIterator: String(asked.length) };
      },
      GetRecords: ({ ShardIterator }) => {
        if (ShardIterator === "trimmed") {
          return { __type: "com.amazonaws.dynamodb.v20120810#TrimmedDataAccessException" };
        }
        if (ShardIterator === "1") return { Records: [], NextShardIterator: "trimmed" };
        return {
          Records: ShardIterator === "2" ? [engineRecord("1")] : [],
          NextShardIterator: "end",
        };
      },
    };
    await stream.open("TRIM_HORIZON");
    assert.deepEqual(await sequenceNumbers(1), ["1"]);
    assert.deepEqual(asked, ["TRIM_HORIZON", "TRIM_HORIZON"]);
    assert.deepEqual(events, []);
  });

  it("tells once that the engine cannot be read, and goes on when it can", async () => {
    let calls = 0;
    answers = {
      DescribeStream: () => ({ StreamDescription: { Shards: [{ ShardId: "one" }] } }),
      GetShardIterator: () => ({ ShardIterator: "start" }),
      GetRecords: () => {
        calls += 1;
        if (calls === 2 || calls === 3) {
          stream.nudge();
          return { __type: "x#InternalServerError", message: "out of order" };
        }
        return { Records: calls === 4 ? [engineRecord("1")] : [], NextShardIterator: "start" };
      },
    };
    await stream.open("TRIM_HORIZON");
    assert.deepEqual(await sequenceNumbers(1), ["1"]);
    const message = `The stream ${streamArnOf("rooms")} cannot be read: out of order`;
    assert.deepEqual(events, [{ type: "notice", source: "dynamodb", message }]);
  });
});

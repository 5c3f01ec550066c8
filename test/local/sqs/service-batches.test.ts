import assert from "node:assert/strict";
import {
  SendMessageBatchCommand,
  type SendMessageBatchRequestEntry,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { bodies, take, testService } from "./support.ts";

const MIB = 1_048_576;

describe("a batch of messages", () => {
  let test: ReturnType<typeof testService>;
  let client: SQSClient;

  beforeEach(async () => {
    test = testService();
    const { url: endpoint } = await test.service.listen();
    const credentials = { accessKeyId: "AKIDCLIENT", secretAccessKey: "secret" };
    client = new SQSClient({ endpoint, region: "eu-central-1", credentials });
    test.fifo("orders.fifo");
  });

  afterEach(async () => {
    client.destroy();
    await test.service.close();
  });

  const queue = () => test.service.queueByName("orders.fifo") ?? assert.fail("no queue");
  const entry = (Id: string, more: object = {}): SendMessageBatchRequestEntry => ({
    Id,
    MessageBody: Id,
    MessageGroupId: "g",
    MessageDeduplicationId: Id,
    ...more,
  });
  const send = (Entries: SendMessageBatchRequestEntry[]) =>
    client.send(new SendMessageBatchCommand({ QueueUrl: queue().definition.url, Entries }));
  const refusal = async (Entries: SendMessageBatchRequestEntry[]) => {
    const error = await send(Entries).catch((caught: unknown) => caught);
    assert.deepEqual(take(queue()), []);
    const {
      name,
      message,
      Error: legacy,
    } = error as { name: string; message: string; Error: { Code: string } };
    return { name, message, code: legacy.Code };
  };

  it("is enqueued in its order, and found together", async () => {
    const heard: string[][] = [];
    queue().onAvailable(() => heard.push(bodies(take(queue()))));
    const ids = Array.from({ length: 10 }, (_, index) => `m${index}`);
    const { Successful, Failed } = await send(ids.map((id) => entry(id)));
    assert.deepEqual(
      Successful?.map(({ Id }) => Id),
      ids,
    );
    assert.deepEqual(Failed, []);
    assert.deepEqual(heard, [ids]);
  });

  it("reports what is wrong with single messages, and takes the others", async () => {
    const { Successful, Failed } = await send([
      entry("m1"),
      entry("m2", { MessageBody: "\u0001" }),
      entry("m3", { DelaySeconds: 5 }),
      entry("m4"),
    ]);
    assert.deepEqual(
      Successful?.map(({ Id }) => Id),
      ["m1", "m4"],
    );
    assert.deepEqual(
      Failed?.map(({ Id, Code, SenderFault }) => [Id, Code, SenderFault]),
      [
        ["m2", "InvalidMessageContents", true],
        ["m3", "InvalidParameterValue", true],
      ],
    );
    assert.deepEqual(bodies(take(queue())), ["m1", "m4"]);
  });

  it("has one to ten entries", async () => {
    assert.deepEqual(await refusal([]), {
      name: "EmptyBatchRequest",
      message: "There should be at least one SendMessageBatchRequestEntry in the request.",
      code: "AWS.SimpleQueueService.EmptyBatchRequest",
    });
    const eleven = Array.from({ length: 11 }, (_, index) => entry(`m${index}`));
    assert.deepEqual(await refusal(eleven), {
      name: "TooManyEntriesInBatchRequest",
      message: "Maximum number of entries per request are 10. You have sent 11.",
      code: "AWS.SimpleQueueService.TooManyEntriesInBatchRequest",
    });
  });

  it("has valid ids, each once", async () => {
    assert.equal((await refusal([entry("m1"), entry("m1")])).message, "Id m1 repeated.");
    for (const id of ["a b", "x".repeat(81)]) {
      assert.equal((await refusal([entry("m"), entry(id)])).name, "InvalidBatchEntryId");
    }
  });

  it("has 1 MiB at most in all", async () => {
    const half = "x".repeat(MIB / 2);
    const attribute = { a: { DataType: "String", StringValue: "b" } };
    const halves = [entry("m1", { MessageBody: half }), entry("m2", { MessageBody: half })];
    assert.equal((await send(halves)).Successful?.length, 2);
    assert.equal(take(queue()).length, 2);
    assert.deepEqual(await refusal([...halves, entry("m3", { MessageAttributes: attribute })]), {
      name: "BatchRequestTooLong",
      message: `Batch requests cannot be longer than ${MIB} bytes. You have sent ${MIB + 10} bytes.`,
      code: "AWS.SimpleQueueService.BatchRequestTooLong",
    });
  });

  it("fails as a whole without group ids", async () => {
    const { MessageGroupId: _none, ...without } = entry("m2");
    assert.deepEqual(await refusal([entry("m1"), without]), {
      name: "InvalidParameterValue",
      message: "The request must contain the parameter MessageGroupId.",
      code: "InvalidParameterValue",
    });
  });

  describe("of which half is to fail", () => {
    const request = (Entries: SendMessageBatchRequestEntry[]) => ({
      path: "/",
      headers: { "x-amz-target": "AmazonSQS.SendMessageBatch" },
      body: JSON.stringify({ QueueUrl: queue().definition.url, Entries }),
    });
    const sendPartly = async (...ids: string[]) => {
      const { status, body } = await test.service.handlePartly(request(ids.map((id) => entry(id))));
      assert.equal(status, 200);
      const { Successful, Failed } = JSON.parse(body);
      const idsOf = (entries: { Id: string }[]) => entries.map(({ Id }) => Id);
      return { Successful: idsOf(Successful), Failed: idsOf(Failed), all: Failed };
    };

    it("is taken up to there, and told so", async () => {
      const { all, ...answer } = await sendPartly("a", "b", "c");
      assert.deepEqual(answer, { Successful: ["a"], Failed: ["b", "c"] });
      assert.deepEqual(all[0], {
        Id: "b",
        SenderFault: false,
        Code: "InternalError",
        Message: "The laptop was told to refuse this call.",
      });
      assert.deepEqual(bodies(take(queue())), ["a"]);
    });

    it("is not taken at all when it is a single one", async () => {
      const { all: _all, ...answer } = await sendPartly("a");
      assert.deepEqual(answer, { Successful: [], Failed: ["a"] });
      assert.deepEqual(take(queue()), []);
    });

    it("goes well when it is none", async () => {
      const { status, body } = await test.service.handlePartly({
        ...request([]),
        headers: { "x-amz-target": "AmazonSQS.GetQueueUrl" },
        body: JSON.stringify({ QueueName: "orders.fifo" }),
      });
      assert.deepEqual([status, JSON.parse(body)], [200, { QueueUrl: queue().definition.url }]);
    });
  });
});

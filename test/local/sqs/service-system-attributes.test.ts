import assert from "node:assert/strict";
import {
  type MessageSystemAttributeValue,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { md5OfAttributes } from "../../../local/sqs/checksums.ts";
import { queueArn, redriveTo, testService } from "./support.ts";

const TRACE = "Root=1-67891233-abcdef012345678912345678";

describe("what SQS is told besides a message", () => {
  let test: ReturnType<typeof testService>;
  let client: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    test = testService();
    const { url: endpoint } = await test.service.listen();
    const credentials = { accessKeyId: "AKIDCLIENT", secretAccessKey: "secret" };
    client = new SQSClient({ endpoint, region: "eu-central-1", credentials });
    QueueUrl = test.standard("jobs", { maxMessageSize: 1024 }).definition.url;
  });

  afterEach(async () => {
    client.destroy();
    await test.service.close();
  });

  const send = (attributes: Record<string, MessageSystemAttributeValue>) =>
    client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: "x".repeat(1024),
        MessageSystemAttributes: attributes,
      }),
    );

  it("is the X-Ray header, which does not count as size and comes back when asked for", async () => {
    const header = { DataType: "String", StringValue: TRACE };
    const sent = await send({ AWSTraceHeader: header });
    const digest = md5OfAttributes({ AWSTraceHeader: { dataType: "String", stringValue: TRACE } });
    assert(digest);
    assert.equal(sent.MD5OfMessageSystemAttributes, digest);
    assert.equal(sent.MD5OfMessageAttributes, undefined);
    const names = ["AWSTraceHeader", "ApproximateFirstReceiveTimestamp"] as const;
    const { Messages } = await client.send(
      new ReceiveMessageCommand({ QueueUrl, MessageSystemAttributeNames: [...names] }),
    );
    assert.deepEqual(Messages?.[0]?.Attributes, {
      AWSTraceHeader: TRACE,
      ApproximateFirstReceiveTimestamp: String(test.clock.now()),
    });
  });

  const refused: [string, Record<string, MessageSystemAttributeValue>, RegExp][] = [
    [
      "another name",
      { Hello: { DataType: "String", StringValue: "x" } },
      /name 'Hello' is invalid/,
    ],
    ["another type", { AWSTraceHeader: { DataType: "Number", StringValue: "1" } }, /be 'String'/],
    ["no value", { AWSTraceHeader: { DataType: "String", StringValue: "" } }, /a non-empty value/],
  ];
  for (const [what, attributes, message] of refused) {
    it(`is refused with ${what}`, async () => {
      await assert.rejects(send(attributes), { name: "InvalidParameterValue", message });
    });
  }

  it("is refused for its own entry of a batch", async () => {
    const { Successful, Failed } = await client.send(
      new SendMessageBatchCommand({
        QueueUrl,
        Entries: [
          { Id: "a", MessageBody: "a" },
          {
            Id: "b",
            MessageBody: "b",
            MessageSystemAttributes: {
              AWSTraceHeader: { DataType: "Number", StringValue: "1" },
            },
          },
        ],
      }),
    );
    assert.deepEqual(
      [Successful?.map(({ Id }) => Id), Failed?.map(({ Id, Code }) => [Id, Code])],
      [["a"], [["b", "InvalidParameterValue"]]],
    );
  });

  it("is, for a move of dead letters, a queue of the same type", async () => {
    test.standard("dead");
    test.standard("source", { redrivePolicy: redriveTo("dead", 3) });
    test.fifo("orders.fifo");
    const move = new StartMessageMoveTaskCommand({
      SourceArn: queueArn("dead"),
      DestinationArn: queueArn("orders.fifo"),
    });
    await assert.rejects(client.send(move), {
      name: "InvalidParameterValue",
      message: "Source and destination queues must be of the same type.",
    });
  });
});

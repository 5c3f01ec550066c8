import assert from "node:assert/strict";
import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  ListQueuesCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageCommand,
  SQSClient,
  StartMessageMoveTaskCommand,
} from "@aws-sdk/client-sqs";
import { md5OfAttributes } from "../../../local/sqs/checksums.ts";
import { ACCOUNT, queueArn, redriveTo, testService } from "./support.ts";

describe("the SQS service, called by the SDK's client", () => {
  let test: ReturnType<typeof testService>;
  let client: SQSClient;
  let QueueUrl: string;

  beforeEach(async () => {
    test = testService();
    const { url: endpoint } = await test.service.listen();
    client = new SQSClient({
      endpoint,
      region: "eu-central-1",
      credentials: { accessKeyId: "AKIDCLIENT", secretAccessKey: "secret" },
    });
    test.fifo("dead.fifo");
    const queue = test.fifo("orders.fifo", { redrivePolicy: redriveTo("dead.fifo", 1) });
    QueueUrl = queue.definition.url;
  });

  afterEach(async () => {
    client.destroy();
    await test.service.close();
  });

  const send = (MessageGroupId: string, MessageBody: string, more: object = {}) =>
    client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageGroupId,
        MessageBody,
        MessageDeduplicationId: MessageBody,
        ...more,
      }),
    );
  const receive = async (more: object = {}) => {
    const command = new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10, ...more });
    return (await client.send(command)).Messages ?? [];
  };

  it("sends, receives and deletes a message with all its attributes", async () => {
    const MessageAttributes = {
      text: { DataType: "String", StringValue: "grün" },
      count: { DataType: "Number", StringValue: "7" },
      bytes: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
    };
    const sent = await send("g", "hello", { MessageAttributes });
    const [message, ...others] = await receive({
      MessageSystemAttributeNames: ["All"],
      MessageAttributeNames: ["All"],
    });
    assert.deepEqual(others, []);
    assert(message?.Attributes);
    assert.equal(message.Body, "hello");
    assert.equal(message.MessageId, sent.MessageId);
    assert(sent.MD5OfMessageAttributes);
    assert.equal(message.MD5OfMessageAttributes, sent.MD5OfMessageAttributes);
    assert.deepEqual(message.MessageAttributes, MessageAttributes);
    assert.equal(message.Attributes.SequenceNumber, sent.SequenceNumber);
    assert.equal(message.Attributes.SenderId, "AKIDCLIENT");
    const { ReceiptHandle } = message;
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle }));
    const queue = test.service.queueByName("orders.fifo");
    assert.deepEqual(queue?.counts, { visible: 0, delayed: 0, inFlight: 0 });
  });

  it("returns the attributes that were asked for, and their digest", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const MessageAttributes = { "a.x": text("1"), "a.y": text("2"), b: text("3") };
    await send("g", "hello", { MessageAttributes });
    const [message] = await receive({
      MessageSystemAttributeNames: ["MessageGroupId"],
      MessageAttributeNames: ["a.*", "none"],
    });
    assert.deepEqual(message?.Attributes, { MessageGroupId: "g" });
    assert.deepEqual(Object.keys(message?.MessageAttributes ?? {}), ["a.x", "a.y"]);
    const expected = md5OfAttributes({
      "a.x": { dataType: "String", stringValue: "1" },
      "a.y": { dataType: "String", stringValue: "2" },
    });
    assert.equal(message?.MD5OfMessageAttributes, expected);
  });

  it("waits for a message", async () => {
    const waiting = receive({ WaitTimeSeconds: 20 });
    await send("g", "last");
    assert.deepEqual(
      (await waiting).map(({ Body }) => Body),
      ["last"],
    );
  });

  it("changes visibility and deletes in batches, each entry by itself", async () => {
    for (const body of ["m1", "m2"]) await send("g", body);
    const handles = (await receive()).map(({ ReceiptHandle }) => ReceiptHandle);
    const entries = [...handles, "nonsense"].map((ReceiptHandle, index) => ({
      Id: `e${index}`,
      ReceiptHandle,
      VisibilityTimeout: 60,
    }));
    const changed = await client.send(
      new ChangeMessageVisibilityBatchCommand({ QueueUrl, Entries: entries }),
    );
    assert.deepEqual(changed.Successful, [{ Id: "e0" }, { Id: "e1" }]);
    assert.deepEqual(changed.Failed, [
      {
        Id: "e2",
        SenderFault: true,
        Code: "ReceiptHandleIsInvalid",
        Message: 'The input receipt handle "nonsense" is not a valid receipt handle.',
      },
    ]);
    const Entries = entries.map(({ Id, ReceiptHandle }) => ({ Id, ReceiptHandle }));
    const deleted = await client.send(new DeleteMessageBatchCommand({ QueueUrl, Entries }));
    assert.deepEqual(deleted.Successful, [{ Id: "e0" }, { Id: "e1" }]);
    assert.deepEqual(
      deleted.Failed?.map(({ Id }) => Id),
      ["e2"],
    );
  });

  it("releases a message, and moves dead letters back", async () => {
    await send("g", "hello");
    const [message] = await receive();
    const ReceiptHandle = message?.ReceiptHandle;
    await client.send(
      new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }),
    );
    assert.deepEqual(await receive(), []);
    const move = new StartMessageMoveTaskCommand({ SourceArn: queueArn("dead.fifo") });
    assert((await client.send(move)).TaskHandle);
    assert.deepEqual(
      (await receive()).map(({ Body }) => Body),
      ["hello"],
    );
    const noDeadLetterQueue = new StartMessageMoveTaskCommand({
      SourceArn: queueArn("orders.fifo"),
    });
    await assert.rejects(
      client.send(noDeadLetterQueue),
      /must be configured as a Dead Letter Queue/,
    );
  });

  it("knows its queues and their attributes", async () => {
    await send("g", "hello");
    const { QueueUrls } = await client.send(new ListQueuesCommand({ QueueNamePrefix: "or" }));
    assert.deepEqual(QueueUrls, [QueueUrl]);
    const found = await client.send(new GetQueueUrlCommand({ QueueName: "orders.fifo" }));
    assert.equal(found.QueueUrl, `http://127.0.0.1:1/${ACCOUNT}/orders.fifo`);
    const attributes = async (...AttributeNames: "All"[]) =>
      (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames }))).Attributes;
    const created = String(Math.floor(test.clock.now() / 1000));
    assert.deepEqual(await attributes("All"), {
      ApproximateNumberOfMessages: "1",
      ApproximateNumberOfMessagesDelayed: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      ContentBasedDeduplication: "false",
      CreatedTimestamp: created,
      DeduplicationScope: "queue",
      DelaySeconds: "0",
      FifoQueue: "true",
      FifoThroughputLimit: "perQueue",
      LastModifiedTimestamp: created,
      MaximumMessageSize: "1048576",
      MessageRetentionPeriod: "345600",
      QueueArn: queueArn("orders.fifo"),
      ReceiveMessageWaitTimeSeconds: "0",
      RedrivePolicy: redriveTo("dead.fifo", 1),
      VisibilityTimeout: "30",
    });
    await client.send(new PurgeQueueCommand({ QueueUrl }));
    assert.equal((await attributes("All"))?.["ApproximateNumberOfMessages"], "0");
  });
});

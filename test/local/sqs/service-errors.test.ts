import assert from "node:assert/strict";
import {
  QueueDoesNotExist,
  ReceiveMessageCommand,
  SQSClient,
  TagQueueCommand,
} from "@aws-sdk/client-sqs";
import { testService } from "./support.ts";

describe("errors of the JSON protocol", () => {
  let test: ReturnType<typeof testService>;
  let url: string;

  beforeEach(async () => {
    test = testService();
    ({ url } = await test.service.listen());
    test.standard("jobs");
  });

  afterEach(() => test.service.close());

  const post = async (target: string, body: string) => {
    const response = await fetch(url, {
      method: "POST",
      headers: { "content-type": "application/x-amz-json-1.0", "x-amz-target": target },
      body,
    });
    return {
      status: response.status,
      legacy: response.headers.get("x-amzn-query-error"),
      body: (await response.json()) as { __type: string; message: string },
    };
  };

  it("name the type in the body and the older code in a header", async () => {
    const QueueUrl = "http://127.0.0.1:1/123456789012/none";
    assert.deepEqual(await post("AmazonSQS.PurgeQueue", JSON.stringify({ QueueUrl })), {
      status: 400,
      legacy: "AWS.SimpleQueueService.NonExistentQueue;Sender",
      body: {
        __type: "com.amazonaws.sqs#QueueDoesNotExist",
        message: "The specified queue does not exist.",
      },
    });
  });

  it("are the SDK's own classes there", async () => {
    const credentials = { accessKeyId: "AKIDCLIENT", secretAccessKey: "secret" };
    const client = new SQSClient({ endpoint: url, region: "eu-central-1", credentials });
    const QueueUrl = test.service.queueByName("jobs")?.definition.url;
    await assert.rejects(
      client.send(new ReceiveMessageCommand({ QueueUrl: `${QueueUrl}s` })),
      QueueDoesNotExist,
    );
    await assert.rejects(
      client.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 11 })),
      {
        name: "InvalidParameterValue",
        message:
          "Value 11 for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.",
      },
    );
    await assert.rejects(client.send(new TagQueueCommand({ QueueUrl, Tags: {} })), {
      name: "UnsupportedOperation",
      message: "The local runtime does not play TagQueue.",
    });
    client.destroy();
  });

  it("tell of attributes that no queue has", async () => {
    const QueueUrl = test.service.queueByName("jobs")?.definition.url;
    for (const name of ["Colour", "toString"]) {
      const { status, body } = await post(
        "AmazonSQS.GetQueueAttributes",
        JSON.stringify({ QueueUrl, AttributeNames: ["QueueArn", name] }),
      );
      assert.deepEqual([status, body.message], [400, `Unknown Attribute ${name}.`]);
      assert.equal(body.__type, "com.amazonaws.sqs#InvalidAttributeName");
    }
  });

  it("tell of unknown actions and malformed bodies", async () => {
    const types = [];
    for (const [target, body] of [
      ["AmazonSQS.toString", "{}"],
      ["DynamoDB_20120810.GetItem", "{}"],
      ["AmazonSQS.PurgeQueue", "no JSON"],
      ["AmazonSQS.PurgeQueue", "[]"],
      ["AmazonSQS.PurgeQueue", '{"QueueUrl":1}'],
      ["AmazonSQS.PurgeQueue", "{}"],
    ] as const) {
      const response = await post(target, body);
      assert.equal(response.status, 400);
      types.push(response.body.__type.replace("com.amazon.coral.service#", ""));
    }
    assert.deepEqual(types, [
      "UnknownOperationException",
      "UnknownOperationException",
      "SerializationException",
      "SerializationException",
      "SerializationException",
      "MissingRequiredParameterException",
    ]);
  });
});

describe("the SQS service", () => {
  it("ends long polls when it closes", async () => {
    const { service, standard } = testService();
    const waiting = standard("jobs").receive({ maxMessages: 1, waitSeconds: 20 });
    await service.close();
    assert.deepEqual(await waiting, []);
  });

  it("has one queue of a name", () => {
    const { standard } = testService();
    standard("jobs");
    assert.throws(() => standard("jobs"), /^Error: jobs: a queue with this name already exists$/);
  });

  it("finds a queue by the path of its URL, whatever the host", () => {
    const { service, standard } = testService();
    const queue = standard("jobs");
    const found = service.queueByUrl("https://sqs.eu-central-1.amazonaws.com/123456789012/jobs");
    assert.equal(found, queue);
    assert.equal(service.queueByUrl("http://127.0.0.1:1/000000000000/jobs"), undefined);
    assert.equal(service.queueByArn(queue.definition.arn), queue);
  });
});

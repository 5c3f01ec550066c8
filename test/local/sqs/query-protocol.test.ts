import assert from "node:assert/strict";
import { md5OfAttributes } from "../../../local/sqs/checksums.ts";
import { take, testService } from "./support.ts";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const PATH = "/123456789012/orders.fifo";

function form(parameters: Record<string, string>): string {
  return new URLSearchParams(parameters).toString();
}

const MESSAGE = {
  Action: "SendMessage",
  MessageGroupId: "lobby",
  MessageDeduplicationId: "r-1",
  MessageBody: "hello",
};

describe("the query protocol", () => {
  const setUp = () => {
    const { service, fifo } = testService();
    const queue = fifo("orders.fifo");
    const call = (body: string, headers: Record<string, string> = FORM, path = PATH) =>
      service.handleQuery({ path, headers, body });
    return { service, queue, call };
  };

  it("sends a message with attributes, and answers in XML", async () => {
    const { queue, call } = setUp();
    const body = form({
      ...MESSAGE,
      MessageBody: 'a&b=c+d%20 "é"\n',
      "MessageAttribute.1.Name": "connectionId",
      "MessageAttribute.1.Value.DataType": "String",
      "MessageAttribute.1.Value.StringValue": "abc=",
      "MessageAttribute.2.Name": "count",
      "MessageAttribute.2.Value.DataType": "Number",
      "MessageAttribute.2.Value.StringValue": "7",
    });
    const response = await call(body);
    const [message] = take(queue);
    assert(message);
    assert.equal(message.body, 'a&b=c+d%20 "é"\n');
    assert.deepEqual(message.attributes, {
      connectionId: { dataType: "String", stringValue: "abc=" },
      count: { dataType: "Number", stringValue: "7" },
    });
    assert.equal(message.systemAttributes["MessageGroupId"], "lobby");
    assert.deepEqual(response, {
      status: 200,
      headers: { "content-type": "text/xml", "x-amzn-requestid": "id-1" },
      body:
        '<?xml version="1.0"?><SendMessageResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/">' +
        `<SendMessageResult><MessageId>${message.messageId}</MessageId>` +
        `<MD5OfMessageBody>${message.md5OfBody}</MD5OfMessageBody>` +
        `<MD5OfMessageAttributes>${md5OfAttributes(message.attributes)}</MD5OfMessageAttributes>` +
        `<SequenceNumber>${message.systemAttributes["SequenceNumber"]}</SequenceNumber>` +
        "</SendMessageResult><ResponseMetadata><RequestId>id-1</RequestId></ResponseMetadata></SendMessageResponse>",
    });
  });

  it("answers in JSON to those who accept it", async () => {
    const { queue, call } = setUp();
    const response = await call(form(MESSAGE), { ...FORM, Accept: "application/json" });
    const [message] = take(queue);
    assert.equal(response.headers["content-type"], "application/json");
    assert.deepEqual(JSON.parse(response.body), {
      SendMessageResponse: {
        SendMessageResult: {
          MD5OfMessageAttributes: null,
          MD5OfMessageBody: "5d41402abc4b2a76b9719d911017c592",
          MD5OfMessageSystemAttributes: null,
          MessageId: message?.messageId,
          SequenceNumber: message?.systemAttributes["SequenceNumber"],
        },
        ResponseMetadata: { RequestId: "id-1" },
      },
    });
  });

  it("is served over HTTP too", async () => {
    const { service, queue } = setUp();
    const { url } = await service.listen();
    const response = await fetch(url + PATH, {
      method: "POST",
      headers: FORM,
      body: form(MESSAGE),
    });
    assert.equal(response.status, 200);
    assert.match(await response.text(), /<MessageId>/);
    await service.close();
    assert.deepEqual(queue.counts, { visible: 0, delayed: 0, inFlight: 0 });
  });

  it("refuses in XML, escaped", async () => {
    const { call } = setUp();
    assert.deepEqual(await call(form({ ...MESSAGE, MessageGroupId: "<a b>" })), {
      status: 400,
      headers: { "content-type": "text/xml", "x-amzn-requestid": "id-1" },
      body:
        '<?xml version="1.0"?><ErrorResponse xmlns="http://queue.amazonaws.com/doc/2012-11-05/"><Error>' +
        "<Type>Sender</Type><Code>InvalidParameterValue</Code><Message>Value &lt;a b&gt; for parameter " +
        "MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation " +
        "characters. 1 to 128 in length.</Message><Detail/></Error><RequestId>id-1</RequestId></ErrorResponse>",
    });
  });

  const attribute = {
    "MessageAttribute.1.Name": "user",
    "MessageAttribute.1.Value.DataType": "String",
  };
  const refusals: [string, string, string, string, Record<string, string>?, string?][] = [
    [
      "a queue that does not exist",
      form(MESSAGE),
      "AWS.SimpleQueueService.NonExistentQueue",
      "The specified queue does not exist for this wsdl version.",
      FORM,
      "/123456789012/other.fifo",
    ],
    [
      "a missing group",
      form({ ...MESSAGE, MessageGroupId: "" }),
      "MissingParameter",
      "The request must contain the parameter MessageGroupId.",
    ],
    [
      "a missing body",
      form({ ...MESSAGE, MessageBody: "" }),
      "MissingParameter",
      "The request must contain the parameter MessageBody.",
    ],
    [
      "an attribute that rendered empty",
      form({ ...MESSAGE, ...attribute, "MessageAttribute.1.Value.StringValue": "" }),
      "InvalidParameterValue",
      "Message (user) attribute 'user' must contain a non-empty value of type 'String'.",
    ],
    [
      "an attribute without a name",
      form({ ...MESSAGE, "MessageAttribute.1.Value.DataType": "String" }),
      "InvalidParameterValue",
      "The request must contain non-empty message attribute names.",
    ],
    [
      "an unknown action",
      form({ ...MESSAGE, Action: "Send" }),
      "InvalidAction",
      "The action Send is not valid for this endpoint.",
    ],
    [
      "no action",
      "MessageBody=x",
      "MissingAction",
      "The request must contain the parameter Action.",
    ],
    [
      "another content type",
      form(MESSAGE),
      "MissingAction",
      "The request must contain the parameter Action.",
      { "Content-Type": "application/json" },
    ],
    [
      "a parameter given twice",
      `${form(MESSAGE)}&MessageGroupId=other`,
      "MalformedQueryString",
      "The parameter MessageGroupId is given more than once.",
    ],
    [
      "a broken percent encoding",
      `${form(MESSAGE)}&x=100%`,
      "MalformedQueryString",
      "The form has a broken percent encoding.",
    ],
  ];
  for (const [what, body, code, message, headers = FORM, path = PATH] of refusals) {
    it(`refuses ${what}`, async () => {
      const { queue, call } = setUp();
      const response = await call(body, { ...headers, accept: "application/json" }, path);
      assert.equal(response.status, 400);
      assert.deepEqual(JSON.parse(response.body), {
        Error: { Code: code, Detail: null, Message: message, Type: "Sender" },
        RequestId: "id-1",
      });
      assert.deepEqual(take(queue), []);
    });
  }
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates have references in braces
import assert from "node:assert/strict";
import { renderTemplate } from "../../../local/vtl/render.ts";
import { renders, VARIABLES } from "./render-table.ts";

/** A message on its way to an SQS FIFO queue, and the templates that answer it. */
const SEND = [
  "Action=SendMessage",
  "MessageGroupId=$util.urlEncode($context.authorizer.room)",
  "MessageDeduplicationId=$util.urlEncode($context.requestId)",
  "MessageAttribute.1.Name=connectionId",
  "MessageAttribute.1.Value.DataType=String",
  "MessageAttribute.1.Value.StringValue=$util.urlEncode($context.connectionId)",
  "MessageBody=$util.urlEncode($input.body)",
].join("&");

describe("templates of a queue integration", () => {
  it("renders an SQS query request", () => {
    assert.equal(
      renderTemplate(SEND, { ...VARIABLES, body: '{"a":"b c"}' }),
      "Action=SendMessage&MessageGroupId=lobby&MessageDeduplicationId=cmVx%3D" +
        "&MessageAttribute.1.Name=connectionId&MessageAttribute.1.Value.DataType=String" +
        "&MessageAttribute.1.Value.StringValue=Zm9v%3D&MessageBody=%7B%22a%22%3A%22b+c%22%7D",
    );
  });

  it("leaves a message no way to add parameters, or to be a template itself", () => {
    const body = "x&MessageGroupId=other&a=$context.stage#if(true)%26\\$util";
    const parameters = new URLSearchParams(renderTemplate(SEND, { ...VARIABLES, body }));
    assert.deepEqual(parameters.getAll("MessageGroupId"), ["lobby"]);
    assert.equal(parameters.get("MessageBody"), body);
    assert.equal(parameters.size, 7);
  });

  it("renders an undefined authorizer property empty", () => {
    const rendered = renderTemplate(SEND, { ...VARIABLES, context: { authorizer: {} } });
    assert.equal(new URLSearchParams(rendered).get("MessageGroupId"), "");
    assert.match(rendered, /&MessageGroupId=&MessageDeduplicationId=&/);
  });

  it("takes a deduplication id from the message only where it is a valid one", () => {
    const template =
      `#set($id = "$!input.path('$.id')")` +
      '#if($id.matches("[A-Za-z0-9_-]{1,64}"))c-${context.authorizer.user-hash}-$id' +
      "#{else}r-${context.requestId}#end&x";
    const render = (id: unknown) =>
      renderTemplate(template, { ...VARIABLES, body: JSON.stringify({ id }) });
    assert.equal(render("A_b-1"), "c-h-A_b-1&x");
    assert.equal(render(17), "c-h-17&x");
    assert.equal(render("x".repeat(64)), `c-h-${"x".repeat(64)}&x`);
    for (const id of [
      "",
      "x".repeat(65),
      "a b",
      "a\n",
      "a&b",
      { a: 1 },
      [1],
      null,
      1.5,
      undefined,
    ]) {
      assert.equal(render(id), "r-cmVx=&x");
    }
  });

  describe("a MOCK ping", () => {
    renders([
      ['{"statusCode":200}', '{"statusCode":200}'],
      ['{"type":"pong","ts":$context.requestTimeEpoch}', '{"type":"pong","ts":1700000000000}'],
    ]);
  });

  describe("answers", () => {
    const answer = {
      ...VARIABLES,
      body: '{"SendMessageResponse":{"SendMessageResult":{"MessageId":"m","SequenceNumber":"7"}}}',
    };
    renders(
      [
        ["$input.path('$.SendMessageResponse.SendMessageResult.MessageId')", "m"],
        ["$input.path('$.SendMessageResponse.SendMessageResult').SequenceNumber", "7"],
        [
          '{"error":"Bad request","message": $input.json(\'$.Message\')}',
          '{"error":"Bad request","message": ""}',
        ],
      ],
      answer,
    );
  });
});

import assert from "node:assert/strict";
import {
  acknowledgement,
  messageRequest,
  pong,
  refusal,
  textRequest,
} from "../../components/templates.ts";
import { hashOf } from "../../handlers/lib/connection-context.ts";
import { alice, connectionId, fieldsOf, render, requestId } from "./template-rendering.ts";

const hostileBodies = [
  '{"action":"message","data":"hello"}',
  '{"action":"message","data":"&MessageGroupId=other"}',
  '{"action":"message","data":"%26MessageGroupId%3Dother"}',
  '{"action":"message&MessageGroupId=other","data":1}',
  '{"action":"message","id":"a&MessageGroupId=other","data":1}',
  '{"action":"message","id":"a%26MessageGroupId%3Dother","data":1}',
  '{"action":"message","id":{"MessageGroupId":"other"},"data":1}',
  '{"action":"message","data":"a=b;c+d e#f?g/h\\\\i"}',
  '{\n"action":"message",\r\n"data":"\\u0000\\n"}',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: VTL's notation, which must stay text
  '{"action":"message","data":"$context.authorizer.room $input.body #set($a=1) ${x} $!y"}',
  `{"action":"message","data":"\\"'\`"}`,
  '{"action":"message","data":"žluťoučký 👩‍👩‍👧 \u2028 日本"}',
  '{"action":"message","data":null,"data":{"a":[1,{"b":[]}]}}',
];

const hostileTexts = [
  ...hostileBodies,
  "",
  " ",
  "hello & MessageGroupId=other",
  "&MessageGroupId=other",
  "%26MessageGroupId=other",
  "\n&MessageGroupId=other\n",
  "{not json",
  "[1,2]",
  "null",
  "\u0000\u001b[31m",
  "#end #if $ ${ $! \\ \\$x",
];

const hostileUsers = [
  "alice",
  "a&MessageGroupId=other",
  "a%26MessageGroupId%3Dother",
  "bob smith+tag@example.org",
  `quote " ' \\ $context.authorizer.room #end`,
  "žluťoučký 👩‍👩‍👧",
  "line\nbreak",
];

const commonFields = (user: string, kind: string, deduplicationId: string, body: string) => [
  ["Action", "SendMessage"],
  ["MessageGroupId", "lobby"],
  ["MessageDeduplicationId", deduplicationId],
  ...attribute(1, "kind", kind),
  ...attribute(2, "connectionId", connectionId),
  ...attribute(3, "requestId", requestId),
  ...attribute(4, "user", user),
  ...attribute(5, "sentAt", "1767225600123"),
  ...attribute(6, "expiresAt", "1767229200"),
  ["MessageBody", body],
];

function attribute(number: number, name: string, value: string): string[][] {
  const prefix = `MessageAttribute.${number}`;
  return [
    [`${prefix}.Name`, name],
    [`${prefix}.Value.DataType`, "String"],
    [`${prefix}.Value.StringValue`, value],
  ];
}

describe("The request template of messages", () => {
  for (const body of hostileBodies) {
    it(`queues one message in the sender's room for ${JSON.stringify(body)}`, () => {
      const fields = fieldsOf(render(messageRequest, body));
      assert.deepEqual(fields, commonFields("alice", "message", `r-${requestId}`, body));
    });
  }

  for (const user of hostileUsers) {
    it(`queues one message in the sender's room for the user ${JSON.stringify(user)}`, () => {
      const body = '{"action":"message","data":1}';
      const fields = fieldsOf(render(messageRequest, body, { ...alice, user }));
      assert.deepEqual(fields, commonFields(user, "message", `r-${requestId}`, body));
    });
  }

  it("takes the group from the authorizer, encoded", () => {
    const room = "a&MessageGroupId=b";
    const fields = fieldsOf(render(messageRequest, "{}", { ...alice, room }));
    assert.deepEqual(fields[1], ["MessageGroupId", room]);
    assert.equal(fields.filter(([name]) => name === "MessageGroupId").length, 1);
  });

  it("is one line, since white space would be part of a value", () => {
    assert.doesNotMatch(messageRequest, /\n/);
    assert.doesNotMatch(render(messageRequest, '{"id":"a"}'), /\s/);
  });
});

describe("The deduplication id of messages", () => {
  const deduplicationId = (id: string, user = "alice") => {
    const body = `{"action":"message","id":${id},"data":1}`;
    const fields = Object.fromEntries(fieldsOf(render(messageRequest, body, { ...alice, user })));
    return fields["MessageDeduplicationId"];
  };

  for (const id of ["a", "A-Z_09", "0", "-", "x".repeat(64), "5", "true", "null"]) {
    it(`names user and id for the id "${id}"`, () => {
      assert.equal(deduplicationId(`"${id}"`), `c-${hashOf("alice")}-${id}`);
    });
  }

  const ofTheWrongForm = [
    '""',
    `"${"x".repeat(65)}"`,
    '"a b"',
    '"a&b"',
    '"a%26b"',
    '"a.b"',
    '"a\\"b"',
    '"ä"',
    '"a\\nb"',
    '"a\\n"',
    "5",
    "5.5",
    "true",
    "null",
    "{}",
    '["a"]',
    '{"a":"b"}',
  ];
  for (const id of ofTheWrongForm) {
    it(`names the request for the id ${id.slice(0, 20)}`, () => {
      assert.equal(deduplicationId(id), `r-${requestId}`);
    });
  }

  it("differs from user to user, so that nobody can swallow another's message", () => {
    assert.notEqual(deduplicationId('"a"', "alice"), deduplicationId('"a"', "bob"));
  });

  it("fits into SQS's 128 characters, of those that it allows", () => {
    assert.match(deduplicationId(`"${"x".repeat(64)}"`) ?? "", /^[A-Za-z0-9_-]{1,128}$/);
  });
});

describe("The request template of any other text", () => {
  for (const text of hostileTexts) {
    it(`queues one message in the sender's room for ${JSON.stringify(text)}`, () => {
      const fields = fieldsOf(render(textRequest, text));
      assert.deepEqual(fields, commonFields("alice", "text", `r-${requestId}`, text));
    });
  }

  it("reads the raw text only: paths in what is not JSON are undefined", () => {
    assert.doesNotMatch(textRequest, /\$input\.(json|path)/);
  });
});

describe("Without the right to publish", () => {
  for (const publish of ["false", "", "TRUE", "1"]) {
    it(`nothing is sent for publish "${publish}"`, () => {
      for (const template of [messageRequest, textRequest]) {
        const form = render(template, '{"action":"message","data":1}', { ...alice, publish });
        assert.equal(form, "Action=PublishNotAllowed");
      }
    });
  }

  it("the answer says so", () => {
    assert.deepEqual(
      JSON.parse(render(refusal, "<ErrorResponse/>", { ...alice, publish: "false" })),
      {
        type: "error",
        code: 4101,
        message: "This token may not publish to this room.",
        requestId,
      },
    );
  });
});

describe("The response templates", () => {
  it("acknowledge", () => {
    assert.equal(
      render(acknowledgement, "<SendMessageResponse/>"),
      `{"type":"ack","requestId":"${requestId}"}`,
    );
  });

  it("say that nothing was queued", () => {
    assert.deepEqual(JSON.parse(render(refusal, "<ErrorResponse/>")), {
      type: "error",
      code: 4102,
      message: "The message was not queued.",
      requestId,
    });
  });

  it("answer a ping with a number", () => {
    assert.equal(render(pong, ""), '{"type":"pong","at":1767225600123}');
  });

  it("read the context only, whatever the integration answered", () => {
    for (const template of [acknowledgement, refusal, pong]) {
      assert.doesNotMatch(template, /\$input/);
    }
  });
});

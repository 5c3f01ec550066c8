import assert from "node:assert/strict";
import type { MessageAttributes, SendRequest } from "../../../local/sqs/message.ts";
import { take, testService } from "./support.ts";

const KIB = 1024;

/** The refusal's code and message for a message that is fine but for what is given. */
function refusal(more: Partial<SendRequest>, settings: object = {}): [string, string] {
  const queue = testService().fifo("orders.fifo", settings);
  const request = { body: "m", groupId: "g", deduplicationId: "d", senderId: "me", ...more };
  try {
    queue.send(request);
  } catch (error) {
    assert.deepEqual(take(queue), []);
    const { code, message } = error as { code: string; message: string };
    return [code, message];
  }
  return assert.fail("not refused");
}

function accepts(more: Partial<SendRequest>, settings: object = {}): void {
  const queue = testService().fifo("orders.fifo", settings);
  queue.send({ body: "m", groupId: "g", deduplicationId: "d", senderId: "me", ...more });
  assert.equal(take(queue).length, 1);
}

const text = (stringValue: string, dataType = "String") => ({ dataType, stringValue });

describe("a message body", () => {
  it("has at least one character", () => {
    assert.deepEqual(refusal({ body: "" }), [
      "MissingParameter",
      "The request must contain the parameter MessageBody.",
    ]);
  });

  it("has the characters of XML 1.0 only", () => {
    assert.deepEqual(refusal({ body: "bell \u0007" }), [
      "InvalidMessageContents",
      "Invalid binary character '#x7' was found in the message body, the set of allowed characters is #x9 | #xA | #xD | [#x20-#xD7FF] | [#xE000-#xFFFD] | [#x10000-#x10FFFF].",
    ]);
    for (const body of ["\0", "\u001f", "\uD800", "\uDFFF!", "\uFFFE", "\uFFFF"]) {
      assert.equal(refusal({ body })[0], "InvalidMessageContents");
    }
    accepts({ body: "\t\n\r ~\u007F\uD7FF\uE000\uFFFD\u{10000}\u{10FFFF}" });
  });

  it("has 1 MiB at most, attributes included", () => {
    const attributes = { kind: text("note") };
    const bytes = "kind".length + "String".length + "note".length;
    accepts({ body: "x".repeat(KIB * KIB) });
    accepts({ body: "x".repeat(KIB * KIB - bytes), attributes });
    assert.deepEqual(refusal({ body: "x".repeat(KIB * KIB - bytes + 1), attributes }), [
      "InvalidParameterValue",
      "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    ]);
  });

  it("is measured in bytes, against the queue's own maximum", () => {
    accepts({ body: "é".repeat(KIB) }, { maxMessageSize: 2 * KIB });
    assert.match(
      refusal({ body: "é".repeat(KIB + 1) }, { maxMessageSize: 2 * KIB })[1],
      /must be shorter than 2048 bytes/,
    );
  });
});

describe("the ids of a FIFO message", () => {
  it("are both needed", () => {
    const queue = testService().fifo("orders.fifo");
    assert.throws(() => queue.send({ body: "m", deduplicationId: "d", senderId: "me" }), {
      code: "MissingParameter",
      message: "The request must contain the parameter MessageGroupId.",
    });
    assert.throws(() => queue.send({ body: "m", groupId: "g", senderId: "me" }), {
      code: "InvalidParameterValue",
      message:
        "The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly",
    });
  });

  it("are 1 to 128 letters, digits and punctuation marks", () => {
    const all = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join("");
    accepts({ groupId: all, deduplicationId: "d".repeat(128) });
    for (const id of ["", "with space", "Zürich", "x".repeat(129)]) {
      assert.deepEqual(refusal({ groupId: id }), [
        "InvalidParameterValue",
        `Value ${id} for parameter MessageGroupId is invalid. Reason: MessageGroupId can only include alphanumeric and punctuation characters. 1 to 128 in length.`,
      ]);
      assert.match(refusal({ deduplicationId: id })[1], /parameter MessageDeduplicationId is/);
    }
  });

  it("do not fit a standard queue, but for the group", () => {
    const queue = testService().standard("jobs");
    assert.throws(() => queue.send({ body: "m", deduplicationId: "d", senderId: "me" }), {
      code: "InvalidParameterValue",
      message:
        "Value d for parameter MessageDeduplicationId is invalid. Reason: The request include parameter that is not valid for this queue type.",
    });
  });
});

describe("a delay", () => {
  it("is not for single messages of a FIFO queue", () => {
    assert.deepEqual(refusal({ delaySeconds: 2 }), [
      "InvalidParameterValue",
      "Value 2 for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.",
    ]);
  });

  it("is 900 seconds at most", () => {
    const queue = testService().standard("jobs");
    for (const delaySeconds of [-1, 901]) {
      assert.throws(() => queue.send({ body: "m", delaySeconds, senderId: "me" }), {
        message: `Value ${delaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      });
    }
  });
});

describe("message attributes", () => {
  const refused = (attributes: MessageAttributes) => {
    const [code, message] = refusal({ attributes });
    assert.equal(code, "InvalidParameterValue");
    return message;
  };

  it("are ten at most", () => {
    const numbered = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, text("x")]));
    accepts({ attributes: numbered(10) });
    assert.match(refused(numbered(11)), /Number of message attributes \[11\] exceeds/);
  });

  it("have a value that is not empty", () => {
    const message = "Message (user) attribute 'a' must contain a non-empty value of type 'String'.";
    assert.equal(refused({ a: text("") }), message);
    assert.equal(refused({ a: { dataType: "String" } }), message);
    assert.match(refused({ a: { dataType: "Binary", stringValue: "x" } }), /of type 'Binary'/);
  });

  it("have a type, with a label if need be", () => {
    accepts({ attributes: { a: text("1", "Number.int"), b: text("x", "String.label") } });
    accepts({ attributes: { a: { dataType: "Binary", binaryValue: "AAE=" } } });
    assert.match(refused({ a: text("x", "") }), /must contain a non-empty message attribute type/);
    assert.match(refused({ a: text("x", "Boolean") }), /invalid message attribute type/);
  });

  it("are numbers of up to 38 digits, from 10^-128 to 10^126", () => {
    const numbers = ["-0.50", "0", "1e126", "1E-128", `00.${"0".repeat(40)}${"9".repeat(38)}`];
    for (const number of numbers) accepts({ attributes: { a: text(number, "Number") } });
    for (const number of ["ten", "1e127", "-1e-129", "9".repeat(39)]) {
      assert.equal(
        refused({ a: text(number, "Number") }),
        "Can't cast the value of message attribute 'a' to a number.",
      );
    }
  });

  it("have names of letters, digits and _-. without reserved prefixes", () => {
    accepts({ attributes: { "a.b-c_D9": text("x"), awsome: text("x") } });
    for (const name of ["", "a b", ".a", "a.", "a..b", "AWS.x", "amazon.x", "x".repeat(257)]) {
      assert.match(refused({ [name]: text("x") }), /attribute name/);
    }
  });

  it("have the characters of XML 1.0 only", () => {
    assert.match(refused({ a: text("\u0001") }), /^Invalid binary character '#x1' was found in/);
  });
});

describe("the time in flight", () => {
  it("is 0 to 43 200 seconds", () => {
    const queue = testService().standard("jobs");
    queue.send({ body: "m", senderId: "me" });
    const handle = take(queue)[0]?.receiptHandle ?? "";
    for (const seconds of [-1, 43_201]) {
      assert.throws(() => queue.changeVisibility(handle, seconds), {
        message: `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Must be between 0 and 43200, if provided.`,
      });
    }
    queue.changeVisibility(handle, 43_200);
  });
});

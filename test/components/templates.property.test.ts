import assert from "node:assert/strict";
import fc from "fast-check";
import { messageRequest, textRequest } from "../../components/templates.ts";
import { idPattern } from "../../handlers/protocol/limits.ts";
import { alice, fieldsOf, render, requestId } from "./template-rendering.ts";

/** Any text that UTF-8 can carry, with what means something to a form or to VTL in it. */
const text = fc
  .array(
    fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom(
        "&MessageGroupId=other",
        "%26",
        "=",
        "+",
        "\r\n",
        "#end",
        "$context",
        "${",
        '"',
      ),
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join("").toWellFormed());

function valuesOf(form: string, name: string): string[] {
  return fieldsOf(form).flatMap(([key, value]) => (key === name ? [value] : []));
}

describe("Any frame", () => {
  it("is the body of one message in the sender's room", () => {
    fc.assert(
      fc.property(text, text, (body, user) => {
        const form = render(textRequest, body, { ...alice, user });
        assert.deepEqual(valuesOf(form, "MessageBody"), [body]);
        assert.deepEqual(valuesOf(form, "MessageGroupId"), ["lobby"]);
        assert.deepEqual(valuesOf(form, "MessageAttribute.4.Value.StringValue"), [user]);
        assert.equal(fieldsOf(form).length, 22);
      }),
    );
  });

  it("that is JSON is, too, whatever its id", () => {
    const id = fc.oneof(text, fc.stringMatching(/^[A-Za-z0-9_-]{1,70}$/), fc.json(), fc.double());
    fc.assert(
      fc.property(id, fc.jsonValue(), (ofFrame, data) => {
        const body = JSON.stringify({ action: "message", id: ofFrame, data });
        const form = render(messageRequest, body);
        assert.deepEqual(valuesOf(form, "MessageBody"), [body]);
        assert.deepEqual(valuesOf(form, "MessageGroupId"), ["lobby"]);
        assert.equal(fieldsOf(form).length, 22);
        const [deduplicationId = ""] = valuesOf(form, "MessageDeduplicationId");
        const isNamed = typeof ofFrame === "string" && idPattern.test(ofFrame);
        assert.equal(deduplicationId === `r-${requestId}`, !isNamed);
        assert.equal(deduplicationId.endsWith(`-${ofFrame}`), isNamed);
      }),
    );
  });
});

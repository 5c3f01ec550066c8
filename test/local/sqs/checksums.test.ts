import assert from "node:assert/strict";
import { md5OfAttributes } from "../../../local/sqs/checksums.ts";

const text = (stringValue: string) => ({ dataType: "String", stringValue });

/** The digests here are those that SQS itself answered for these attributes. */
describe("the MD5 digest of message attributes", () => {
  it("is that of SQS for strings, in any order", () => {
    const digest = md5OfAttributes({
      "Help.Me": text("Me"),
      Hello: text("There"),
      General: text("Kenobi"),
    });
    assert.equal(digest, "4c360f3fdafd970e05fae2f149d997f5");
    assert.equal(md5OfAttributes({ Foo: text("Bar") }), "ae7155c6026991b6d54b11589678bf9c");
  });

  it("is that of SQS for bytes", () => {
    const bytes = "traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01";
    const binaryValue = Buffer.from(bytes).toString("base64");
    const digest = md5OfAttributes({ attr1: { dataType: "Binary", binaryValue } });
    assert.equal(digest, "8cbe4db156db8a94db8b801b7addb984");
  });

  it("is not there without attributes", () => {
    assert.equal(md5OfAttributes({}), undefined);
  });
});

import assert from "node:assert/strict";
import {
  deriveSigningKey,
  scopeText,
} from "../../../../handlers/lib/fan-out/posting/signing-key.ts";

/** AWS General Reference, "Examples of how to derive a signing key for Signature Version 4". */
const example = { date: "20120215", region: "us-east-1", service: "iam" };

describe("deriveSigningKey", () => {
  it("derives the key of AWS's example", () => {
    assert.equal(
      deriveSigningKey("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", example).toString("hex"),
      "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d",
    );
  });

  it("is for what the scope says", () => {
    assert.equal(scopeText(example), "20120215/us-east-1/iam/aws4_request");
  });
});

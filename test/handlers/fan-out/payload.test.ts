import assert from "node:assert/strict";
import { Payload } from "../../../handlers/lib/fan-out/payload.ts";

describe("Payload", () => {
  it("is the text in UTF-8, and the hash of that", () => {
    const payload = new Payload("é");
    assert.equal(payload.text, "é");
    assert.deepEqual([...payload.bytes], [0xc3, 0xa9]);
    // As `printf 'é' | sha256sum` has it.
    assert.equal(
      payload.sha256,
      "4a99557e4033c3539de2eb65472017cad5f9557f7a0625a09f1c3f6e2ba69c4c",
    );
  });

  it("hashes the bytes that are sent where the text is not well-formed", () => {
    assert.equal(new Payload("\ud800").sha256, new Payload("\ufffd").sha256);
  });

  it("makes its bytes once, for everybody", () => {
    const payload = new Payload("text");
    assert.equal(payload.bytes, payload.bytes);
  });
});

import assert from "node:assert/strict";
import {
  idPattern,
  maxDataBytes,
  maxFrameBytes,
  maxUserBytes,
  roomPattern,
} from "../../../handlers/protocol/index.ts";

describe("limits", () => {
  it("are those of the protocol", () => {
    assert.equal(maxDataBytes, 24_576);
    assert.equal(maxFrameBytes, 32_768);
    assert.equal(maxUserBytes, 256);
  });

  it("take an id of 1 to 64 characters of A-Z a-z 0-9 _ -", () => {
    for (const id of ["a", "Az09_-", "i".repeat(64)]) {
      assert.match(id, idPattern);
    }
    for (const id of ["", "i".repeat(65), "a b", "a.b", "a:b", "é", "a\n", "a&b"]) {
      assert.doesNotMatch(id, idPattern);
    }
  });

  it("take a room name of 1 to 100 characters of A-Z a-z 0-9 _ - . :", () => {
    for (const room of ["a", "Az09_-.:", "r".repeat(100)]) {
      assert.match(room, roomPattern);
    }
    for (const room of ["", "r".repeat(101), "a b", "a/b", "a#b", "é", "a\n", "a&b", "a*"]) {
      assert.doesNotMatch(room, roomPattern);
    }
  });
});

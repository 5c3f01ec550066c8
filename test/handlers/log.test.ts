import assert from "node:assert/strict";
import { errorName } from "../../handlers/lib/log.ts";

describe("errorName", () => {
  const cases: [thrown: unknown, name: string][] = [
    [new RangeError("a secret"), "RangeError"],
    [Object.assign(new Error("a secret"), { name: "ThrottlingException" }), "ThrottlingException"],
    ["a secret", "string"],
    [undefined, "undefined"],
    [{ name: "a secret" }, "object"],
  ];
  for (const [thrown, name] of cases) {
    it(`is ${name}, and nothing of the message`, () => {
      assert.equal(errorName(thrown), name);
    });
  }
});

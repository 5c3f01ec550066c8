import assert from "node:assert/strict";
import {
  type ClosingDefinition,
  closingFrame,
  closings,
  type ErrorDefinition,
  errorFrame,
  errors,
} from "../../../handlers/protocol/index.ts";

const errorEntries: [string, ErrorDefinition][] = Object.entries(errors);
const closingEntries: [string, ClosingDefinition][] = Object.entries(closings);

describe("the catalogue of codes", () => {
  it("uses no number twice", () => {
    const codes = [...errorEntries, ...closingEntries].map(([, { code }]) => code);
    assert.equal(new Set(codes).size, codes.length);
  });

  for (const [name, { code, message, remedy }] of errorEntries) {
    it(`has ${name} as an error: 41xx, a sentence and a remedy`, () => {
      assert.ok(Number.isInteger(code) && code >= 4100 && code <= 4199, String(code));
      assert.match(message, /^[A-Z].+\.$/);
      assert.match(remedy, /^[A-Z].+\.$/);
    });
  }

  for (const [name, { code, reason, remedy }] of closingEntries) {
    it(`has ${name} as a closing: 42xx, a reason and a remedy`, () => {
      assert.ok(Number.isInteger(code) && code >= 4200 && code <= 4299, String(code));
      assert.match(reason, /^[a-z]+(_[a-z]+)*$/);
      assert.match(remedy, /^[A-Z].+\.$/);
    });
  }

  it("keeps the numbers that clients know", () => {
    const numbers = [...errorEntries, ...closingEntries].map(([name, { code }]) => [name, code]);
    assert.deepEqual(Object.fromEntries(numbers), {
      publishNotAllowed: 4101,
      sentAfterExpiry: 4107,
      notQueued: 4102,
      dataMissing: 4103,
      dataTooLarge: 4104,
      dataMalformed: 4105,
      idInvalid: 4106,
      tokenExpired: 4201,
      unreachable: 4202,
      rateLimited: 4203,
      disconnected: 4204,
    });
  });
});

describe("errorFrame", () => {
  it("names what it is about, and only that", () => {
    const { code, message } = errors.dataMissing;
    assert.deepEqual(errorFrame(errors.dataMissing), { type: "error", code, message });
    assert.deepEqual(errorFrame(errors.dataMissing, { requestId: "r", id: "i" }), {
      type: "error",
      code,
      message,
      requestId: "r",
      id: "i",
    });
  });
});

describe("closingFrame", () => {
  it("says why, and whether connecting again can succeed", () => {
    assert.deepEqual(closingFrame(closings.tokenExpired), {
      type: "closing",
      code: 4201,
      reason: "token_expired",
      retry: true,
    });
  });
});

import assert from "node:assert/strict";
import { judge, MAX_AUTHORIZER_RESULT_BYTES } from "../../../local/gateway/authorizer-result.ts";
import { EXECUTION_ARN } from "./resources.ts";

const METHOD_ARN = `${EXECUTION_ARN}/dev/$connect`;

function statement(overrides: object = {}) {
  return { Effect: "Allow", Action: "execute-api:Invoke", Resource: METHOD_ARN, ...overrides };
}

function result(...statements: unknown[]) {
  return { principalId: "ada", policyDocument: { Version: "2012-10-17", Statement: statements } };
}

describe("authorizer result", () => {
  const covering: [string, object][] = [
    ["the method", {}],
    ["a list of resources", { Resource: ["other", METHOD_ARN] }],
    ["a wildcard across slashes", { Resource: `${EXECUTION_ARN}/*` }],
    ["a wildcard for everything", { Action: "*", Resource: "*" }],
    ["a wildcard for one character", { Resource: `${EXECUTION_ARN}/de?/$connect` }],
    ["an action of another case", { Action: ["EXECUTE-API:invoke"] }],
  ];
  for (const [what, overrides] of covering) {
    it(`allows what covers ${what}`, () => {
      assert.equal(judge(result(statement(overrides)), METHOD_ARN).allowed, true);
      assert.equal(
        judge(result(statement(overrides), statement({ Effect: "Deny" })), METHOD_ARN).allowed,
        false,
      );
    });
  }

  const missing: [string, object][] = [
    ["another stage", { Resource: `${EXECUTION_ARN}/prod/*` }],
    ["a question mark for no character", { Resource: `${METHOD_ARN}?` }],
    ["a dot as a wildcard", { Resource: METHOD_ARN.replace("dev", "d.v") }],
    ["another action", { Action: "execute-api:ManageConnections" }],
    ["no resource", { Resource: undefined }],
  ];
  for (const [what, overrides] of missing) {
    it(`does not allow ${what}`, () => {
      assert.deepEqual(judge(result(statement(overrides)), METHOD_ARN), { allowed: false });
    });
  }

  it("takes a single statement, and the principal before a context of that name", () => {
    const policyDocument = { Version: "2012-10-17", Statement: statement() };
    const context = { principalId: "eve", age: 36 };
    assert.deepEqual(judge({ principalId: "ada", policyDocument, context }, METHOD_ARN), {
      allowed: true,
      context: { principalId: "ada", age: "36" },
    });
  });

  const malformed: [string, unknown, RegExp][] = [
    ["no object", "Allow", /not an object/],
    ["no principal", { policyDocument: result(statement()).policyDocument }, /principalId/],
    ["no policy", { principalId: "ada" }, /policyDocument/],
    ["an unknown effect", result(statement({ Effect: "Maybe" })), /Effect/],
    ["a number as resource", result(statement({ Resource: 1 })), /must be strings/],
    ["a condition", result(statement({ Condition: {} })), /Condition is not played/],
    ["a null in the context", { ...result(statement()), context: { a: null } }, /context\.a/],
    [
      "more than 8 KB",
      { ...result(statement()), context: { a: "x".repeat(MAX_AUTHORIZER_RESULT_BYTES) } },
      /8192 bytes/,
    ],
  ];
  for (const [what, value, message] of malformed) {
    it(`refuses ${what}`, () => {
      assert.throws(() => judge(value, METHOD_ARN), { name: "MalformedResultError", message });
    });
  }
});

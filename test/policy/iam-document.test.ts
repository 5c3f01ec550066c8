import assert from "node:assert/strict";
import { coversAction, isBoundBy, Statement, statementsOf } from "../../policy/lib/iam-document.ts";

const allow = {
  Effect: "Allow",
  Action: "SQS:sendMessage",
  Resource: "arn:aws:sqs:eu-west-1:111122223333:orders",
};

describe("statementsOf", () => {
  it("reads JSON, an object, and one statement in place of a list", () => {
    for (const document of [
      { Statement: [allow] },
      { Statement: allow },
      JSON.stringify({ Version: "2012-10-17", Statement: [allow] }),
    ]) {
      const [statement, ...others] = statementsOf(document);
      assert.deepEqual(statement?.actions, ["sqs:sendmessage"]);
      assert.deepEqual(statement.resources, [allow.Resource]);
      assert.equal(statement.allows, true);
      assert.deepEqual(others, []);
    }
  });

  it("finds nothing in what is no policy", () => {
    for (const document of [undefined, null, "", "{", "[]", "7", 7, [], {}, { Statement: "x" }]) {
      assert.deepEqual(statementsOf(document), []);
    }
    assert.deepEqual(statementsOf({ Statement: [null, "x", 1, []] }), []);
  });
});

describe("Statement", () => {
  it("reads texts in place of lists, and passes over what is no text", () => {
    const { actions, resources } = new Statement({ Action: ["a:B", 1, null], Resource: { no: 1 } });
    assert.deepEqual(actions, ["a:b"]);
    assert.deepEqual(resources, []);
  });

  it("tells allowing from denying", () => {
    assert.equal(new Statement({ Effect: "Deny" }).allows, false);
    assert.equal(new Statement({}).allows, false);
  });

  it("reads principals of every kind", () => {
    const { principals } = new Statement({
      Principal: { Service: ["a.amazonaws.com", "b.amazonaws.com"], AWS: "*" },
    });
    assert.deepEqual(principals, [
      { kind: "Service", id: "a.amazonaws.com" },
      { kind: "Service", id: "b.amazonaws.com" },
      { kind: "AWS", id: "*" },
    ]);
    assert.deepEqual(new Statement({ Principal: "*" }).principals, [{ kind: "AWS", id: "*" }]);
    assert.deepEqual(new Statement({ Principal: 7 }).principals, []);
  });

  it("reads conditions with keys and operators in lower case", () => {
    const { conditions } = new Statement({
      Condition: { Bool: { "aws:SecureTransport": false }, StringLike: { "AWS:SourceArn": ["x"] } },
    });
    assert.deepEqual(conditions, [
      { operator: "bool", key: "aws:securetransport", values: ["false"] },
      { operator: "stringlike", key: "aws:sourcearn", values: ["x"] },
    ]);
    assert.deepEqual(new Statement({ Condition: "x" }).conditions, []);
    assert.deepEqual(new Statement({ Condition: { Bool: "x" } }).conditions, []);
  });

  it("knows which exclusions it has", () => {
    const statement = new Statement({ NotAction: "iam:*" });
    assert.equal(statement.has("NotAction"), true);
    assert.equal(statement.has("NotResource"), false);
  });
});

describe("coversAction", () => {
  it("goes by wildcards, and by nothing else", () => {
    for (const pattern of ["logs:putlogevents", "logs:put*", "*", "logs:put?ogevents", "l*:*s"]) {
      assert.equal(coversAction(pattern, "logs:putlogevents"), true, pattern);
    }
    for (const pattern of ["logs:put", "putlogevents", "logs.putlogevents", "logs:put+", ""]) {
      assert.equal(coversAction(pattern, "logs:putlogevents"), false, pattern);
    }
  });
});

describe("isBoundBy", () => {
  const bound = (operator: string, value: unknown) =>
    isBoundBy(new Statement({ Condition: { [operator]: { "aws:SourceAccount": value } } }), [
      "aws:sourceaccount",
    ]);

  it("takes operators that demand the key and one of some values", () => {
    for (const operator of ["StringEquals", "StringLike", "ArnLike", "ForAnyValue:StringEquals"]) {
      assert.equal(bound(operator, "111122223333"), true, operator);
    }
    assert.equal(bound("StringEquals", 111122223333), true);
  });

  it("does not take operators that also hold without the key, nor for other values", () => {
    for (const operator of [
      "StringEqualsIfExists",
      "ForAllValues:StringEquals",
      "StringNotEquals",
      "Null",
    ]) {
      assert.equal(bound(operator, "111122223333"), false, operator);
    }
  });

  it("does not take a wildcard alone, or nothing", () => {
    assert.equal(bound("StringLike", "*"), false);
    assert.equal(bound("StringLike", ["111122223333", "*"]), false);
    assert.equal(bound("StringEquals", []), false);
    assert.equal(isBoundBy(new Statement({}), ["aws:sourceaccount"]), false);
  });
});

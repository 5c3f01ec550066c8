import assert from "node:assert/strict";
import type { Properties } from "../../local/recording/resource.ts";
import { iamRules } from "../../policy/rules/iam.ts";
import { foreign, judge, unknownValue } from "../support/policy.ts";

const noWildcards = "iam-policy-has-no-wildcards";
const remedy = "Name each action that is needed, and the ARN of each resource.";
const queue = "arn:aws:sqs:eu-west-1:111122223333:orders";
const documentOf = (...statements: object[]) => ({
  Version: "2012-10-17",
  Statement: statements.map((statement) => ({
    Effect: "Allow",
    Action: "sqs:SendMessage",
    Resource: queue,
    ...statement,
  })),
});
const policy = (document: unknown) =>
  foreign("aws:iam/rolePolicy:RolePolicy", "orders", { role: "orders", policy: document });
/** What is said about a policy of one statement, which is compliant but for these elements. */
const said = (statement: object, settings: Record<string, Properties> = {}) =>
  judge([policy(JSON.stringify(documentOf(statement)))], settings, iamRules).map(
    ({ rule, message }) => `${rule}: ${message}`,
  );
const wildcard = [
  `${noWildcards}: RolePolicy "orders": policy statement 1 has a wildcard in Action. ${remedy}`,
];
const everyResource = [
  `${noWildcards}: RolePolicy "orders": policy statement 1 has every resource in Resource. ${remedy}`,
];

describe("rules of IAM policies", () => {
  it("judge what is known of a document beside what is not", () => {
    const document = documentOf({ Resource: unknownValue }, { Action: "sqs:*" });
    assert.deepEqual(
      judge([policy(document)], {}, iamRules).map(({ message }) => message),
      [
        `RolePolicy "orders": policy statement 2 has a wildcard in Action. ${remedy}`,
        'Not decided before the deployment, since not known yet: "policy.Statement.0.Resource" of RolePolicy "orders".',
      ],
    );
  });

  it("read documents of every shape, and nothing into what is malformed", () => {
    const document = documentOf({ Action: ["SQS:*"] });
    for (const shape of [
      document,
      { Statement: document.Statement[0] },
      JSON.stringify(document),
    ]) {
      assert.equal(judge([policy(shape)], {}, iamRules).length, 1);
    }
    for (const shape of [
      "{",
      "",
      null,
      7,
      [],
      { Statement: null },
      { Statement: [{ Action: 1 }] },
    ]) {
      assert.deepEqual(judge([policy(shape)], {}, iamRules), []);
    }
    assert.deepEqual(
      judge([foreign("aws:iam/role:Role", "r", { inlinePolicies: 7 })], {}, iamRules),
      [],
    );
  });

  it("judge policies of every holder", () => {
    const document = JSON.stringify(documentOf({}, { Action: "*" }));
    const found = (type: string, inputs: Properties) =>
      judge([foreign(type, "orders", inputs)], {}, iamRules).map(({ message }) => message);
    for (const holder of ["policy:Policy", "userPolicy:UserPolicy", "groupPolicy:GroupPolicy"]) {
      assert.deepEqual(found(`aws:iam/${holder}`, { policy: document }), [
        `${holder.split(":")[1]} "orders": policy statement 2 has a wildcard in Action. ${remedy}`,
      ]);
    }
    assert.deepEqual(
      found("aws:iam/role:Role", { inlinePolicies: [{ name: "none" }, { policy: document }] }),
      [`Role "orders": inlinePolicies 2 statement 2 has a wildcard in Action. ${remedy}`],
    );
  });
});

describe(noWildcards, () => {
  it("finds wildcards of every form in actions, once", () => {
    for (const action of ["*", "sqs:*", "sqs:**", "S*:SendMessage"]) {
      assert.deepEqual(said({ Action: ["sqs:GetQueueUrl", action] }), wildcard, action);
    }
    assert.deepEqual(said({ Action: "*", Resource: "*" }), wildcard);
    assert.deepEqual(
      said({ Action: "execute-api:*", Resource: "arn:aws:execute-api:eu-west-1:111122223333:*" }),
      wildcard,
    );
  });

  it("accepts wildcards beside other text, unless it is told otherwise", () => {
    const settings = { [noWildcards]: { partialWildcards: false } };
    for (const action of ["sqs:Get*", "sqs:SendMessag?"]) {
      assert.deepEqual(said({ Action: action }), [], action);
      assert.deepEqual(said({ Action: action, Resource: "*" }), everyResource, action);
      assert.deepEqual(said({ Action: action }, settings), wildcard, action);
    }
  });

  it("finds every resource in all its spellings", () => {
    for (const resource of ["*", "**", "arn:*", "arn:aws:*:*:*:*", "arn:*:*:*:*:*"]) {
      assert.deepEqual(said({ Resource: [queue, resource] }), everyResource, resource);
    }
    for (const resource of [
      `${queue}*`,
      "arn:aws:s3:::*",
      "arn:aws:logs:eu-west-1:111122223333:*",
    ]) {
      assert.deepEqual(said({ Resource: resource }), [], resource);
    }
  });

  it("accepts every resource for actions that take none", () => {
    const Action = [
      ...["xray:PutTraceSegments", "XRay:Put*", "xray:PutTrace*"],
      ...["logs:CreateLogDelivery", "logs:*Delivery", "logs:ListLogDeliveries"],
    ];
    assert.deepEqual(said({ Action, Resource: "*" }), []);
    for (const action of ["logs:PutLogEvents", "logs:*Deliver*", "xray:P*", "cloudwatch:Put*"]) {
      assert.deepEqual(said({ Action: [...Action, action], Resource: "*" }), everyResource, action);
    }
    const settings = { [noWildcards]: { actionsWithoutResource: ["SQS:ListQueues"] } };
    assert.deepEqual(said({ Action: "sqs:listQueues", Resource: "*" }, settings), []);
    assert.deepEqual(said({ Action, Resource: "*" }, settings), everyResource);
  });

  it("accepts metrics of a named namespace only", () => {
    const metrics = { Action: "cloudwatch:PutMetricData", Resource: "*" };
    const within = (operator: string, namespace: string) =>
      said({ ...metrics, Condition: { [operator]: { "cloudwatch:namespace": namespace } } });
    assert.deepEqual(within("StringEquals", "Orders"), []);
    assert.deepEqual(within("StringLike", "*"), everyResource);
    assert.deepEqual(within("StringNotEquals", "Orders"), everyResource);
    assert.deepEqual(said(metrics), everyResource);
  });

  it("finds what is allowed by exclusion, and leaves alone what is refused", () => {
    const found = (Effect: string) =>
      judge([policy({ Statement: { Effect, NotAction: "iam:*", Resource: queue } })], {}, iamRules);
    assert.deepEqual(
      found("Allow").map(({ message }) => message),
      [`RolePolicy "orders": policy statement 1 allows by NotAction. ${remedy}`],
    );
    assert.deepEqual(found("Deny"), []);
    assert.deepEqual(said({ Effect: "Deny", Action: "*", Resource: "*" }), []);
  });
});

import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { trust } from "./iam-fixtures.ts";

const rule = "role-serves-one-purpose";
const ownRole = "Give each function and each integration a role of its own, for its service alone.";
const inline = "Write what the role may do into an inline policy of its own.";
const basic = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole";

const lambdaTrust = trust({ Service: "lambda.amazonaws.com" });
const role = (inputs: object = {}, links = {}) =>
  foreign("aws:iam/role:Role", "orders", { assumeRolePolicy: lambdaTrust, ...inputs }, links, {
    arn: "arn:aws:iam::111122223333:role/orders",
  });
const lambda = (name: string, used: RecordedResource) =>
  foreign("aws:lambda/function:Function", name, { role: unknownValue }, { role: [used] });
const said = (resources: RecordedResource[], settings = {}) =>
  messagesBy(rule, resources, settings);
const trusting = (Principal: unknown, others: object = {}) =>
  said([role({ assumeRolePolicy: trust(Principal, others) })]);

describe(rule, () => {
  it("finds a role for a function and for an integration", () => {
    const shared = role();
    const integration = foreign(
      "aws:apigatewayv2/integration:Integration",
      "enqueue",
      { credentialsArn: unknownValue },
      { credentialsArn: [shared] },
    );
    assert.deepEqual(said([shared, lambda("f", shared)]), []);
    assert.deepEqual(said([shared, integration]), []);
    assert.deepEqual(said([shared, lambda("f", shared), integration]), [
      `Role "orders": serves a function and API Gateway. ${ownRole}`,
    ]);
  });

  it("finds functions by literal ARNs, and not those of other roles", () => {
    const literal = (name: string, arn: string) =>
      foreign("aws:lambda/function:Function", name, { role: arn });
    const own = "arn:aws:iam::111122223333:role/orders";
    const other = "arn:aws:iam::111122223333:role/others";
    assert.deepEqual(said([role(), literal("a", own), literal("b", other)]), []);
    assert.deepEqual(said([role(), literal("a", own), literal("b", own)]), [
      `Role "orders": serves more than one function. ${ownRole}`,
    ]);
    assert.deepEqual(said([role(), literal("a", own), literal("b", unknownValue)]), []);
  });
});

describe(`${rule}: trust`, () => {
  it("accepts one service, said once or more often", () => {
    const statement = {
      Effect: "Allow",
      Action: "sts:AssumeRole",
      Principal: { Service: ["lambda.amazonaws.com"] },
    };
    for (const document of [
      lambdaTrust,
      { Statement: statement },
      JSON.stringify({ Statement: [statement, statement] }),
    ]) {
      assert.deepEqual(said([role({ assumeRolePolicy: document })]), []);
    }
  });

  it("asks for the source, but not of services that do not tell it", () => {
    const service = { Service: "events.amazonaws.com" };
    const within = (key: string, value: string) =>
      trusting(service, { Condition: { StringEquals: { [key]: value } } });
    assert.equal(trusting(service).length, 1);
    assert.deepEqual(within("AWS:sourceAccount", "111122223333"), []);
    assert.deepEqual(within("aws:SourceArn", "arn:aws:events:eu-west-1:111122223333:rule/r"), []);
    assert.equal(within("aws:SourceArn", "*").length, 1);
    assert.equal(within("aws:PrincipalTag/team", "orders").length, 1);
    const settings = { servicesWithoutSource: ["events.amazonaws.com"] };
    assert.deepEqual(said([role({ assumeRolePolicy: trust(service) })], settings), []);
  });

  it("finds NotPrincipal, wildcards of every form and the account's root", () => {
    const everybody = `Role "orders": assumeRolePolicy trusts everybody. ${ownRole}`;
    assert.deepEqual(trusting(undefined, { NotPrincipal: { AWS: "111122223333" } }), [
      `Role "orders": assumeRolePolicy trusts by NotPrincipal. ${ownRole}`,
    ]);
    assert.deepEqual(trusting({ AWS: ["*"] }), [everybody]);
    assert.deepEqual(trusting({ Federated: "*" }), [everybody]);
    assert.equal(trusting({ AWS: "arn:aws:iam::111122223333:root" }).length, 1);
  });

  it("leaves alone roles for people and other identities, and what is malformed", () => {
    assert.deepEqual(trusting({ AWS: "arn:aws:iam::111122223333:role/deploy" }), []);
    assert.deepEqual(trusting({ Federated: "cognito-identity.amazonaws.com" }), []);
    assert.deepEqual(trusting("*", { Effect: "Deny" }), []);
    for (const assumeRolePolicy of ["{", "", null, 7, [], { Statement: [null] }]) {
      assert.deepEqual(said([role({ assumeRolePolicy })]), []);
    }
    assert.deepEqual(said([role({ assumeRolePolicy: unknownValue })]), [
      'Not decided before the deployment, since not known yet: "assumeRolePolicy" of Role "orders".',
    ]);
  });
});

describe(`${rule}: managed policies`, () => {
  const attach = (to: RecordedResource, policyArn: string, links = {}) =>
    foreign(
      "aws:iam/rolePolicyAttachment:RolePolicyAttachment",
      "attached",
      { role: unknownValue, policyArn },
      { role: [to], ...links },
    );
  const admin = "arn:aws:iam::aws:policy/AdministratorAccess";

  it("accepts those that it is told of", () => {
    const own = role({ managedPolicyArns: [basic] });
    assert.deepEqual(said([own, attach(own, basic)]), []);
    const other = role({ managedPolicyArns: [admin] });
    assert.deepEqual(said([other], { managedPolicies: ["AdministratorAccess"] }), []);
  });

  it("finds any other one, where it is attached", () => {
    const attached = `RolePolicyAttachment "attached": policyArn has a managed policy. ${inline}`;
    assert.deepEqual(said([role({ managedPolicyArns: [basic, admin] })]), [
      `Role "orders": managedPolicyArns has a managed policy. ${inline}`,
    ]);
    // AWS answers for the role with what is attached, too.
    const answered = role({ managedPolicyArns: [admin] });
    assert.deepEqual(said([answered, attach(answered, admin)]), [attached]);
    const own = foreign("aws:iam/policy:Policy", "own", { policy: "{}" });
    const bare = role();
    assert.deepEqual(said([bare, own, attach(bare, unknownValue, { policyArn: [own] })]), [
      attached,
    ]);
    const roles = foreign(
      "aws:iam/policyAttachment:PolicyAttachment",
      "shared",
      { roles: [unknownValue], policyArn: admin },
      { roles: [bare] },
    );
    assert.deepEqual(said([bare, roles]), [
      `PolicyAttachment "shared": policyArn has a managed policy. ${inline}`,
    ]);
  });

  it("does not take a policy of the account for AWS's own", () => {
    const namesake = "arn:aws:iam::111122223333:policy/AWSLambdaBasicExecutionRole";
    assert.equal(said([role({ managedPolicyArns: [namesake] })]).length, 1);
  });

  it("leaves alone roles that no service assumes, and those outside the stack", () => {
    const forPeople = trust({ AWS: "arn:aws:iam::111122223333:role/deploy" });
    assert.deepEqual(said([role({ assumeRolePolicy: forPeople, managedPolicyArns: [admin] })]), []);
    const outside = foreign("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "attached", {
      role: "others",
      policyArn: admin,
    });
    assert.deepEqual(said([role(), outside]), []);
  });

  it("says nothing of what AWS has still to answer", () => {
    assert.deepEqual(said([role({ managedPolicyArns: unknownValue })]), []);
  });
});

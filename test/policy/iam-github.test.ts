import assert from "node:assert/strict";
import { iamRules } from "../../policy/rules/iam.ts";
import { foreign, judge, messagesBy, unknownValue } from "../support/policy.ts";
import { trust } from "./iam-fixtures.ts";

const rule = "github-role-names-its-repository";
const remedy =
  "Ask by StringEquals for aud sts.amazonaws.com and for sub repo:<owner>/<repository>:environment:<name>.";
const issuer = "token.actions.githubusercontent.com";
const provider = `arn:aws:iam::111122223333:oidc-provider/${issuer}`;
const audience = { [`${issuer}:aud`]: "sts.amazonaws.com" };
const noRepository = `Role "deploy": assumeRolePolicy does not name a repository and its environment or branch. ${remedy}`;
const noAudience = `Role "deploy": assumeRolePolicy does not ask for AWS's audience. ${remedy}`;

const said = (Condition: unknown, settings = {}, Federated: unknown = provider) => {
  const action = { Action: "sts:AssumeRoleWithWebIdentity", Condition };
  const role = foreign("aws:iam/role:Role", "deploy", {
    assumeRolePolicy: trust({ Federated }, action),
  });
  return messagesBy(rule, [role], settings);
};
const forSubject = (sub: unknown, settings = {}) =>
  said({ StringEquals: { ...audience, [`${issuer}:sub`]: sub } }, settings);

/** The program has no such role: docs/operations.md says how to make it. */
describe(rule, () => {
  it("accepts a repository with its environment, branch or tag", () => {
    for (const subject of [
      "repo:acme/rooms:environment:prod",
      "repo:acme/rooms:ref:refs/heads/main",
      "repo:acme/rooms:ref:refs/tags/v1",
      "repo:acme@12/rooms@34:environment:prod",
      "repo:acme/rooms:environment:prod:job_workflow_ref:acme/ci/.github/workflows/up.yml@v1",
      ["repo:acme/rooms:environment:dev", "repo:acme/rooms:environment:prod"],
    ]) {
      assert.deepEqual(forSubject(subject), [], String(subject));
    }
  });

  it("finds a subject that leaves repository, environment or branch open", () => {
    for (const subject of [
      "*",
      "repo:acme/*",
      "repo:acme/*:environment:prod",
      "repo:*/rooms:environment:prod",
      "repo:acme/rooms:*",
      "repo:acme/rooms:environment:*",
      "repo:acme/rooms:ref:refs/heads/*",
      "repo:acme/rooms",
      "repo:acme/rooms:pull_request",
      [],
      ["repo:acme/rooms:environment:prod", "repo:acme/*"],
    ]) {
      assert.deepEqual(forSubject(subject), [noRepository], String(subject));
    }
  });

  it("accepts pull requests where it is told so", () => {
    const settings = { pullRequests: true };
    assert.deepEqual(forSubject("repo:acme/rooms:pull_request", settings), []);
    assert.deepEqual(forSubject("repo:acme/rooms:environment:prod", settings), []);
    assert.deepEqual(forSubject("repo:acme/*:pull_request", settings), [noRepository]);
  });

  it("finds conditions that are missing, or that also hold without the claim", () => {
    const subject = { [`${issuer}:sub`]: "repo:acme/rooms:environment:prod" };
    assert.deepEqual(said(undefined), [noAudience, noRepository]);
    assert.deepEqual(said({ StringEquals: audience }), [noRepository]);
    assert.deepEqual(said({ StringEquals: subject }), [noAudience]);
    assert.deepEqual(said({ StringEquals: audience, "ForAllValues:StringLike": subject }), [
      noRepository,
    ]);
    assert.deepEqual(said({ StringEquals: audience, StringNotEquals: subject }), [noRepository]);
    assert.deepEqual(said({ StringEquals: { ...subject, [`${issuer}:aud`]: "anything" } }), [
      noAudience,
    ]);
  });

  it("knows the issuer of an enterprise, and keys in any case", () => {
    const own = `${issuer}/acme`;
    const condition = {
      StringLike: {
        [`${own}:AUD`]: "sts.amazonaws.com",
        [`${own}:Sub`]: "repo:acme/rooms:environment:prod",
      },
    };
    assert.deepEqual(said(condition, {}, `${provider}/acme`), []);
  });

  it("leaves alone other providers and what is malformed", () => {
    assert.deepEqual(said(undefined, {}, "cognito-identity.amazonaws.com"), []);
    for (const assumeRolePolicy of ["{", null, 7, { Statement: [{ Principal: 7 }] }]) {
      const role = foreign("aws:iam/role:Role", "deploy", { assumeRolePolicy });
      assert.deepEqual(judge([role], {}, iamRules), []);
    }
  });

  it("says once what is not known yet", () => {
    const role = foreign("aws:iam/role:Role", "deploy", { assumeRolePolicy: unknownValue });
    const open = judge([role], {}, iamRules).filter((one) => one.rule === rule);
    assert.deepEqual(open, [
      {
        rule,
        resource: "",
        message:
          'Not decided before the deployment, since not known yet: "assumeRolePolicy" of Role "deploy".',
        advisory: true,
      },
    ]);
  });
});

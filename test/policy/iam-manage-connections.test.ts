import assert from "node:assert/strict";
import { iamRules } from "../../policy/rules/iam.ts";
import { foreign, judge } from "../support/policy.ts";

const rule = "manage-connections-names-one-stage";
const client = (path: string) => `arn:aws:execute-api:eu-west-1:111122223333:${path}`;
const said = (statement: object, settings = {}) => {
  const document = { Version: "2012-10-17", Statement: [{ Effect: "Allow", ...statement }] };
  const policy = foreign("aws:iam/rolePolicy:RolePolicy", "post", {
    role: "post",
    policy: JSON.stringify(document),
  });
  return judge([policy], settings, iamRules);
};
const beyond = [
  {
    rule,
    resource: "post",
    message:
      'RolePolicy "post": policy statement 1 allows ManageConnections beyond one API, stage and method. Name the API, the stage and POST, GET or DELETE: <api>/<stage>/<method>/@connections/*.',
  },
];

describe(rule, () => {
  const manage = (resource: unknown, action = "execute-api:ManageConnections") =>
    said({ Action: action, Resource: resource });

  it("accepts connections of a named API, stage and method", () => {
    const paths = ["POST", "GET", "DELETE"].map((method) => `a1/dev/${method}/@connections/*`);
    assert.deepEqual(manage(paths.map(client)), []);
    assert.deepEqual(manage(client("a1/dev/POST/@connections/*").replace("aws", "aws-cn")), []);
  });

  it("finds a wildcard in every other part", () => {
    for (const path of [
      "*",
      "*/dev/POST/@connections/*",
      "a1/*",
      "a1/*/POST/@connections/*",
      "a1/dev/*/@connections/*",
      "a1/dev/*",
      "a1/dev/PUT/@connections/*",
      "a1/dev/POST/*",
    ]) {
      assert.deepEqual(manage([client("a1/dev/GET/@connections/*"), client(path)]), beyond, path);
    }
    assert.deepEqual(
      manage("arn:aws:execute-api:*:111122223333:a1/dev/POST/@connections/*"),
      beyond,
    );
    assert.deepEqual(manage("arn:aws:execute-api:eu-west-1:*:a1/dev/POST/@connections/*"), beyond);
    assert.deepEqual(manage("*", "EXECUTE-API:manageconnections"), beyond);
  });

  it("knows the action by a wildcard beside other text", () => {
    const settings = { "iam-policy-has-no-wildcards": { partialWildcards: true } };
    const statement = { Action: "execute-api:Manage*", Resource: client("a1/*") };
    assert.deepEqual(said(statement, settings), beyond);
    assert.deepEqual(said({ ...statement, Action: "execute-api:Inv*" }, settings), []);
  });

  it("leaves alone other actions, and what is refused", () => {
    assert.deepEqual(manage(client("a1/*"), "execute-api:Invoke"), []);
    const denied = { Effect: "Deny", Action: "execute-api:ManageConnections", Resource: "*" };
    assert.deepEqual(said(denied), []);
  });
});

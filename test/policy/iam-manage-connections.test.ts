import assert from "node:assert/strict";
import { iamRules } from "../../policy/rules/iam.ts";
import { foreign, judge } from "../support/policy.ts";

const rule = "manage-connections-names-one-stage";
const client = (path: string) => `arn:aws:execute-api:eu-west-1:111122223333:${path}`;
const said = (...statements: object[]) => {
  const Statement = statements.map((statement) => ({ Effect: "Allow", ...statement }));
  const document = { Version: "2012-10-17", Statement };
  const policy = foreign("aws:iam/rolePolicy:RolePolicy", "post", {
    role: "post",
    policy: JSON.stringify(document),
  });
  return judge([policy], {}, iamRules);
};
const beyondIn = (number: number) => [
  {
    rule,
    resource: "post",
    message: `RolePolicy "post": policy statement ${number} allows ManageConnections beyond one API, stage and method. Name the API, the stage and POST, GET or DELETE: <api>/<stage>/<method>/@connections/*.`,
  },
];
const beyond = beyondIn(1);

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
    const statement = { Action: "execute-api:Manage*", Resource: client("a1/*") };
    assert.deepEqual(said(statement), beyond);
    assert.deepEqual(said({ ...statement, Action: "execute-api:Inv*" }), []);
    const rules = said({ ...statement, Action: "exec*:Manage*" }).map((finding) => finding.rule);
    assert.deepEqual(rules, ["iam-policy-has-no-wildcards"]);
  });

  it("finds a second API and a second stage, in a statement or in the next", () => {
    const own = client("a1/dev/POST/@connections/*");
    for (const other of ["a2/dev/POST/@connections/*", "a1/prod/POST/@connections/*"].map(client)) {
      assert.deepEqual(manage([own, other]), beyond, other);
      const [first, second] = [own, other].map((Resource) => ({
        Action: "execute-api:ManageConnections",
        Resource,
      })) as [object, object];
      assert.deepEqual(said(first, second), beyondIn(2), other);
      assert.deepEqual(said({ ...first, Resource: "*" }, second), beyondIn(1), other);
    }
  });

  it("judges only what may be an API in a statement about more than one service", () => {
    const Action = ["execute-api:ManageConnections", "dynamodb:Query"];
    const table = "arn:aws:dynamodb:eu-west-1:111122223333:table/connections";
    const own = client("a1/dev/POST/@connections/*");
    assert.deepEqual(said({ Action, Resource: [own, table] }), []);
    assert.deepEqual(said({ Action, Resource: [own, "arn:aws:*:eu-west-1:*:*"] }), beyond);
    assert.deepEqual(said({ Action, Resource: [table, "arn:aws:e*-api:*:*:a1"] }), beyond);
  });

  it("leaves alone other actions, and what is refused", () => {
    assert.deepEqual(manage(client("a1/*"), "execute-api:Invoke"), []);
    const denied = { Effect: "Deny", Action: "execute-api:ManageConnections", Resource: "*" };
    assert.deepEqual(said(denied), []);
  });
});

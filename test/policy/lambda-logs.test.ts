import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { foreignFunction, nonsense } from "./lambda-fixtures.ts";

const rule = "function-owns-its-log-group";
const remedy = "Make a LogGroup for the function, and name it in loggingConfig.logGroup.";
const roleRemedy = "Name the function's own log group as the only resource.";

function group(
  name: string,
  inputs: Properties = {},
  links: Record<string, RecordedResource[]> = {},
) {
  const arn = `arn:aws:logs:eu-west-1:000000000000:log-group:${inputs["name"] ?? name}`;
  return foreign("aws:cloudwatch/logGroup:LogGroup", name, { name, ...inputs }, links, { arn });
}

const json = { loggingConfig: { logFormat: "JSON" } };

describe(rule, () => {
  describe("in other programs", () => {
    it("knows a log group by the function's name", () => {
      const named = foreignFunction({ ...json, name: "orders" });
      assert.deepEqual(messagesBy(rule, [named, group("/aws/lambda/orders")]), []);
      assert.deepEqual(messagesBy(rule, [named, group("/aws/lambda/other"), group("orders")]), [
        `Function "worker": its log group is none of the stack's. ${remedy}`,
      ]);
    });

    it("knows a log group whose name is computed from the function", () => {
      const lambda = foreignFunction(json);
      const logs = group("logs", { name: unknownValue }, { name: [lambda] });
      assert.deepEqual(messagesBy(rule, [lambda, logs]), []);
    });

    it("leaves open whose a log group is that is named for a function", () => {
      const expected = [
        'Not decided before the deployment, since not known yet: "name" of Function "worker".',
      ];
      const unnamed = foreignFunction(json);
      assert.deepEqual(messagesBy(rule, [unnamed, group("/aws/lambda/a")]), expected);
      assert.deepEqual(messagesBy(rule, [unnamed, group("a", { name: unknownValue })]), expected);
    });

    it("finds a log group of two functions", () => {
      const logs = group("logs", { name: unknownValue });
      const inputs = { loggingConfig: { logFormat: "JSON", logGroup: unknownValue } };
      const [first, second] = ["first", "second"].map((name) =>
        foreignFunction(inputs, { loggingConfig: [logs] }, name),
      ) as [RecordedResource, RecordedResource];
      assert.deepEqual(messagesBy(rule, [logs, first, second]), [
        `Function "first": it shares its log group with "second". ${remedy}`,
        `Function "second": it shares its log group with "first". ${remedy}`,
      ]);
    });

    it("says nothing of a log group outside of the stack", () => {
      const elsewhere = { loggingConfig: { logFormat: "JSON", logGroup: "/shared/orders" } };
      assert.deepEqual(messagesBy(rule, [foreignFunction(elsewhere)]), []);
    });

    for (const loggingConfig of nonsense) {
      it(`takes ${JSON.stringify(loggingConfig)} for no settings`, () => {
        assert.deepEqual(messagesBy(rule, [foreignFunction({ loggingConfig })]), [
          'Function "worker": loggingConfig.logFormat is not JSON. Set loggingConfig.logFormat to JSON.',
          `Function "worker": its log group is none of the stack's. ${remedy}`,
        ]);
      });
    }
  });

  describe("what a role may do", () => {
    const logs = group("orders-logs");
    const statement = {
      Effect: "Allow",
      Action: "logs:PutLogEvents",
      Resource: `${logs.wire.state["arn"]}:*`,
    };

    function messagesFor(policy: unknown, inlinePolicies: unknown = undefined) {
      const role = foreign("aws:iam/role:Role", "role", inlinePolicies ? { inlinePolicies } : {});
      const rolePolicy = foreign(
        "aws:iam/rolePolicy:RolePolicy",
        "policy",
        { policy },
        { role: [role] },
      );
      const lambda = foreignFunction(
        { loggingConfig: { logFormat: "JSON", logGroup: "orders-logs" }, role: "arn" },
        { role: [role], loggingConfig: [logs] },
      );
      return messagesBy(rule, [role, rolePolicy, lambda, logs]);
    }

    const finding = `RolePolicy "policy": lets the function write to a log group that is not its own. ${roleRemedy}`;
    const other = "arn:aws:logs:eu-west-1:000000000000:log-group:orders-logs-2:*";
    const cases: [title: string, statement: unknown, expected: string[]][] = [
      ["its own log group", statement, []],
      [
        "its own log group in any region",
        { ...statement, Resource: "arn:aws:logs:*:*:log-group:orders-logs:log-stream:*" },
        [],
      ],
      ["one more", { ...statement, Resource: [statement.Resource, other] }, [finding]],
      [
        "those that begin alike",
        { ...statement, Resource: "arn:aws:logs:*:*:log-group:orders-logs*" },
        [finding],
      ],
      [
        "by a wildcard, one more",
        { ...statement, Action: "logs:Put*", Resource: [statement.Resource, other] },
        [finding],
      ],
      [
        "every action, which is another rule's",
        { ...statement, Action: "logs:*", Resource: other },
        [],
      ],
      [
        "how long another one keeps its lines",
        {
          ...statement,
          Action: ["logs:PutRetentionPolicy", "logs:CreateExportTask"],
          Resource: other,
        },
        [],
      ],
      ["another one to read", { ...statement, Action: "logs:GetLogEvents", Resource: other }, []],
      ["another one to write, but denied", { ...statement, Effect: "Deny", Resource: other }, []],
      [
        "a queue",
        {
          ...statement,
          Resource: ["arn:aws:sqs:eu-west-1:000000000000:orders", statement.Resource],
        },
        [],
      ],
      ["everything, which is another rule's", { ...statement, Resource: "*" }, []],
      ["nothing that can be read", { Effect: "Allow", Action: null, Resource: 5 }, []],
    ];
    for (const [title, given, expected] of cases) {
      it(`judges ${title}`, () => {
        assert.deepEqual(messagesFor(JSON.stringify({ Statement: [given] })), expected);
      });
    }

    it("reads documents that are objects, and inline policies", () => {
      assert.deepEqual(messagesFor({ Statement: { ...statement, Resource: other } }), [finding]);
      const inline = {
        name: "a",
        policy: JSON.stringify({ Statement: { ...statement, Resource: other } }),
      };
      assert.deepEqual(messagesFor("{", [null, inline]), [
        finding.replace('RolePolicy "policy"', 'Role "role"'),
      ]);
      assert.deepEqual(messagesFor(null, "nonsense"), []);
    });
  });
});

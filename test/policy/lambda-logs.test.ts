import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { lambdaRules } from "../../policy/rules/lambda.ts";
import { changed, foreign, judge, unknownValue } from "../support/policy.ts";
import { recordStack } from "../support/program.ts";
import { foreignFunction, itFinds, messagesBy, nonsense } from "./lambda-fixtures.ts";

const rule = "function-owns-its-log-group";
const remedy = "Make a LogGroup for the function, and name it in loggingConfig.logGroup.";
const roleRemedy = "Name the function's own log group as the only resource.";
const role = "roomcast-connect-execution-policy";
const lambda = "roomcast-connect-function";

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
  itFinds(rule, [
    {
      title: "lines that are no JSON",
      resource: lambda,
      change: (properties) => {
        properties["loggingConfig"].logFormat = "Text";
      },
      expected: "loggingConfig.logFormat is not JSON. Set loggingConfig.logFormat to JSON.",
    },
    {
      title: "a log group that Lambda makes",
      resource: lambda,
      change: (properties, resource) => {
        delete properties["loggingConfig"].logGroup;
        resource.propertyDependencies["loggingConfig"] = [];
      },
      expected: `its log group is none of the stack's. ${remedy}`,
    },
    {
      title: "a role that may write to all log groups",
      resource: role,
      change: (properties) => {
        const policy = JSON.parse(properties["policy"]);
        policy.Statement[0].Resource = ["arn:aws:logs:*:*:*"];
        properties["policy"] = JSON.stringify(policy);
      },
      expected: `lets the function write to a log group that is not its own. ${roleRemedy}`,
    },
  ]);

  for (const preview of [false, true]) {
    const when = preview ? "in a first preview" : "after a deployment";

    it(`finds a log group of two functions ${when}`, async () => {
      const { resources } = await recordStack("dev", { preview });
      const other = resources.find(({ name }) => name === "roomcast-disconnect-function");
      const mutant = changed(resources, lambda, (properties, resource) => {
        properties["loggingConfig"] = other?.wire.inputs["loggingConfig"];
        resource.propertyDependencies["loggingConfig"] =
          other?.propertyDependencies["loggingConfig"] ?? [];
      });
      const shared = ({ message }: { message: string }) => message.includes("shares");
      assert.deepEqual(judge(mutant, {}, lambdaRules).filter(shared), [
        {
          rule,
          resource: "roomcast-disconnect-function",
          message: `Function "roomcast-disconnect-function": it shares its log group with "${lambda}". ${remedy}`,
        },
        {
          rule,
          resource: lambda,
          message: `Function "${lambda}": it shares its log group with "roomcast-disconnect-function". ${remedy}`,
        },
      ]);
    });

    it(`finds a function without a log group ${when}`, async () => {
      const { resources } = await recordStack("dev", { preview });
      const mutant = changed(resources, lambda, (properties, resource) => {
        delete properties["loggingConfig"].logGroup;
        resource.propertyDependencies["loggingConfig"] = [];
      });
      const about = judge(mutant, {}, lambdaRules).filter((said) => said.resource === lambda);
      assert.deepEqual(about, [
        {
          rule,
          resource: lambda,
          message: `Function "${lambda}": its log group is none of the stack's. ${remedy}`,
        },
      ]);
    });
  }

  it("leaves open what roles may do until their policies are known", async () => {
    const { resources } = await recordStack("dev", { preview: true });
    const policies = ["authorize", "connect", "disconnect", "fan-out", "presence"]
      .map((name) => `RolePolicy "roomcast-${name}-execution-policy"`)
      .join(", ");
    assert.deepEqual(messagesBy(rule, resources), [
      `Not decided before the deployment, since not known yet: "policy" of ${policies}.`,
    ]);
  });

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

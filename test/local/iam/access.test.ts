import assert from "node:assert/strict";
import { functionAccessKeyId, operatorAccessKeyId } from "../../../local/access-key-id.ts";
import { Access } from "../../../local/iam/access.ts";
import { logWriting } from "../../../local/iam/log-writing.ts";
import { recordedResource } from "../../support/recorded-resource.ts";
import {
  accessWith,
  allow,
  lambda,
  policy,
  ROLE,
  role,
  rolePolicy,
  SESSION,
  trust,
} from "./support.ts";

const need = { action: "dynamodb:Query", resource: "arn:aws:dynamodb:eu-central-1:1:table/t" };
const worker = functionAccessKeyId("worker");

describe("Access", () => {
  it("lets the operator do everything, and a function what its role allows", () => {
    const { access, events } = accessWith([allow("dynamodb:Query")]);
    const other = { ...need, action: "dynamodb:Scan" };
    assert.equal(access.authorize(operatorAccessKeyId, [need, other]), undefined);
    assert.equal(access.authorize(worker, [need]), undefined);
    const message = `User: ${SESSION} is not authorized to perform: dynamodb:Scan on resource: ${need.resource} because no identity-based policy allows the dynamodb:Scan action`;
    assert.deepEqual(access.authorize(worker, [need, other]), { kind: "denied", message });
    assert.deepEqual(events, [{ type: "denied", role: "worker-role", ...other, message }]);
  });

  it("refuses who is unknown, and who is not told", () => {
    const { access, events } = accessWith([allow("*")]);
    assert.deepEqual(access.authorize("AKIAUNKNOWN", [need]), {
      kind: "unknown-key",
      message: "The security token included in the request is invalid.",
    });
    assert.deepEqual(access.authorize(undefined, [need]), {
      kind: "unsigned",
      message: "Request is missing Authentication Token",
    });
    assert.deepEqual(events, []);
  });

  it("adds up the inline, attached and managed policies of a role", () => {
    const arn = "arn:aws:iam::123456789012:policy/own";
    const attachment = (policyArn: string) =>
      recordedResource("aws:iam/rolePolicyAttachment:RolePolicyAttachment", policyArn, {
        role: "worker-role",
        policyArn,
      });
    const access = new Access({ emit: () => {} });
    access.load([
      role({
        inlinePolicies: [{ name: "inline", policy: JSON.stringify(policy(allow("a:Inline"))) }],
        managedPolicyArns: ["arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"],
      }),
      lambda(),
      rolePolicy(allow("a:Separate")),
      recordedResource("aws:iam/policy:Policy", "own", { policy: policy(allow("a:Own")) }, { arn }),
      attachment(arn),
      attachment("arn:aws:iam::aws:policy/service-role/AWSLambdaSQSQueueExecutionRole"),
    ]);
    const actions = ["a:Inline", "a:Separate", "a:Own", "logs:PutLogEvents", "sqs:DeleteMessage"];
    const session = access.functionSession("worker");
    const denied = [...actions, "sqs:SendMessage"].filter((action) =>
      access.denial(session, { ...need, action }),
    );
    assert.deepEqual(denied, ["sqs:SendMessage"]);
  });

  it("changes nothing when other policies are refused", () => {
    const { access } = accessWith([allow("dynamodb:Query")]);
    assert.throws(() => access.load([role(), lambda(), rolePolicy({ Effect: "Allow" })]));
    assert.equal(access.authorize(worker, [need]), undefined);
    access.load([role(), lambda()]);
    assert.equal(access.authorize(worker, [need])?.kind, "denied");
  });

  const apiArn = "arn:aws:execute-api:eu-central-1:123456789012:api";
  const permission = (inputs: object) =>
    recordedResource("aws:lambda/permission:Permission", "permission", {
      function: "worker",
      action: "lambda:InvokeFunction",
      principal: "apigateway.amazonaws.com",
      ...inputs,
    });
  const target = {
    name: "worker",
    arn: "arn:aws:lambda:eu-central-1:123456789012:function:worker",
  };
  const permissions: [inputs: object, allows: boolean][] = [
    [{}, true],
    [{ function: target.arn }, true],
    [{ action: "lambda:*" }, true],
    [{ sourceArn: `${apiArn}/*/$connect` }, true],
    [{ sourceArn: `${apiArn}/authorizers/abc` }, false],
    [{ function: "other" }, false],
    [{ principal: "events.amazonaws.com" }, false],
    [{ action: "lambda:InvokeFunctionUrl" }, false],
    [{ qualifier: "live" }, false],
  ];
  for (const [inputs, allows] of permissions) {
    it(`a permission with ${JSON.stringify(inputs)} ${allows ? "lets" : "does not let"} API Gateway in`, () => {
      const { access, events } = accessWith([], [permission(inputs)]);
      const sourceArn = `${apiArn}/dev/$connect`;
      assert.equal(access.gatewayMayInvoke(target, sourceArn), allows);
      const expected = {
        type: "denied",
        role: "apigateway.amazonaws.com",
        action: "lambda:InvokeFunction",
        resource: target.arn,
        message: `User: apigateway.amazonaws.com is not authorized to perform: lambda:InvokeFunction on resource: ${target.arn} because no resource-based policy allows the lambda:InvokeFunction action from ${sourceArn}`,
      };
      assert.deepEqual(events, allows ? [] : [expected]);
    });
  }

  it("with a role, API Gateway needs no permission, but the role's policies", () => {
    const integration = recordedResource(
      "aws:apigatewayv2/integration:Integration",
      "integration",
      {
        credentialsArn: `${ROLE}-2`,
      },
    );
    const gatewayRole = (...statements: object[]) =>
      recordedResource(
        "aws:iam/role:Role",
        "gateway",
        {
          assumeRolePolicy: trust("apigateway.amazonaws.com"),
          inlinePolicies: [{ name: "p", policy: JSON.stringify(policy(...statements)) }],
        },
        { name: "worker-role-2", arn: `${ROLE}-2` },
      );
    const mayInvoke = (...statements: object[]) =>
      accessWith([], [integration, gatewayRole(...statements)]).access.gatewayMayInvoke(
        target,
        `${apiArn}/dev/$connect`,
        `${ROLE}-2`,
      );
    assert.equal(mayInvoke(allow("lambda:InvokeFunction", target.arn)), true);
    assert.equal(mayInvoke(allow("lambda:InvokeFunction", `${target.arn}-2`)), false);
  });

  it("asks for CreateLogGroup only where the program has no log group, and tells once", () => {
    const statements = [allow(["logs:CreateLogStream", "logs:PutLogEvents"])];
    const { access, events } = accessWith(statements);
    const group = recordedResource("aws:cloudwatch/logGroup:LogGroup", "g", {}, { name: "/logs" });
    const writing = (groups: (typeof group)[]) =>
      logWriting(access, { ...target, logGroup: "/logs" }, groups);
    assert.equal(writing([group]).allowed, true);
    const withoutGroup = writing([]);
    assert.deepEqual([withoutGroup.allowed, withoutGroup.allowed], [false, false]);
    const denied = events.map((event) => event.type === "denied" && [event.action, event.resource]);
    const groupArn = "arn:aws:logs:eu-central-1:123456789012:log-group:/logs";
    assert.deepEqual(denied, [["logs:CreateLogGroup", groupArn]]);
  });
});

import assert from "node:assert/strict";
import { ServiceRole } from "../../components/service-role.ts";
import { recordComponent } from "../support/program.ts";
import { assertRefused } from "./fixtures.ts";

const roleType = "aws:iam/role:Role";
const policyType = "aws:iam/rolePolicy:RolePolicy";
const statements = [
  { actions: ["sqs:SendMessage"], resources: ["arn:aws:sqs:eu-west-1:000000000000:chat.fifo"] },
  { actions: ["dynamodb:ListStreams"], resources: ["*"] },
];
const service = "lambda.amazonaws.com";

describe("ServiceRole", () => {
  it("is a role and one inline policy", async () => {
    const program = await recordComponent(() => new ServiceRole("work", { service, statements }));
    assert.deepEqual(program.children("roomcast:index:ServiceRole", "work"), [
      [roleType, "work-role"],
      [policyType, "work-policy"],
    ]);
  });

  it("is assumed by the one service, without conditions", async () => {
    const program = await recordComponent(() => new ServiceRole("work", { service, statements }));
    const { assumeRolePolicy, ...others } = program.inputs(roleType, "work-role");
    assert.deepEqual(JSON.parse(assumeRolePolicy), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: "sts:AssumeRole",
          Principal: { Service: "lambda.amazonaws.com" },
        },
      ],
    });
    assert.deepEqual(others, {});
  });

  it("may do what its statements say and nothing else", async () => {
    const program = await recordComponent(() => new ServiceRole("work", { service, statements }));
    const { policy, ...others } = program.inputs(policyType, "work-policy");
    assert.deepEqual(JSON.parse(policy), {
      Version: "2012-10-17",
      Statement: [
        {
          Effect: "Allow",
          Action: ["sqs:SendMessage"],
          Resource: ["arn:aws:sqs:eu-west-1:000000000000:chat.fifo"],
        },
        { Effect: "Allow", Action: ["dynamodb:ListStreams"], Resource: ["*"] },
      ],
    });
    assert.deepEqual(others, { role: program.find(roleType, "work-role").id });
  });

  it("is deleted with the stack unless told otherwise", async () => {
    for (const retainOnDelete of [false, true]) {
      const program = await recordComponent(
        () => new ServiceRole("work", { service, statements }, { retainOnDelete }),
      );
      const children = program.resources.filter(({ custom }) => custom);
      assert.deepEqual(
        children.map(({ options }) => options.retainOnDelete),
        [retainOnDelete, retainOnDelete],
      );
    }
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(() => new ServiceRole("work", { service, statements }));
    const { arn, name } = program.state(roleType, "work-role");
    const component = program.find("roomcast:index:ServiceRole", "work");
    assert.deepEqual(component.outputs, { arn, name });
  });

  it("refuses to be a role for nothing", () =>
    assertRefused(
      () => new ServiceRole("work", { service, statements: [] }),
      'ServiceRole "work": "statements" must not be empty. Give the statements that the service needs.',
    ));
});

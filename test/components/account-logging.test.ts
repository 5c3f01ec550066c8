import assert from "node:assert/strict";
import { AccountLogging, type AccountLoggingRole } from "../../components/account-logging.ts";
import { recordComponent } from "../support/program.ts";
import { createRole } from "./fixtures.ts";

const accountType = "aws:apigateway/account:Account";
const recordLogging = (role: AccountLoggingRole) =>
  recordComponent(() => {
    // A recording of no cloud resource at all is an error.
    createRole("other");
    return new AccountLogging("logging", { role });
  });

describe("AccountLogging", () => {
  it("managed: sets a role for the account, once the role may write", async () => {
    const program = await recordLogging("managed");
    assert.deepEqual(program.children("roomcast:index:AccountLogging", "logging"), [
      [accountType, "logging-account"],
      ["roomcast:index:ServiceRole", "logging-writer"],
    ]);
    const account = program.find(accountType, "logging-account");
    assert.deepEqual(account.inputs, {
      cloudwatchRoleArn: program.state("aws:iam/role:Role", "logging-writer-role")["arn"],
    });
    assert.deepEqual(program.dependenciesOf(account), [
      "logging-writer-policy",
      "logging-writer-role",
    ]);
  });

  it("managed: keeps account, role and policy when the stack is destroyed", async () => {
    const program = await recordLogging("managed");
    const retained = program.resources.filter(
      ({ custom, options }) => custom && options.retainOnDelete,
    );
    assert.deepEqual(retained.map(({ name }) => name).sort(), [
      "logging-account",
      "logging-writer-policy",
      "logging-writer-role",
    ]);
  });

  it("managed: lets API Gateway do what AWS checks for, and nothing else", async () => {
    const program = await recordLogging("managed");
    const role = program.inputs("aws:iam/role:Role", "logging-writer-role");
    assert.deepEqual(JSON.parse(role["assumeRolePolicy"]).Statement[0].Principal, {
      Service: "apigateway.amazonaws.com",
    });
    const { policy } = program.inputs("aws:iam/rolePolicy:RolePolicy", "logging-writer-policy");
    assert.deepEqual(JSON.parse(policy).Statement, [
      {
        Effect: "Allow",
        Action: [
          "logs:CreateLogGroup",
          "logs:CreateLogStream",
          "logs:DescribeLogGroups",
          "logs:DescribeLogStreams",
          "logs:PutLogEvents",
          "logs:GetLogEvents",
          "logs:FilterLogEvents",
        ],
        Resource: ["arn:aws:logs:eu-west-1:000000000000:*"],
      },
    ]);
  });

  it("existing: creates nothing", async () => {
    const program = await recordLogging("existing");
    assert.deepEqual(program.children("roomcast:index:AccountLogging", "logging"), []);
  });

  it("registers its outputs", async () => {
    for (const role of ["managed", "existing"] as const) {
      const program = await recordLogging(role);
      assert.deepEqual(program.find("roomcast:index:AccountLogging", "logging").outputs, { role });
    }
  });
});

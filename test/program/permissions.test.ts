import assert from "node:assert/strict";
import { recordStack } from "../support/program.ts";
import type { RecordedProgram } from "../support/recorded-program.ts";

interface Statement {
  Effect: string;
  Action: string[];
  Resource: string[];
}

const roleNames = [
  "roomcast-authorize-execution",
  "roomcast-connect-execution",
  "roomcast-disconnect-execution",
  "roomcast-enqueue",
  "roomcast-fan-out-execution",
  "roomcast-logging-writer",
  "roomcast-presence-execution",
];

describe("The program's roles", () => {
  let program: RecordedProgram;

  before(async () => {
    program = await recordStack("prod");
  });

  const table = () =>
    program.state("aws:dynamodb/table:Table", "roomcast-connections-table") as { arn: string };
  const queueArn = (name = "rooms") =>
    program.state("aws:sqs/queue:Queue", `roomcast-${name}-queue`)["arn"];
  /** Every function writes its own log group, and traces. */
  const writeLogsAndTraces = (handler: string) => {
    const logs = program.state("aws:cloudwatch/logGroup:LogGroup", `roomcast-${handler}-logs`);
    return [
      allow(["logs:CreateLogStream", "logs:PutLogEvents"], [`${logs["arn"]}:*`]),
      allow(["xray:PutTraceSegments", "xray:PutTelemetryRecords"], ["*"]),
    ];
  };

  it("are assumed by one service each, without conditions", () => {
    const trusted = Object.fromEntries(
      roleNames.map((name) => {
        const { assumeRolePolicy } = program.inputs("aws:iam/role:Role", `${name}-role`);
        const { Version, Statement } = JSON.parse(assumeRolePolicy);
        assert.equal(Version, "2012-10-17");
        assert.equal(Statement.length, 1);
        const { Principal, ...rest } = Statement[0];
        assert.deepEqual(rest, { Effect: "Allow", Action: "sts:AssumeRole" });
        return [name, Principal];
      }),
    );
    const lambda = { Service: "lambda.amazonaws.com" };
    const apiGateway = { Service: "apigateway.amazonaws.com" };
    assert.deepEqual(trusted, {
      "roomcast-authorize-execution": lambda,
      "roomcast-connect-execution": lambda,
      "roomcast-disconnect-execution": lambda,
      "roomcast-enqueue": apiGateway,
      "roomcast-fan-out-execution": lambda,
      "roomcast-logging-writer": apiGateway,
      "roomcast-presence-execution": lambda,
    });
  });

  it("have no managed policy and no policy that another resource attaches", () => {
    const roles = program.ofType("aws:iam/role:Role");
    assert.equal(roles.length, roleNames.length);
    for (const { inputs } of roles) {
      assert.deepEqual(Object.keys(inputs), ["assumeRolePolicy"]);
    }
    const iam = new Set(
      program.resources.map(({ type }) => type).filter((type) => type.startsWith("aws:iam/")),
    );
    assert.deepEqual([...iam].sort(), ["aws:iam/role:Role", "aws:iam/rolePolicy:RolePolicy"]);
  });

  it("authorize: its log and traces only", () => {
    assert.deepEqual(statements("roomcast-authorize-execution"), writeLogsAndTraces("authorize"));
  });

  it("connect: adds and lists members", () => {
    assert.deepEqual(statements("roomcast-connect-execution"), [
      ...writeLogsAndTraces("connect"),
      allow(["dynamodb:PutItem", "dynamodb:Query"], [table().arn]),
    ]);
  });

  it("disconnect: removes a member", () => {
    assert.deepEqual(statements("roomcast-disconnect-execution"), [
      ...writeLogsAndTraces("disconnect"),
      allow(["dynamodb:DeleteItem"], [table().arn]),
    ]);
  });

  it("API Gateway: sends to the queue", () => {
    assert.deepEqual(statements("roomcast-enqueue"), [allow(["sqs:SendMessage"], [queueArn()])]);
  });

  it("API Gateway: writes logs of this account and region", () => {
    const [writes, ...others] = statements("roomcast-logging-writer");
    assert.deepEqual(writes?.Resource, ["arn:aws:logs:eu-west-1:000000000000:*"]);
    assert.deepEqual(others, []);
  });

  it("fan-out: reads both queues, feeds the lanes, knows members and marks, and posts to this stage's connections", () => {
    const { executionArn } = program.state("aws:apigatewayv2/api:Api", "roomcast-gateway-api");
    assert.deepEqual(statements("roomcast-fan-out-execution"), [
      ...writeLogsAndTraces("fan-out"),
      ...["rooms", "lanes"].map((queue) =>
        allow(
          [
            "sqs:ReceiveMessage",
            "sqs:DeleteMessage",
            "sqs:GetQueueAttributes",
            "sqs:ChangeMessageVisibility",
          ],
          [queueArn(queue)],
        ),
      ),
      allow(["sqs:SendMessage"], [queueArn("lanes")]),
      allow(
        ["dynamodb:Query", "dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:DeleteItem"],
        [table().arn],
      ),
      allow(
        ["execute-api:ManageConnections"],
        [`${executionArn}/prod/POST/@connections/*`, `${executionArn}/prod/DELETE/@connections/*`],
      ),
    ]);
  });

  it("presence: reads the stream, sends to the queue, and tells what it gave up", () => {
    assert.deepEqual(statements("roomcast-presence-execution"), [
      ...writeLogsAndTraces("presence"),
      allow(
        [
          "dynamodb:DescribeStream",
          "dynamodb:GetRecords",
          "dynamodb:GetShardIterator",
          "dynamodb:ListStreams",
        ],
        [`${table().arn}/stream/*`],
      ),
      allow(
        ["sqs:SendMessage"],
        [program.state("aws:sqs/queue:Queue", "roomcast-presence-failures")["arn"]],
      ),
      allow(["sqs:SendMessage"], [queueArn()]),
    ]);
  });

  it("say `*` for all resources for traces only, where AWS takes nothing else", () => {
    const everywhere = roleNames.flatMap((name) =>
      statements(name)
        .filter(({ Resource }) => Resource.includes("*"))
        .flatMap(({ Action }) => Action),
    );
    assert.deepEqual(
      [...new Set(everywhere)],
      ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
    );
  });

  it("never allow all actions", () => {
    const actions = roleNames.flatMap((name) => statements(name).flatMap(({ Action }) => Action));
    assert.deepEqual(
      actions.filter((action) => action.includes("*")),
      [],
    );
  });

  function statements(name: string): Statement[] {
    const { policy, role } = program.inputs("aws:iam/rolePolicy:RolePolicy", `${name}-policy`);
    assert.equal(role, program.find("aws:iam/role:Role", `${name}-role`).id);
    const { Version, Statement } = JSON.parse(policy);
    assert.equal(Version, "2012-10-17");
    return Statement;
  }
});

function allow(Action: string[], Resource: string[]): Statement {
  return { Effect: "Allow", Action, Resource };
}

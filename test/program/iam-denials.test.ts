import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { HandshakeRefused } from "../support/room-client.ts";
import { replaceInputs, without } from "./iam-mutants.ts";
import { IamStack } from "./iam-stack.ts";

const ROLE = "aws:iam/role:Role";
const PERMISSION = "aws:lambda/permission:Permission";

describe("A permission that is missing", function () {
  this.timeout(60_000);
  let iam: IamStack;

  before(async () => {
    iam = await IamStack.start();
  });

  afterEach(() => {
    iam.leave();
    iam.stack.replacePolicies(iam.stack.resources);
    iam.denials.splice(0);
  });

  after(() => iam?.close());

  const resource = (type: string, name: string): RecordedResource => {
    const found = iam.stack.resources.find((one) => one.type === type && one.name === name);
    assert(found, `${type} ${name}`);
    return found;
  };
  const roleName = (name: string) => resource(ROLE, `${name}-role`).state["name"];
  const takeAway = (name: string) => iam.stack.replacePolicies(without(iam.stack.resources, name));
  const trusted = (name: string, service: string) => {
    const role = resource(ROLE, `${name}-role`);
    const { Version, Statement } = JSON.parse(role.inputs["assumeRolePolicy"]);
    const changed = Statement.map((one: object) => ({ ...one, Principal: { Service: service } }));
    const assumeRolePolicy = JSON.stringify({ Version, Statement: changed });
    return replaceInputs(iam.stack.resources, role, { assumeRolePolicy });
  };

  it("of the connect function refuses the handshake by 502", async () => {
    takeAway("roomcast-connect-execution-policy 3: dynamodb:PutItem");
    await assert.rejects(iam.connect("iam-connect"), new HandshakeRefused(502));
    const role = roleName("roomcast-connect-execution");
    const table = resource("aws:dynamodb/table:Table", "roomcast-connections-table").state["arn"];
    const session = `arn:aws:sts::000000000000:assumed-role/${role}/${iam.functionName("connect")}`;
    assert.deepEqual(iam.denials, [
      {
        type: "denied",
        role,
        action: "dynamodb:PutItem",
        resource: table,
        message: `User: ${session} is not authorized to perform: dynamodb:PutItem on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
      },
    ]);
  });

  it("of API Gateway's role is answered by the queue, and the sender hears an error", async () => {
    const alice = await iam.connect("iam-enqueue");
    await alice.next("welcome");
    takeAway("roomcast-enqueue-policy 1: sqs:SendMessage");
    alice.send("hello");
    await alice.next("error");
    const [denied] = iam.denials;
    assert.deepEqual(
      [denied?.role, denied?.action],
      [roleName("roomcast-enqueue"), "sqs:SendMessage"],
    );
    // SQS writes its actions small.
    assert.match(
      denied?.message ?? "",
      /is not authorized to perform: sqs:sendmessage on resource: /,
    );
  });

  it("to assume that role fails the integration", async () => {
    const alice = await iam.connect("iam-assume");
    await alice.next("welcome");
    iam.stack.replacePolicies(trusted("roomcast-enqueue", "lambda.amazonaws.com"));
    alice.send("hello");
    const { message } = await alice.nextFromGateway();
    assert.equal(message, "Internal server error");
    const [denied] = iam.denials;
    assert.deepEqual(
      [denied?.role, denied?.action],
      [roleName("roomcast-enqueue"), "sts:AssumeRole"],
    );
  });

  it("to assume a function's role refuses the program", () => {
    for (const name of ["authorize", "connect", "disconnect", "fan-out", "presence"]) {
      const role = `roomcast-${name}-execution`;
      assert.throws(() => iam.stack.replacePolicies(trusted(role, "apigateway.amazonaws.com")), {
        message:
          `Function roomcast-${name}-function: The role defined for the function cannot be assumed ` +
          `by Lambda. (${roleName(role)})`,
      });
    }
  });

  it("to write the log loses its lines, and the function runs", async () => {
    const lines = iam.collect("log");
    const functionName = iam.functionName("fan-out");
    takeAway("roomcast-fan-out-execution-policy 1: logs:PutLogEvents");
    const alice = await iam.connect("iam-log");
    await alice.next("welcome");
    alice.send("hello");
    await alice.next("message");
    assert.deepEqual(
      lines.filter((line) => line.functionName === functionName),
      [],
    );
    const [denied, ...others] = iam.denials;
    assert.deepEqual(others, []);
    assert.equal(denied?.action, "logs:PutLogEvents");
    assert.match(denied?.resource ?? "", /:log-group:roomcast-fan-out-logs-\w+:log-stream:/);
  });

  it("to invoke a function refuses the handshake by 500, or keeps $disconnect from it", async () => {
    const withoutPermission = (name: string) =>
      iam.stack.resources.filter((one) => one !== resource(PERMISSION, name));
    const permissions = iam.stack.resources.filter(({ type }) => type === PERMISSION);
    const seen: [string, number | "denied"][] = [];
    for (const { name } of permissions) {
      iam.stack.replacePolicies(iam.stack.resources);
      const alice = await iam.connect("iam-invoke");
      await alice.next("welcome");
      iam.stack.replacePolicies(withoutPermission(name));
      const refused = await iam.connect("iam-invoke").then(
        () => undefined,
        (error: HandshakeRefused) => error.status,
      );
      const denied = refused === undefined ? iam.next("denied") : undefined;
      await alice.close();
      await denied;
      seen.push([name, refused ?? "denied"]);
    }
    assert.deepEqual(seen.sort(), [
      ["roomcast-gateway-authorizer-permission", 500],
      ["roomcast-gateway-connect-permission", 500],
      ["roomcast-gateway-disconnect-permission", "denied"],
    ]);
  });
});

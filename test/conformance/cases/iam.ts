import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import type { Called } from "../fixture/handlers/call.ts";
import { assertAnswers, assertErrorFrame, named } from "../frames.ts";
import { assumed, gatewayGuide, iamGuide, lambdaGuide, observed } from "../sources.ts";
import { TableUser } from "../table-user.ts";
import type { FixtureTarget } from "../target.ts";

const evaluation = iamGuide("policy evaluation logic", "reference_policies_evaluation-logic");
const wording = iamGuide("access denied error messages", "troubleshoot_access-denied");
const actions = iamGuide("JSON policy elements: Action", "reference_policies_elements_action");
const authorization = (service: string) => ({
  name: `Service Authorization Reference, ${service}`,
  url: `https://docs.aws.amazon.com/service-authorization/latest/reference/list_${service.replaceAll(" ", "").toLowerCase()}.html`,
});
const permissions = lambdaGuide("resource-based policies", "access-control-resource-based");
const management = gatewayGuide(
  "IAM authorization for @connections",
  "apigateway-websocket-control-access-iam",
);
const seenDenials = observed("aws/serverless-application-model issue 3633");

/**
 * Who may do what. The function behind the route `call` may `dynamodb:Get*` and `DeleteItem` on the table,
 * `sqs:SendMessage` to two queues of which a Deny takes one, and get connections, no more.
 */
export const cases: Case[] = [
  {
    id: "role-allows-a-call",
    area: "iam",
    title: "A function can do what its role allows, by a wildcard in the action, too.",
    sources: [evaluation, actions],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const call = await caller(target);
      for (const what of ["GetItem", "DeleteItem", "GetConnection"]) {
        assert.deepEqual(await call(what), { outcome: "done" }, what);
      }
    },
  },
  {
    id: "denied-call-of-a-table",
    area: "iam",
    title: "DynamoDB answers what a role does not allow with AccessDeniedException and status 400.",
    sources: [evaluation, observed("the SDKs' issues"), authorization("Amazon DynamoDB")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const user = new TableUser(target);
      await user.put(user.item("item"));
      const call = await caller(target, user.name);
      for (const what of ["PutItem", "BatchGetItem", "TransactWriteItems"]) {
        const { outcome, status } = await call(what);
        assert.deepEqual([outcome, status], ["AccessDeniedException", 400], what);
      }
      assert.deepEqual(await user.get("item"), user.item("item"));
    },
  },
  {
    id: "denial-in-words",
    area: "iam",
    title: "A denial names who called, as a session of the role, the action, the resource and why.",
    sources: [wording],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const call = await caller(target);
      const { message = "" } = await call("PutItem");
      assert.match(
        message,
        /^User: arn:[^:]+:sts::\d{12}:assumed-role\/[^/]+\/[^/ ]+ is not authorized to perform: dynamodb:PutItem on resource: arn:\S+ because no identity-based policy allows the dynamodb:PutItem action$/,
      );
      assert.ok(message.includes(`:table/${target.outputs.tableName} `), message);
    },
  },
  {
    id: "transaction-needs-its-parts",
    area: "iam",
    title: "A transaction is denied by the action that one of its parts would need alone.",
    sources: [authorization("Amazon DynamoDB")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { message = "" } = await (await caller(target))("TransactWriteItems");
      assert.match(message, /not authorized to perform: dynamodb:PutItem on/);
    },
  },
  {
    id: "denied-call-of-a-queue",
    area: "iam",
    title: "SQS answers what a role does not allow with AccessDenied and status 403.",
    sources: [evaluation, seenDenials],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { outcome, status } = await (await caller(target))("ReceiveMessage");
      assert.deepEqual([outcome.replace(/Exception$/, ""), status], ["AccessDenied", 403]);
    },
  },
  {
    id: "deny-wins",
    area: "iam",
    title: "A Deny wins over an Allow of the same call, and the denial says so.",
    sources: [evaluation, wording],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { status, message = "" } = await (await caller(target))("SendMessageElsewhere");
      assert.equal(status, 403);
      assert.match(
        message,
        /sqs:sendmessage on .* with an explicit deny in an identity-based policy$/i,
      );
    },
  },
  {
    id: "batch-needs-its-single-action",
    area: "iam",
    title: "A batch of messages needs sqs:SendMessage alone.",
    sources: [authorization("Amazon SQS")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const call = await caller(target, name);
      for (const what of ["SendMessage", "SendMessageBatch"]) {
        assert.deepEqual(await call(what), { outcome: "done" }, what);
        assert.equal((await target.mail("rendered", name)).Body, "from a function");
      }
    },
  },
  {
    id: "denied-call-of-a-connection",
    area: "iam",
    title:
      "execute-api:ManageConnections is allowed for a method: who may get a connection may not delete it.",
    sources: [management],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      client.send({ action: "call", call: "DeleteConnection" });
      const { outcome, status }: Called = await client.nextJson();
      assert.equal(status, 403);
      assert.match(outcome, /^(AccessDenied|Forbidden)Exception$/);
      await assertAnswers(client);
    },
  },
  {
    id: "denied-call-of-a-connection-by-name",
    area: "iam",
    title: "The refusal is an AccessDeniedException.",
    sources: [observed("serverless-domain-manager issue 390, as AccessDenied")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { outcome } = await (await caller(target))("DeleteConnection");
      assert.equal(outcome, "AccessDeniedException");
    },
  },
  {
    id: "integration-role-without-policy",
    area: "iam",
    title:
      "An integration whose role may not call the service gets the service's refusal, which chooses the response for 4xx.",
    sources: [seenDenials, observed("aws-cdk integ.aws.ts: a status chooses the response")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      assert.deepEqual(await client.ask({ action: "denied" }), { matched: "4xx", status: 403 });
      assert.deepEqual(await target.reported(name), ["authorizer"]);
    },
  },
  {
    id: "integration-role-that-does-not-trust",
    area: "iam",
    title:
      "An integration whose role does not trust API Gateway fails, though the role could call the service.",
    sources: [
      gatewayGuide(
        "permissions of an integration",
        "apigateway-websocket-api-integration-requests",
      ),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const frame = await client.ask({ action: "untrusting" });
      assert.notEqual(frame.matched, "2xx");
      await assertAnswers(client);
    },
  },
  {
    id: "frame-of-a-role-that-does-not-trust",
    area: "iam",
    title: "It is answered by Internal server error.",
    sources: [assumed("as for any integration that fails")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      assertErrorFrame(await client.ask({ action: "untrusting" }), "Internal server error");
    },
  },
  {
    id: "permission-for-another-route",
    area: "iam",
    title:
      "A function whose permissions are for other routes is not invoked: the source ARN has the route's key.",
    sources: [permissions],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      const frame = await client.ask({ action: "unpermitted" });
      assertErrorFrame(frame, "Internal server error");
      await client.ask({ action: "echo" });
      await target.report(name, "echo");
      assert.deepEqual(await target.reported(name), ["authorizer"]);
    },
  },
];

/** Makes calls by the function's role, on a connection of its own. */
async function caller(target: FixtureTarget, key = target.unique()) {
  const client = await target.open();
  return async (call: string): Promise<Called> => await client.ask({ action: "call", call, key });
}

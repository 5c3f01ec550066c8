import assert from "node:assert/strict";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import {
  DeleteMessageBatchCommand,
  ListQueuesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";
import { functionAccessKeyId, operatorAccessKeyId } from "../../../local/access-key-id.ts";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { SqsService } from "../../../local/sqs/service.ts";
import { renderTemplate } from "../../../local/vtl/render.ts";
import { ManualClock } from "../../support/manual-clock.ts";
import { definitionOf, queueArn } from "../sqs/support.ts";
import { ACCOUNT, accessWith, allow, SESSION } from "./support.ts";

const region = "eu-central-1";
const options = (endpoint: string, accessKeyId: string) => ({
  endpoint,
  region,
  credentials: { accessKeyId, secretAccessKey: "any" },
  maxAttempts: 1,
});
const worker = functionAccessKeyId("worker");
const denial = (action: string, resource: string) =>
  `User: ${SESSION} is not authorized to perform: ${action} on resource: ${resource} because no identity-based policy allows the ${action} action`;

const closings: (() => unknown)[] = [];

async function closeAll(): Promise<void> {
  for (const close of closings.splice(0).reverse()) await close();
}

describe("SQS and its callers' policies", () => {
  afterEach(closeAll);

  const QueueUrl = `http://127.0.0.1:1/${ACCOUNT}/orders.fifo`;
  const arn = queueArn("orders.fifo");

  async function start(...statements: object[]) {
    const { access } = accessWith(statements);
    const service = new SqsService({
      clock: new ManualClock(),
      newId: () => "id",
      region,
      accountId: ACCOUNT,
      emit: () => {},
      authorize: access.authorize,
    });
    service.createQueue(definitionOf("orders.fifo", { fifoQueue: true }));
    const { url } = await service.listen();
    closings.push(() => service.close());
    const client = (accessKeyId: string) => {
      const created = new SQSClient(options(url, accessKeyId));
      closings.push(() => created.destroy());
      return created;
    };
    return { access, service, url, client };
  }

  it("asks for the single action of a batch, and denies by 403", async () => {
    const { client } = await start(allow("sqs:SendMessage", arn));
    const Entries = [
      { Id: "1", MessageBody: "m", MessageGroupId: "g", MessageDeduplicationId: "d" },
    ];
    const sent = await client(worker).send(new SendMessageBatchCommand({ QueueUrl, Entries }));
    assert.equal(sent.Successful?.length, 1);
    const handles = [{ Id: "1", ReceiptHandle: "h" }];
    await assert.rejects(
      client(worker).send(new DeleteMessageBatchCommand({ QueueUrl, Entries: handles })),
      (error: Error & { $metadata: { httpStatusCode: number } }) => {
        assert.equal(error.name, "AccessDenied");
        assert.equal(error.$metadata.httpStatusCode, 403);
        assert.equal(error.message, denial("sqs:deletemessage", arn));
        return true;
      },
    );
    await assert.rejects(client(worker).send(new ListQueuesCommand({})), {
      message: denial("sqs:listqueues", `arn:aws:sqs:${region}:${ACCOUNT}:*`),
    });
  });

  it("knows the operator and the functions, and nobody else", async () => {
    const { client, url } = await start();
    const receive = () => new ReceiveMessageCommand({ QueueUrl, WaitTimeSeconds: 0 });
    assert.equal((await client(operatorAccessKeyId).send(receive())).Messages, undefined);
    await assert.rejects(client("AKIAUNKNOWN").send(receive()), {
      name: "InvalidClientTokenId",
      message: "The security token included in the request is invalid.",
    });
    const body = JSON.stringify({ QueueUrl });
    const headers = { "X-Amz-Target": "AmazonSQS.ReceiveMessage" };
    const unsigned = await fetch(url, { method: "POST", headers, body });
    assert.equal(unsigned.status, 403);
    assert.deepEqual(await unsigned.json(), {
      __type: "com.amazon.coral.service#MissingAuthenticationTokenException",
      message: "Request is missing Authentication Token",
    });
  });

  it("denies in the query protocol, too", async () => {
    const { service, access } = await start();
    const answer = await service.handleQuery({
      path: `/${ACCOUNT}/orders.fifo`,
      headers: { "Content-Type": "application/x-www-form-urlencoded", Accept: "application/json" },
      body: "Action=SendMessage&MessageBody=m&MessageGroupId=g&MessageDeduplicationId=d",
      session: access.functionSession("worker"),
    });
    assert.equal(answer.status, 403);
    const Message = denial("sqs:sendmessage", arn);
    assert.deepEqual(JSON.parse(answer.body), {
      Error: { Code: "AccessDenied", Detail: null, Message, Type: "Sender" },
      RequestId: "id",
    });
  });
});

describe("The management API and its callers' policies", () => {
  afterEach(closeAll);

  const executionArn = `arn:aws:execute-api:${region}:${ACCOUNT}:api`;

  it("asks for ManageConnections on the method and the connection, and denies by 403", async () => {
    const { access } = accessWith([
      allow("execute-api:ManageConnections", `${executionArn}/dev/POST/@connections/*`),
    ]);
    const gateway = new Gateway({
      clock: new ManualClock(),
      emit: () => {},
      render: renderTemplate,
      services: {
        functionByArn: () => undefined,
        mayInvoke: () => false,
        callService: () => Promise.reject(new Error("nothing is called")),
        authorizeManagement: (accessKeyId, resource) =>
          access.authorize(accessKeyId, [{ action: "execute-api:ManageConnections", resource }]),
      },
      definition: {
        id: "api",
        name: "api",
        executionArn,
        routeSelection: { from: "static", value: "$default" },
        routes: new Map(),
        stages: new Map([["dev", { name: "dev", deployed: true, variables: {} } as never]]),
      },
    });
    const { port } = await gateway.listen();
    closings.push(() => gateway.close());
    const client = (accessKeyId: string) => {
      const endpoint = `http://127.0.0.1:${port}/dev`;
      const created = new ApiGatewayManagementApiClient(options(endpoint, accessKeyId));
      closings.push(() => created.destroy());
      return created;
    };
    const post = new PostToConnectionCommand({ ConnectionId: "abc=", Data: "x" });
    const remove = new DeleteConnectionCommand({ ConnectionId: "abc=" });
    await assert.rejects(client(worker).send(post), { name: "GoneException" });
    await assert.rejects(
      client(worker).send(remove),
      (error: Error & { $metadata: { httpStatusCode: number } }) => {
        assert.equal(error.name, "AccessDeniedException");
        assert.equal(error.$metadata.httpStatusCode, 403);
        const resource = `${executionArn}/dev/DELETE/@connections/abc=`;
        assert.equal(error.message, denial("execute-api:ManageConnections", resource));
        return true;
      },
    );
    await assert.rejects(client(operatorAccessKeyId).send(remove), { name: "GoneException" });
    await assert.rejects(client("AKIAUNKNOWN").send(post), { name: "UnrecognizedClientException" });
  });
});

import assert from "node:assert/strict";
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { Case } from "../case.ts";
import { named } from "../frames.ts";
import { assumed, gatewayGuide, iamGuide, observed, serviceModel } from "../sources.ts";
import type { FixtureTarget } from "../target.ts";

const model = (shape: string) => serviceModel("apigatewaymanagementapi", shape);
const access = gatewayGuide(
  "control access to a WebSocket API with IAM",
  "apigateway-websocket-control-access-iam",
);
const maximumBytes = 128 * 1024;
/** 16 characters that end in `=`, as ids do. */
const unknownId = "AAAAAAAAAAAAAAA=";
const operations = {
  post: (ConnectionId: string) => new PostToConnectionCommand({ ConnectionId, Data: "text" }),
  get: (ConnectionId: string) => new GetConnectionCommand({ ConnectionId }),
  delete: (ConnectionId: string) => new DeleteConnectionCommand({ ConnectionId }),
};

/** What the management API refuses, and how. */
export const cases: Case[] = [
  {
    id: "unknown-connection-is-gone",
    area: "management",
    title: "POST, GET and DELETE of a connection that never was are refused as gone: 410.",
    sources: [model("GoneException")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      for (const operation of Object.values(operations)) {
        const refused = managed(target).send(operation(unknownId) as PostToConnectionCommand);
        await refusal(refused, 410, "GoneException");
      }
    },
  },
  {
    id: "deleted-connection-is-gone",
    area: "management",
    title: "POST, GET and DELETE of a connection that was deleted are refused as gone: 410.",
    sources: [model("GoneException")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      await managed(target).send(operations.delete(id));
      await client.closed;
      for (const operation of Object.values(operations)) {
        await target.eventually(() =>
          refusal(
            managed(target).send(operation(id) as PostToConnectionCommand),
            410,
            "GoneException",
          ),
        );
      }
    },
  },
  {
    id: "connection-of-another-stage-is-gone",
    area: "management",
    title: "A connection is known to its own stage only.",
    sources: [assumed("the stage is part of the address, and of the resource in IAM")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const other = target.management(target.outputs.stages.throttled.management);
      await refusal(other.send(operations.post(id)), 410, "GoneException");
      await target.grace();
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "odd-id-is-a-bad-request",
    area: "management",
    title: "What cannot be a connection's id is a 400, Invalid connectionId.",
    sources: [
      observed(
        "serverless-offline issue 749",
        "https://github.com/dherault/serverless-offline/issues/749",
      ),
    ],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      for (const id of ["with spaces", "dots.and:colons"]) {
        const error = await refusal(
          managed(target).send(operations.post(id)),
          400,
          "BadRequestException",
        );
        assert.match(error.message, /^Invalid connectionId/);
      }
    },
  },
  {
    id: "post-too-large",
    area: "management",
    title: "A post of more than 131 072 bytes is a 413, and nothing of it arrives.",
    sources: [model("PayloadTooLargeException"), model("PostToConnectionRequest.Data")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const Data = "x".repeat(maximumBytes + 1);
      await refusal(
        managed(target).send(new PostToConnectionCommand({ ConnectionId: id, Data })),
        413,
        "PayloadTooLargeException",
      );
      await managed(target).send(operations.post(id));
      assert.equal(await client.next(), "text");
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "unsigned-request-is-403",
    area: "management",
    title: "A request that is not signed is a 403, and nothing comes of it.",
    sources: [access],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      for (const method of ["POST", "GET", "DELETE"]) {
        assert.equal((await unsigned(target, id, method)).status, 403, method);
      }
      await managed(target).send(operations.post(id));
      assert.equal(await client.next(), "text");
      assert.ok(client.isOpen);
    },
  },
  {
    id: "unsigned-request-is-told",
    area: "management",
    title: "The body for a request that is not signed says Missing Authentication Token.",
    sources: [assumed("as API Gateway answers for REST APIs")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { id } = await named(target);
      const { headers, body } = await unsigned(target, id, "GET");
      assert.deepEqual(JSON.parse(body), { message: "Missing Authentication Token" });
      assert.equal(headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
    },
  },
  {
    id: "unknown-key-is-403",
    area: "management",
    title: "A request signed with a key that nobody has is a 403.",
    sources: [access, iamGuide("signing requests", "reference_sigv-troubleshooting")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      await refusal(stranger(target).send(operations.post(id)), 403);
      await target.grace();
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "unknown-key-is-told",
    area: "management",
    title: "The error for an unknown key is UnrecognizedClientException.",
    sources: [assumed("as of other services")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { id } = await named(target);
      const refused = stranger(target).send(operations.get(id));
      await refusal(refused, 403, "UnrecognizedClientException");
    },
  },
  {
    id: "address-without-stage-is-forbidden",
    area: "management",
    title: "Without the stage, or with another one, the address is Forbidden.",
    sources: [
      observed(
        "simple-websockets-chat-app issue 40, the other way round",
        "https://github.com/aws-samples/simple-websockets-chat-app/issues/40",
      ),
    ],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { id } = await named(target);
      const { management } = target.outputs.stages.main;
      for (const endpoint of [management.replace(/\/main$/, ""), `${management}-other`]) {
        const refused = target.management(endpoint).send(operations.post(id));
        await refusal(refused, 403, "ForbiddenException");
      }
    },
  },
  {
    id: "slow-client-is-429",
    area: "management",
    title:
      "Posts to a client that does not read are refused by LimitExceededException when its buffer is full; when it reads again, all that was taken arrives.",
    sources: [model("LimitExceededException")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const large = new PostToConnectionCommand({
        ConnectionId: id,
        Data: "x".repeat(maximumBytes),
      });
      client.socket.pause();
      let taken = 0;
      const fill = async () => {
        for (; taken < 400; taken++) await managed(target).send(large);
      };
      await refusal(fill(), 429, "LimitExceededException");
      client.socket.resume();
      for (let count = 0; count < taken; count++) {
        assert.equal((await client.next()).length, maximumBytes);
      }
      await target.eventually(() => managed(target).send(operations.post(id)));
      assert.equal(await client.next(), "text");
    },
  },
];

function managed(target: FixtureTarget): ApiGatewayManagementApiClient {
  return target.management(target.outputs.stages.main.management);
}

/** A client with a key that nobody has. */
function stranger(target: FixtureTarget): ApiGatewayManagementApiClient {
  return new ApiGatewayManagementApiClient({
    region: target.outputs.region,
    endpoint: target.outputs.stages.main.management,
    credentials: { accessKeyId: "AKIAIOSFODNN7EXAMPLE", secretAccessKey: "none" },
    maxAttempts: 1,
  });
}

async function unsigned(target: FixtureTarget, id: string, method: string) {
  const { management } = target.outputs.stages.main;
  const response = await fetch(`${management}/@connections/${encodeURIComponent(id)}`, {
    method,
    ...(method === "POST" ? { body: "text" } : {}),
  });
  return { status: response.status, headers: response.headers, body: await response.text() };
}

/** The error with which a call is refused. */
async function refusal(
  call: Promise<unknown>,
  status: number,
  name?: string,
): Promise<Error & { $metadata: { httpStatusCode?: number } }> {
  const error = await call.then(
    () => assert.fail("the call was not refused"),
    (error) => error,
  );
  assert.equal(error.$metadata?.httpStatusCode, status, error.message);
  if (name !== undefined) assert.equal(error.name, name);
  return error;
}

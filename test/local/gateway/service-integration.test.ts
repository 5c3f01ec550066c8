import assert from "node:assert/strict";
import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import { api, authorizer, lambda, ping, queue, route } from "./resources.ts";
import { Stack, stopStacks } from "./support.ts";

/** A stack whose $default route goes to this integration. */
function start(
  integration: RecordedResource,
  responses: RecordedResource[] = [],
  { twoWay = true } = {},
): Promise<Stack> {
  const resources = [integration, ...responses, ...route("$default", integration, { twoWay })];
  return Stack.start([...api({ stageVariables: { color: "red" } }), ...resources, ...ping()]);
}

function answered(status: number, body = "", headers: Record<string, string> = {}) {
  return () => ({ status, headers, body });
}

describe("gateway: AWS service integration", () => {
  afterEach(stopStacks);

  it("calls the service with the rendered template", async () => {
    const requestTemplates = {
      $default:
        "MessageBody=$input.body&MessageGroupId=$context.connectionId&Color=$stageVariables.color",
    };
    const stack = await start(queue({ requestTemplates }), [], { twoWay: false });
    const client = await stack.connect();
    client.send("hello");
    assert.deepEqual(await stack.services.calls.next(), {
      service: "sqs",
      path: "/123456789012/chat.fifo",
      method: "POST",
      headers: { "Content-Type": "application/json" },
      query: {},
      body: `MessageBody=hello&MessageGroupId=${client.id}&Color=red`,
      credentialsArn: "arn:aws:iam::123456789012:role/gateway",
    });
  });

  it("knows the action of an action URI, and sends an empty body as it is", async () => {
    const stack = await start(
      queue({
        integrationUri: "arn:aws-cn:apigateway:cn-north-1:dynamodb:action/PutItem",
        requestTemplates: { $default: "" },
      }),
    );
    const client = await stack.connect();
    client.send("hello");
    const { service, path, action, body } = await stack.services.calls.next();
    assert.deepEqual(
      { service, path, action, body },
      {
        service: "dynamodb",
        path: "/",
        action: "PutItem",
        body: "",
      },
    );
  });

  it("maps request parameters from every source", async () => {
    const stack = await start(
      queue({
        integrationUri: "arn:aws:apigateway:eu-west-1:sqs:path/123456789012/{queue}.fifo",
        requestParameters: {
          "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
          "integration.request.header.X-User": "route.request.body.user.name",
          "integration.request.header.X-Missing": "route.request.body.missing",
          "integration.request.querystring.color": "stageVariables.color",
          "integration.request.querystring.level": "route.request.body.level",
          "integration.request.path.queue": "context.identity.sourceIp",
        },
      }),
    );
    const client = await stack.connect();
    client.send({ user: { name: "ada" }, level: 3 });
    const { headers, query, path } = await stack.services.calls.next();
    assert.deepEqual(headers, {
      "Content-Type": "application/x-www-form-urlencoded",
      "X-User": "ada",
    });
    assert.deepEqual(query, { color: "red", level: "3" });
    assert.equal(path, "/123456789012/127.0.0.1.fifo");
  });

  it("has the authorizer's context in templates and parameters", async () => {
    const guard = authorizer({ identitySources: [] });
    const connect = lambda("connect");
    const custom = { authorizationType: "CUSTOM", authorizerId: guard.id };
    const integration = queue({
      requestTemplates: { $default: "$context.authorizer.principalId:$context.authorizer.none" },
      requestParameters: { "integration.request.header.X-Room": "context.authorizer.room" },
    });
    const stack = await Stack.start(
      [
        ...[...api(), guard, connect, ...route("$connect", connect, custom)],
        ...[integration, ...route("$default", integration)],
      ],
      {
        connect: () => ({ statusCode: 200 }),
        authorize: () => ({
          principalId: "ada",
          policyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
          context: { room: "lobby" },
        }),
      },
    );
    const client = await stack.connect();
    client.send("hello");
    const { body, headers } = await stack.services.calls.next();
    assert.equal(body, "ada:");
    assert.equal(headers["X-Room"], "lobby");
  });

  const selections: [string, unknown, string][] = [
    ["the template that the message names", { kind: "short" }, "short"],
    ["$default for another name", { kind: "long" }, "default"],
    ["$default for an inherited name", { kind: "toString" }, "default"],
    ["$default for text", "hello", "default"],
  ];
  for (const [what, message, body] of selections) {
    it(`renders ${what}`, async () => {
      const stack = await start(
        queue({
          templateSelectionExpression: `\${request.body.kind}`,
          requestTemplates: { short: "short", $default: "default" },
        }),
      );
      const client = await stack.connect();
      client.send(message);
      assert.equal((await stack.services.calls.next()).body, body);
    });
  }

  const passthrough: [string, Properties, boolean][] = [
    ["NEVER", { short: "short" }, false],
    ["NEVER", {}, false],
    ["WHEN_NO_TEMPLATES", { short: "short" }, false],
    ["WHEN_NO_TEMPLATES", {}, true],
    ["WHEN_NO_MATCH", { short: "short" }, true],
  ];
  for (const [passthroughBehavior, requestTemplates, passes] of passthrough) {
    const templates = Object.keys(requestTemplates).length;
    it(`${passes ? "passes" : "does not pass"} a message through with ${passthroughBehavior} and ${templates} other templates`, async () => {
      const stack = await start(queue({ passthroughBehavior, requestTemplates }), [], {
        twoWay: false,
      });
      const client = await stack.connect();
      client.send("hello");
      if (passes) {
        assert.equal((await stack.services.calls.next()).body, "hello");
      } else {
        assert.equal(JSON.parse(await client.next()).message, "Internal server error");
        assert.equal(stack.services.calls.size, 0);
      }
    });
  }

  it("answers an error frame when the template fails, and names the integration", async () => {
    const stack = await start(queue({ requestTemplates: { $default: "$input.fail()" } }));
    const client = await stack.connect();
    client.send("top secret");
    assert.deepEqual(JSON.parse(await client.next()), {
      message: "Internal server error",
      connectionId: client.id,
      requestId: "id-3=",
    });
    const [notice] = stack.eventsOf("notice");
    assert.match(notice?.message ?? "", /integration queue of route \$default: .*TemplateError/);
    assert.doesNotMatch(notice?.message ?? "", /secret/);
    assert.equal(stack.services.calls.size, 0);
  });

  it("answers an error frame when the service cannot be reached", async () => {
    const stack = await start(queue(), [], { twoWay: false });
    stack.services.answer = () => Promise.reject(new Error("no such service"));
    const client = await stack.connect();
    client.send("hello");
    assert.equal(JSON.parse(await client.next()).message, "Internal server error");
    assert.match(stack.eventsOf("notice")[0]?.message ?? "", /no such service/);
  });

  it("keeps the refusal of a service from the client of a one-way route", async () => {
    const stack = await start(queue(), [], { twoWay: false });
    stack.services.answer = answered(400, "refused");
    const client = await stack.connect();
    client.send("hello");
    client.send({ action: "ping" });
    assert.equal(await client.next(), '{"type":"pong"}');
    assert.match(stack.eventsOf("notice")[0]?.message ?? "", /answered 400/);
  });
});

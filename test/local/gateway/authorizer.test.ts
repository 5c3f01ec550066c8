import assert from "node:assert/strict";
import type { Properties } from "../../../local/recording/resource.ts";
import { api, authorizer, EXECUTION_ARN, lambda, route } from "./resources.ts";
import { type LambdaEvent, Stack, stopStacks } from "./support.ts";

const METHOD_ARN = `${EXECUTION_ARN}/dev/$connect`;

function policy(effect: string, resource: unknown = METHOD_ARN) {
  const Statement = [{ Effect: effect, Action: "execute-api:Invoke", Resource: resource }];
  return { Version: "2012-10-17", Statement };
}

/** A stack with an authorizer on $connect; everything answers 200 behind it. */
function start(
  authorize: (event: LambdaEvent) => unknown,
  overrides: Properties = {},
): Promise<Stack> {
  const guard = authorizer(overrides);
  const connect = lambda("connect");
  const echo = lambda("echo");
  const bye = lambda("disconnect");
  const custom = { authorizationType: "CUSTOM", authorizerId: guard.id };
  const resources = [guard, connect, echo, bye, ...route("$connect", connect, custom)];
  const later = [...route("$default", echo), ...route("$disconnect", bye)];
  const answer = () => ({ statusCode: 200 });
  const handlers = { authorize, connect: answer, echo: answer, disconnect: answer };
  return Stack.start(
    [...api({ stageVariables: { color: "red" } }), ...resources, ...later],
    handlers,
  );
}

const allow = (context?: object) => () => ({
  principalId: "ada",
  policyDocument: policy("Allow"),
  ...(context && { context }),
});

describe("gateway: REQUEST authorizer", () => {
  afterEach(stopStacks);

  it("gets the handshake as AWS gives it", async () => {
    const stack = await start(allow());
    const options = { headers: { "x-Mixed": "a" } };
    const { id } = await stack.connect("/dev?room=a&room=b", [], options);
    const event = await stack.function("authorize").nextCall();
    assert.equal(event.type, "REQUEST");
    assert.equal(event.methodArn, METHOD_ARN);
    assert.equal(event.headers["x-Mixed"], "a");
    assert.deepEqual(event.multiValueHeaders["x-Mixed"], ["a"]);
    assert.deepEqual(event.queryStringParameters, { room: "b" });
    assert.deepEqual(event.multiValueQueryStringParameters, { room: ["a", "b"] });
    assert.deepEqual(event.stageVariables, { color: "red" });
    assert.equal(event.requestContext.routeKey, "$connect");
    assert.equal(event.requestContext.eventType, "CONNECT");
    assert.equal(event.requestContext.connectionId, id);
    assert.equal(event.requestContext.authorizer, undefined);
    const connect = await stack.function("connect").nextCall();
    assert.equal(connect.requestContext.requestId, event.requestContext.requestId);
    assert.deepEqual(stack.services.asked, [
      `authorize ${EXECUTION_ARN}/authorizers/authorizer-id`,
      `connect ${METHOD_ARN}`,
    ]);
  });

  it("gives its context to every route, as strings", async () => {
    const stack = await start(allow({ room: "lobby", level: 3, admin: true }));
    const client = await stack.connect("/dev?room=a");
    client.send("hello");
    const events = [await stack.function("connect").nextCall()];
    events.push(await stack.function("echo").nextCall());
    await client.close();
    events.push(await stack.function("disconnect").nextCall());
    for (const { requestContext } of events) {
      assert.deepEqual(requestContext.authorizer, {
        room: "lobby",
        level: "3",
        admin: "true",
        principalId: "ada",
        integrationLatency: 0,
      });
    }
  });

  const identities: [string, Properties, string, number | undefined][] = [
    ["a missing parameter", {}, "/dev?other=1", 401],
    ["an empty parameter", {}, "/dev?room=", 401],
    [
      "one of several missing",
      { identitySources: ["route.request.querystring.room", "route.request.header.X-Token"] },
      "/dev?room=a",
      401,
    ],
    [
      "all present, whatever the case of a header",
      { identitySources: ["route.request.header.SEC-websocket-KEY", "context.stage"] },
      "/dev",
      undefined,
    ],
    ["a missing stage variable", { identitySources: ["stageVariables.shape"] }, "/dev", 401],
    ["a stage variable", { identitySources: ["stageVariables.color"] }, "/dev", undefined],
    ["none asked for", { identitySources: undefined }, "/dev", undefined],
  ];
  for (const [what, overrides, path, status] of identities) {
    it(`${status === undefined ? "accepts" : "answers 401 for"} identity sources: ${what}`, async () => {
      const stack = await start(allow(), overrides);
      if (status === undefined) {
        await stack.connect(path);
      } else {
        const refused = await stack.refused(path);
        assert.equal(refused.status, status);
        assert.deepEqual(refused.body, { message: "Unauthorized" });
        assert.equal(stack.function("authorize").unread, 0);
      }
    });
  }

  const outcomes: [string, () => unknown, number][] = [
    ["a Deny", () => ({ principalId: "ada", policyDocument: policy("Deny") }), 403],
    [
      "an Allow of something else",
      () => ({ principalId: "ada", policyDocument: policy("Allow", `${EXECUTION_ARN}/prod/*`) }),
      403,
    ],
    ["the error Unauthorized", () => Promise.reject(new Error("Unauthorized")), 401],
    ["another error", () => Promise.reject(new Error("Unauthorized!")), 500],
    ["nothing", () => undefined, 500],
    ["a nested context", allow({ rooms: ["lobby"] }), 500],
  ];
  for (const [what, authorize, status] of outcomes) {
    it(`answers ${status} for ${what}, without $connect`, async () => {
      const stack = await start(authorize);
      assert.equal((await stack.refused("/dev?room=secret-value")).status, status);
      assert.equal(stack.function("connect").unread, 0);
      assert.doesNotMatch(JSON.stringify(stack.events), /secret-value/);
    });
  }

  it("answers 500 without a permission to invoke it, and past 29 seconds", async () => {
    const stack = await start(() => new Promise(() => {}));
    const slow = stack.refused("/dev?room=a");
    await stack.function("authorize").nextCall();
    await stack.clock.advance(29_000);
    assert.equal((await slow).status, 500);
    stack.services.permitted = false;
    assert.equal((await stack.refused("/dev?room=a")).status, 500);
    assert.equal(stack.function("authorize").unread, 0);
  });

  it("is invoked with a role of its own", async () => {
    const role = "arn:aws:iam::1:role/r";
    const stack = await start(allow(), { authorizerCredentialsArn: role });
    await stack.connect("/dev?room=a");
    const [asked, ...others] = stack.services.asked;
    assert.match(asked ?? "", /^authorize .+\/authorizers\/.+ as arn:aws:iam::1:role\/r$/);
    assert.deepEqual(others, [`connect ${METHOD_ARN}`]);
  });
});

import assert from "node:assert/strict";
import { api, EXECUTION_ARN, lambda, ping, route } from "./resources.ts";
import { type Client, Stack, stopStacks } from "./support.ts";

/** Routes to functions of the same names: `echo` and `$default` are two-way, `quiet` is one-way. */
function routes() {
  const echo = lambda("echo");
  const quiet = lambda("quiet");
  const other = lambda("other");
  return [
    ...[echo, ...route("echo", echo, { twoWay: true })],
    ...[quiet, ...route("quiet", quiet)],
    ...[other, ...route("$default", other, { twoWay: true })],
  ];
}

const reply = (body?: unknown) => () => ({ statusCode: 200, body });

/** The next frame must be the answer to a ping: nothing was sent before it. */
async function assertSilent(client: Client): Promise<void> {
  client.send({ action: "ping" });
  assert.equal(await client.next(), '{"type":"pong"}');
}

describe("gateway: route selection", () => {
  afterEach(stopStacks);

  const chosen: [string, unknown, string][] = [
    ["the key that the message names", { action: "echo" }, "echo"],
    ["$default for an unknown key", { action: "dance" }, "$default"],
    ["$default for a missing key", { type: "echo" }, "$default"],
    ["$default for a key that is not a string", { action: ["echo"] }, "$default"],
    ["the key of a number, turned into text", { action: 7 }, "7"],
    ["$default for null", { action: null }, "$default"],
    ["$default for an object", { action: { echo: 1 } }, "$default"],
    [
      "$default for a list nested deeper than the stack",
      `{"action":${"[".repeat(15_000)}${"]".repeat(15_000)}}`,
      "$default",
    ],
    ["$default for an inherited property", { action: "constructor" }, "$default"],
    ["$default for text", "echo", "$default"],
    ["$default for JSON that is not an object", '"echo"', "$default"],
    ["$default for JSON that is null", "null", "$default"],
    ["$default for an empty frame", "", "$default"],
    ["$default for a lifecycle route", { action: "$connect" }, "$default"],
    ["$default for the other lifecycle route", { action: "$disconnect" }, "$default"],
  ];
  for (const [what, message, routeKey] of chosen) {
    it(`takes ${what}`, async () => {
      const left = lambda("left");
      const seven = lambda("seven");
      const resources = [
        ...[...api(), ...routes(), left, ...route("$disconnect", left)],
        ...[seven, ...route("7", seven, { twoWay: true })],
      ];
      const handlers = {
        seven: reply("7"),
        echo: reply("echo"),
        other: reply("$default"),
        left: reply(),
      };
      const stack = await Stack.start(resources, handlers);
      const client = await stack.connect();
      client.send(message);
      assert.equal(await client.next(), routeKey);
      assert.equal(stack.eventsOf("received")[0]?.routeKey, routeKey);
    });
  }

  for (const expression of ["$request.body.to.route", `\${request.body.to.route}`]) {
    it(`reads ${expression}`, async () => {
      const overrides = { routeSelectionExpression: expression };
      const resources = [...api({}, overrides), ...routes()];
      const stack = await Stack.start(resources, { echo: reply("echo"), other: reply("other") });
      const client = await stack.connect();
      client.send({ action: "quiet", to: { route: "echo" } });
      assert.equal(await client.next(), "echo");
    });
  }

  it("takes $default for text that is not JSON, whatever the expression", async () => {
    const resources = [...api({}, { routeSelectionExpression: "echo" }), ...routes()];
    const stack = await Stack.start(resources, { echo: reply("echo"), other: reply("other") });
    const client = await stack.connect();
    client.send("{");
    assert.equal(await client.next(), "other");
    client.send("{}");
    assert.equal(await client.next(), "echo");
  });

  it("answers Forbidden without a $default route", async () => {
    const stack = await Stack.start([...api(), ...ping()]);
    const client = await stack.connect();
    client.send({ action: "dance" });
    const frame = JSON.parse(await client.next());
    assert.deepEqual(frame, { message: "Forbidden", connectionId: client.id, requestId: "id-3=" });
    await assertSilent(client);
  });
});

describe("gateway: Lambda proxy integration", () => {
  afterEach(stopStacks);

  it("gives the function the message as AWS does", async () => {
    const stack = await Stack.start([...api(), ...routes()], { quiet: reply() });
    const client = await stack.connect();
    await stack.clock.advance(1500);
    client.send({ action: "quiet", data: 1 });
    const event = await stack.function("quiet").nextCall();
    assert.deepEqual(event, {
      requestContext: {
        routeKey: "quiet",
        eventType: "MESSAGE",
        messageId: "id-2=",
        extendedRequestId: "id-3=",
        requestTime: "01/Jan/2026:00:00:01 +0000",
        messageDirection: "IN",
        stage: "dev",
        connectedAt: Date.UTC(2026, 0, 1),
        requestTimeEpoch: Date.UTC(2026, 0, 1) + 1500,
        identity: { sourceIp: "127.0.0.1" },
        requestId: "id-3=",
        domainName: `127.0.0.1:${stack.port}`,
        connectionId: client.id,
        apiId: "a1b2c3",
      },
      body: '{"action":"quiet","data":1}',
      isBase64Encoded: false,
    });
    assert.deepEqual(stack.services.asked, [`quiet ${EXECUTION_ARN}/dev/quiet`]);
  });

  it("sends the body of a two-way route, whatever the status, and nothing when it is empty", async () => {
    const answers = [{ statusCode: 200 }, { statusCode: 500, body: "as it is" }];
    const stack = await Stack.start([...api(), ...routes()], { echo: () => answers.shift() });
    const client = await stack.connect();
    client.send({ action: "echo" });
    client.send({ action: "echo" });
    assert.equal(await client.next(), "as it is");
    assert.deepEqual(
      stack.eventsOf("sent").map(({ connectionId, text }) => [connectionId, text]),
      [[client.id, "as it is"]],
    );
  });

  it("sends nothing on a one-way route", async () => {
    const stack = await Stack.start([...api(), ...routes(), ...ping()], { quiet: reply("hello") });
    const client = await stack.connect();
    client.send({ action: "quiet" });
    await stack.function("quiet").nextCall();
    await assertSilent(client);
  });

  it("sends nothing on a route that has only half of what two-way needs", async () => {
    const echo = lambda("echo");
    const [own] = route("echo", echo, { twoWay: true });
    assert.ok(own);
    const stack = await Stack.start([...api(), echo, own, ...ping()], { echo: reply("hello") });
    const client = await stack.connect();
    client.send({ action: "echo" });
    await stack.function("echo").nextCall();
    await assertSilent(client);
  });

  it("delivers no answer above 128 KB (an error frame instead is unconfirmed on AWS)", async () => {
    const answers = ["x".repeat(128 * 1024 + 1), "x".repeat(128 * 1024)];
    const stack = await Stack.start([...api(), ...routes()], {
      echo: () => ({ statusCode: 200, body: answers.shift() }),
    });
    const client = await stack.connect();
    client.send({ action: "echo" });
    assert.equal(JSON.parse(await client.next()).message, "Internal server error");
    client.send({ action: "echo" });
    assert.equal((await client.next()).length, 128 * 1024);
  });

  const broken: [string, () => unknown][] = [
    ["throws", () => Promise.reject(new Error("secret"))],
    ["returns nothing", () => undefined],
    ["returns no statusCode", () => ({ body: "hello" })],
    ["returns a body that is not text", reply({ a: 1 })],
  ];
  for (const [what, quiet] of broken) {
    it(`answers an error frame when the function ${what}, and stays connected`, async () => {
      const stack = await Stack.start([...api(), ...routes(), ...ping()], { quiet });
      const client = await stack.connect();
      client.send({ action: "quiet" });
      assert.deepEqual(JSON.parse(await client.next()), {
        message: "Internal server error",
        connectionId: client.id,
        requestId: "id-3=",
      });
      await assertSilent(client);
      assert.doesNotMatch(JSON.stringify(stack.eventsOf("notice")), /secret|hello/);
    });
  }

  it("answers an error frame without a permission or a function, and tells why", async () => {
    const stack = await Stack.start([...api(), ...routes()], { quiet: reply() });
    stack.services.permitted = false;
    const client = await stack.connect();
    client.send({ action: "quiet" });
    assert.match(await client.next(), /Internal server error/);
    client.send({ action: "echo" });
    assert.match(await client.next(), /Internal server error/);
    const [permission, unknown] = stack.eventsOf("notice");
    assert.match(permission?.message ?? "", /call-quiet of route quiet: no permission of function/);
    assert.match(unknown?.message ?? "", /call-echo of route echo: there is no function arn/);
  });

  it("answers a timeout after the integration's, 29 seconds by default", async () => {
    const resources = [...api(), ...routes(), ...ping()];
    const stack = await Stack.start(resources, { quiet: () => new Promise(() => {}) });
    const client = await stack.connect();
    client.send({ action: "quiet" });
    await stack.function("quiet").nextCall();
    await stack.clock.advance(28_999);
    await assertSilent(client);
    await stack.clock.advance(1);
    assert.equal(JSON.parse(await client.next()).message, "Endpoint request timed out");
  });

  it("begins the frames of a connection in order, without waiting for the one before", async () => {
    const bodies: string[] = [];
    const { promise, resolve } = Promise.withResolvers<object>();
    const stack = await Stack.start([...api(), ...routes()], {
      other: ({ body }) => {
        bodies.push(body);
        return bodies.length === 1 ? promise : { statusCode: 200, body };
      },
    });
    const client = await stack.connect();
    for (let index = 0; index < 20; index++) client.send(`frame ${index}`);
    assert.equal(await client.next(), "frame 1");
    resolve({ statusCode: 200, body: "frame 0 at last" });
    let last = "";
    while (!last.endsWith("at last")) last = await client.next();
    assert.deepEqual(
      bodies,
      Array.from({ length: 20 }, (_, index) => `frame ${index}`),
    );
  });
});

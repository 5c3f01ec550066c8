import assert from "node:assert/strict";
import { once } from "node:events";
import { get } from "node:http";
import { connect as connectTcp } from "node:net";
import { GetConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { Gateway } from "../../../local/gateway/gateway.ts";
import { api, EXECUTION_ARN, lambda, mock, ping, queue, route } from "./resources.ts";
import { Stack, stopStacks } from "./support.ts";

function connectRoute() {
  const integration = lambda("connect");
  return [integration, ...route("$connect", integration)];
}

describe("gateway: addresses", () => {
  afterEach(stopStacks);

  it("lets everyone in when there is no $connect route", async () => {
    const stack = await Stack.start([...api(), ...ping()]);
    const client = await stack.connect("/dev?token=secret");
    assert.deepEqual(stack.eventsOf("connected"), [
      {
        type: "connected",
        api: "chat",
        connectionId: client.id,
        url: "/dev",
        sourceIp: "127.0.0.1",
      },
    ]);
    assert.match(client.id, /=$/);
  });

  it("serves a stage named $default from the root", async () => {
    const stack = await Stack.start([...api({ name: "$default" }), ...ping()]);
    const client = await stack.connect("/");
    client.send({ action: "ping" });
    assert.equal(await client.next(), '{"type":"pong"}');
  });

  it("refuses an unknown stage, a path below a stage and a stage without deployment", async () => {
    const stack = await Stack.start([...api({ deploymentId: undefined }), ...ping()]);
    for (const path of ["/dev?token=secret", "/test", "/dev/lobby"]) {
      const { status, headers, body } = await stack.refused(path);
      assert.equal(status, 403);
      assert.equal(headers["x-amzn-errortype"], "ForbiddenException");
      assert.deepEqual(body, { message: "Forbidden" });
    }
    assert.deepEqual(
      stack.eventsOf("refused").map(({ url, status, reason }) => `${url} ${status} ${reason}`),
      [
        "/dev 403 stage dev has no deployment",
        "/test 403 there is no such stage",
        "/dev/lobby 403 there is no such stage",
      ],
    );
  });

  it("deploys by itself with autoDeploy", async () => {
    const resources = [...api({ deploymentId: undefined, autoDeploy: true }), ...ping()];
    const stack = await Stack.start(resources);
    await stack.connect();
  });

  it("answers plain HTTP: 426 on a stage, 403 elsewhere", async () => {
    const stack = await Stack.start([...api(), ...ping()]);
    const stage = await fetch(`http://127.0.0.1:${stack.port}/dev`);
    assert.equal(stage.status, 426);
    assert.equal(stage.headers.get("upgrade"), "websocket");
    assert.deepEqual(await stage.json(), { message: "Upgrade Required" });
    const other = await fetch(`http://127.0.0.1:${stack.port}/page`);
    assert.equal(other.status, 403);
    assert.deepEqual(await other.json(), { message: "Forbidden" });
  });

  it("gives paths that no stage owns to the fallback", async () => {
    const stack = await Stack.start(
      [...api(), ...ping()],
      {},
      {
        fallback: (path) => ({ status: 200, headers: {}, body: `page ${path}` }),
      },
    );
    const page = await fetch(`http://127.0.0.1:${stack.port}/jwks.json`);
    assert.equal(await page.text(), "page /jwks.json");
    const below = await fetch(`http://127.0.0.1:${stack.port}/dev/jwks.json`);
    assert.equal(below.status, 403);
  });

  it("says that a port is taken", async () => {
    const stack = await Stack.start([...api(), ...ping()]);
    const { gateway } = new Stack([...api(), ...ping()]);
    await assert.rejects(gateway.listen(stack.port), { code: "EADDRINUSE" });
    assert.ok(gateway instanceof Gateway);
  });

  it("refuses an upgrade that is not a WebSocket handshake before it calls anything", async () => {
    const stack = await Stack.start([...api(), ...connectRoute()], { connect: () => {} });
    const headers = { Connection: "Upgrade", Upgrade: "websocket", "Sec-WebSocket-Version": "13" };
    const [response] = await once(get({ port: stack.port, path: "/dev", headers }), "response");
    assert.equal(response.statusCode, 400);
    response.resume();
    assert.equal(stack.function("connect").unread, 0);
  });
});

describe("gateway: $connect", () => {
  afterEach(stopStacks);

  it("gives the function the handshake as AWS does", async () => {
    const stack = await Stack.start(
      [...api({ stageVariables: { color: "red" } }), ...connectRoute()],
      {
        connect: () => ({ statusCode: 200 }),
      },
    );
    const headers = { "X-Mixed": "a", "User-Agent": "test" };
    const { id } = await stack.connect("/dev?room=a%20b&room=c", [], { headers });
    const event = await stack.function("connect").nextCall();
    assert.equal(event.headers["X-Mixed"], "a");
    assert.deepEqual(event.multiValueHeaders["X-Mixed"], ["a"]);
    assert.equal(event.headers.Upgrade, undefined);
    assert.deepEqual(event.queryStringParameters, { room: "c" });
    assert.deepEqual(event.multiValueQueryStringParameters, { room: ["a b", "c"] });
    assert.deepEqual(event.stageVariables, { color: "red" });
    assert.equal(event.isBase64Encoded, false);
    assert.deepEqual(event.requestContext, {
      routeKey: "$connect",
      eventType: "CONNECT",
      extendedRequestId: "id-2=",
      requestTime: "01/Jan/2026:00:00:00 +0000",
      messageDirection: "IN",
      stage: "dev",
      connectedAt: Date.UTC(2026, 0, 1),
      requestTimeEpoch: Date.UTC(2026, 0, 1),
      identity: { sourceIp: "127.0.0.1", userAgent: "test" },
      requestId: "id-2=",
      domainName: `127.0.0.1:${stack.port}`,
      connectionId: id,
      apiId: "a1b2c3",
    });
    assert.deepEqual(stack.services.asked, [`connect ${EXECUTION_ARN}/dev/$connect`]);
  });

  const refusals: [string, () => unknown, number, string][] = [
    ["a status that is not 2xx", () => ({ statusCode: 429 }), 429, "Too Many Requests"],
    ["401", () => ({ statusCode: 401, body: "no" }), 401, "Unauthorized"],
    ["an error", () => assert.fail("broken"), 502, "Internal server error"],
    ["no statusCode", () => ({ body: "hello" }), 502, "Internal server error"],
    ["nothing", () => undefined, 502, "Internal server error"],
  ];
  for (const [what, connect, status, message] of refusals) {
    it(`refuses when the function answers ${what}`, async () => {
      const stack = await Stack.start([...api(), ...connectRoute()], { connect });
      const refused = await stack.refused();
      assert.equal(refused.status, status);
      assert.deepEqual(refused.body, { message });
    });
  }

  it("is a 500 without a permission to invoke the function", async () => {
    const stack = await Stack.start([...api(), ...connectRoute()], { connect: () => {} });
    stack.services.permitted = false;
    assert.equal((await stack.refused()).status, 500);
    assert.equal(stack.function("connect").unread, 0);
    assert.match(stack.eventsOf("refused")[0]?.reason ?? "", /no permission of function connect/);
  });

  it("is a 504 past the timeout of the integration", async () => {
    const integration = lambda("connect", { timeoutMilliseconds: 5000 });
    const stack = await Stack.start([...api(), integration, ...route("$connect", integration)], {
      connect: () => new Promise(() => {}),
    });
    const refused = stack.refused();
    await stack.function("connect").nextCall();
    await stack.clock.advance(5000);
    assert.equal((await refused).status, 504);
  });

  it("takes the status of a MOCK or of a service as the answer", async () => {
    const closed = mock({ requestTemplates: { $default: '{"statusCode":403}' } });
    const first = await Stack.start([...api(), closed, ...route("$connect", closed)]);
    assert.equal((await first.refused()).status, 403);

    const integration = queue();
    const second = await Stack.start([...api(), integration, ...route("$connect", integration)]);
    await second.connect();
    second.services.answer = () => ({ status: 400, headers: {}, body: "" });
    assert.equal((await second.refused()).status, 400);
  });

  it("upgrades only when $connect has answered, and is gone for the management API until then", async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const stack = await Stack.start([...api(), ...connectRoute(), ...ping()], {
      connect: () => promise,
    });
    // The frame comes together with the handshake: it has to wait for $connect.
    const socket = connectTcp(stack.port, "127.0.0.1");
    socket.write(
      "GET /dev HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n",
    );
    socket.write(
      Buffer.concat([Buffer.from([0x81, 0x91, 0, 0, 0, 0]), Buffer.from('{"action":"ping"}')]),
    );
    const { requestContext } = await stack.function("connect").nextCall();
    const command = new GetConnectionCommand({ ConnectionId: requestContext.connectionId });
    await assert.rejects(stack.management().send(command), { name: "GoneException" });
    assert.equal(stack.eventsOf("connected").length, 0);
    assert.equal(socket.bytesRead, 0);

    resolve({ statusCode: 200 });
    let received = "";
    while (!received.includes("pong")) received += (await once(socket, "data")).join("");
    assert.match(received, /^HTTP\/1\.1 101 /);
    socket.destroy();
  });

  it("does not upgrade a client that left, and calls $disconnect to clean up", async () => {
    const { promise, resolve } = Promise.withResolvers<object>();
    const bye = lambda("disconnect");
    const resources = [...api(), ...connectRoute(), bye, ...route("$disconnect", bye)];
    const stack = await Stack.start(resources, { connect: () => promise, disconnect: () => ({}) });
    const socket = stack.dial();
    socket.on("error", () => {});
    const { requestContext } = await stack.function("connect").nextCall();
    const closed = new Promise((done) => socket.once("close", done));
    socket.terminate();
    await closed;
    // A round trip later the gateway has seen the client's end.
    await fetch(`http://127.0.0.1:${stack.port}/dev`);
    resolve({ statusCode: 200 });
    const event = await stack.function("disconnect").nextCall();
    assert.equal(event.requestContext.connectionId, requestContext.connectionId);
    assert.equal(event.requestContext.disconnectStatusCode, 1006);
    assert.equal(stack.eventsOf("connected").length, 0);
  });
});

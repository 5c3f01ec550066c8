import assert from "node:assert/strict";
import { once } from "node:events";
import { DeleteConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import type { GatewayOptions } from "../../../local/gateway/options.ts";
import { MAX_MESSAGE_BYTES } from "../../../local/gateway/quotas.ts";
import { readDefinitions } from "../../../local/gateway/read-definition.ts";
import { api, EXECUTION_ARN, lambda, ping, route } from "./resources.ts";
import { type Client, type LambdaEvent, Stack, stopStacks } from "./support.ts";

function start(
  disconnect: () => unknown = () => ({ statusCode: 200 }),
  options: Partial<GatewayOptions> = {},
): Promise<Stack> {
  const bye = lambda("disconnect");
  const echo = lambda("echo");
  const later = [...route("$disconnect", bye), ...route("$default", echo, { twoWay: true })];
  const handlers = {
    disconnect,
    echo: ({ body }: LambdaEvent) => ({ statusCode: 200, body: `${body.length}` }),
  };
  return Stack.start([...api(), bye, echo, ...later, ...ping()], handlers, options);
}

describe("gateway: the end of a connection", () => {
  afterEach(stopStacks);

  const ends: [string, (client: Client) => void, number, string][] = [
    ["closes with a code", ({ socket }) => socket.close(4001, "bye"), 4001, "bye"],
    [
      "closes without a code",
      ({ socket }) => socket.close(),
      1005,
      "Client-side close frame status not set",
    ],
    ["vanishes", ({ socket }) => socket.terminate(), 1006, "Connection closed abnormally"],
    ["sends a binary frame", ({ socket }) => socket.send(Buffer.from([1])), 1003, ""],
    [
      "sends more than 128 KB",
      ({ socket }) => socket.send("x".repeat(MAX_MESSAGE_BYTES + 1)),
      1009,
      "",
    ],
  ];
  for (const [what, end, code, reason] of ends) {
    it(`calls $disconnect with ${code} when the client ${what}`, async () => {
      const stack = await start();
      const client = await stack.connect();
      end(client);
      const { requestContext } = await stack.function("disconnect").nextCall();
      assert.equal(requestContext.routeKey, "$disconnect");
      assert.equal(requestContext.eventType, "DISCONNECT");
      assert.equal(requestContext.connectionId, client.id);
      assert.equal(requestContext.disconnectStatusCode, code);
      assert.equal(requestContext.disconnectReason, reason);
      assert.equal(stack.eventsOf("disconnected")[0]?.code, code);
      assert.equal(stack.gateway.connections.size, 0);
    });
  }

  it("tells the client 1003 for a binary frame and 1009 for a large one", async () => {
    const stack = await start();
    const binary = await stack.connect();
    binary.socket.send(Buffer.from([1]));
    assert.equal((await binary.closed).code, 1003);
    const large = await stack.connect();
    large.send("x".repeat(MAX_MESSAGE_BYTES + 1));
    assert.equal((await large.closed).code, 1009);
    assert.deepEqual(stack.eventsOf("received"), []);
  });

  it("calls $disconnect once for a deleted connection, and routes none of its frames any more", async () => {
    const stack = await start();
    const client = await stack.connect();
    client.socket.pause();
    const command = new DeleteConnectionCommand({ ConnectionId: client.id });
    await stack.management().send(command);
    client.send("late");
    client.socket.resume();
    const event = await stack.function("disconnect").nextCall();
    assert.equal(event.requestContext.disconnectStatusCode, 1000);
    assert.equal(event.requestContext.disconnectReason, "Connection Closed Normally");
    assert.deepEqual(stack.services.asked, [`disconnect ${EXECUTION_ARN}/dev/$disconnect`]);
    assert.deepEqual(stack.eventsOf("received"), []);
  });

  it("gives $disconnect the headers that it has on AWS (observed), and a message none", async () => {
    const stack = await start();
    const client = await stack.connect();
    client.send("hello");
    const message = await stack.function("echo").nextCall();
    assert.deepEqual([message.headers, message.multiValueHeaders], [undefined, undefined]);
    await client.close();
    const { headers, multiValueHeaders } = await stack.function("disconnect").nextCall();
    const host = `127.0.0.1:${stack.port}`;
    assert.deepEqual(headers, {
      Host: host,
      "x-api-key": "",
      "X-Forwarded-For": "",
      "x-restapi": "",
    });
    assert.deepEqual(multiValueHeaders, {
      Host: [host],
      "x-api-key": [""],
      "X-Forwarded-For": [""],
      "x-restapi": [""],
    });
  });

  it("may lose a $disconnect, which is best effort", async () => {
    const lost: string[] = [];
    const stack = await start(undefined, {
      loseDisconnect: (id) => {
        lost.push(id);
        return lost.length === 1;
      },
    });
    const first = await stack.connect();
    await first.close();
    const second = await stack.connect();
    await second.close();
    const { requestContext } = await stack.function("disconnect").nextCall();
    assert.equal(requestContext.connectionId, second.id);
    assert.deepEqual(lost, [first.id, second.id]);
    assert.equal(stack.function("disconnect").unread, 0);
  });

  it("lets nobody hear of a $disconnect that fails, but a notice of one that cannot be called", async () => {
    const stack = await start(() => Promise.reject(new Error("broken")));
    stack.services.permitted = false;
    await (await stack.connect()).close();
    const next = await stack.connect();
    next.send({ action: "ping" });
    assert.equal(await next.next(), '{"type":"pong"}');
    assert.match(stack.eventsOf("notice")[0]?.message ?? "", /disconnect of route \$disconnect/);
  });
});

describe("gateway: stopping and replacing", () => {
  afterEach(stopStacks);

  it("closes every connection with 1001 and calls $disconnect", async () => {
    const stack = await start();
    const client = await stack.connect();
    await stack.gateway.close();
    assert.deepEqual(await client.closed, { code: 1001, reason: "Going away" });
    const { requestContext } = await stack.function("disconnect").nextCall();
    assert.equal(requestContext.disconnectStatusCode, 1001);
    assert.equal(requestContext.disconnectReason, "Going away");
    await stack.gateway.close();
  });

  it("ends pending handshakes", async () => {
    const integration = lambda("connect");
    const stack = await Stack.start([...api(), integration, ...route("$connect", integration)], {
      connect: () => new Promise(() => {}),
    });
    const socket = stack.dial();
    const failed = once(socket, "error");
    await stack.function("connect").nextCall();
    await stack.gateway.close();
    const [error] = await failed;
    assert.match(error.message, /hang up|ECONNRESET/);
  });

  it("plays a replaced definition to open connections, and closes those of a stage that is gone", async () => {
    const stack = await Stack.start([...api(), ...ping()]);
    const client = await stack.connect();
    const echo = lambda("ping-by-function");
    const [changed] = readDefinitions([...api(), echo, ...route("ping", echo)]);
    const [moved] = readDefinitions([...api({ name: "prod" }), ...ping()]);
    assert.ok(changed && moved);
    stack.gateway.replace(changed);
    client.send({ action: "ping" });
    assert.match(await client.next(), /Internal server error/);
    stack.gateway.replace(moved);
    assert.equal((await client.closed).code, 1001);
    await stack.connect("/prod");
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import {
  ApiGatewayManagementApiClient,
  GetConnectionCommand,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { WebSocket } from "ws";
import { systemClock } from "../../../local/clock.ts";
import type { RuntimeEvent } from "../../../local/events.ts";
import { GatewayProcess } from "../../../local/gateway/process/gateway-process.ts";
import { readDefinitions } from "../../../local/gateway/read-definition.ts";
import { api, authorizer, functionArn, lambda, ping, queue, route } from "./resources.ts";
import { Client, FakeFunction, FakeServices, Inbox } from "./support.ts";

const policy = {
  principalId: "alice",
  policyDocument: {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect: "Allow", Resource: "*" }],
  },
  context: { room: "lobby" },
};

/** `$connect` with an authorizer, `$disconnect`, `ping`, and everything else to a queue. */
function resources() {
  const guard = authorizer();
  const [connect, disconnect, toQueue] = [lambda("connect"), lambda("disconnect"), queue()];
  return [
    ...api(),
    guard,
    connect,
    disconnect,
    toQueue,
    ...route("$connect", connect, { authorizationType: "CUSTOM", authorizerId: guard.id }),
    ...route("$disconnect", disconnect),
    ...route("$default", toQueue, { twoWay: true }),
    ...ping(),
  ];
}

describe("a gateway in a process of its own", function () {
  this.timeout(30_000);

  const services = Object.assign(new FakeServices(), {
    denied: [] as string[],
    authorizeManagement(accessKeyId: string, resource: string) {
      if (accessKeyId === "AKIATEST") return undefined;
      this.denied.push(resource);
      return { kind: "denied" as const, message: "no" };
    },
  });
  const disconnected = new FakeFunction("disconnect", () => ({ statusCode: 200 }));
  const events = new Inbox<RuntimeEvent>();
  let gateway: GatewayProcess;
  let port: number;
  let process: number;
  const clients: Client[] = [];

  // One for all, since a process takes its time; each test leaves it as it was.
  before(async () => {
    const functions = [
      new FakeFunction("authorize", () => policy),
      new FakeFunction("connect", () => ({
        statusCode: 200,
        headers: { "Sec-WebSocket-Protocol": "v1" },
      })),
      disconnected,
    ];
    for (const played of functions) services.functions.set(functionArn(played.name), played);
    gateway = new GatewayProcess({
      services,
      clock: systemClock,
      emit(event) {
        if (event.type !== "notice" || event.source === "gateway") events.put(event);
      },
      fallback: (path) => ({ status: 200, headers: {}, body: `page ${path}` }),
    });
    ({ port } = await gateway.listen());
    process = await started();
    gateway.replace(readDefinitions(resources())[0] as never);
  });

  afterEach(() => {
    services.permitted = true;
    for (const { socket } of clients.splice(0)) socket.terminate();
  });

  after(async () => {
    await gateway.close();
  });

  /** The next event of a type; those before it are forgotten. They come over the channel, later than frames. */
  async function next<Type extends RuntimeEvent["type"]>(type: Type) {
    for (;;) {
      const event = await events.next();
      if (event.type === type) return event as Extract<RuntimeEvent, { type: Type }>;
    }
  }

  /** Waits for a process, the first or the next. */
  async function started(): Promise<number> {
    const { message } = await next("notice");
    return Number(/^the gateway runs in process (\d+)$/.exec(message)?.[1]);
  }

  async function join(): Promise<Client & { id: string }> {
    const client = new Client(new WebSocket(`ws://127.0.0.1:${port}/dev?room=lobby`, ["v1", "v2"]));
    clients.push(client);
    await once(client.socket, "open");
    return Object.assign(client, { id: (await next("connected")).connectionId });
  }

  function management(accessKeyId = "AKIATEST"): ApiGatewayManagementApiClient {
    return new ApiGatewayManagementApiClient({
      endpoint: `http://127.0.0.1:${port}/dev`,
      region: "eu-west-1",
      credentials: { accessKeyId, secretAccessKey: "secret" },
      maxAttempts: 1,
    });
  }

  it("plays what it plays in the runtime's: authorizer, functions, templates, subprotocols", async () => {
    assert.notEqual(process, globalThis.process.pid);
    const client = await join();
    assert.equal(client.socket.protocol, "v1");
    client.send({ action: "ping" });
    assert.deepEqual(JSON.parse(await client.next()), { type: "pong" });
    client.send("hello");
    const { body, credentialsArn } = await services.calls.next();
    assert.deepEqual(
      [body, credentialsArn],
      ["MessageBody=hello", "arn:aws:iam::123456789012:role/gateway"],
    );
  });

  it("keeps the order of what a client sends", async () => {
    const client = await join();
    for (let number = 0; number < 50; number++) client.send(`${number}`);
    for (let number = 0; number < 50; number++) {
      assert.equal((await services.calls.next()).body, `MessageBody=${number}`);
    }
  });

  it("manages connections, for those who may", async () => {
    const client = await join();
    const about = { ConnectionId: client.id };
    await management().send(new PostToConnectionCommand({ ...about, Data: "hello" }));
    assert.equal(await client.next(), "hello");
    await assert.rejects(management("AKIAOTHER").send(new GetConnectionCommand(about)), {
      name: "AccessDeniedException",
    });
    assert.match(services.denied.join(), /\/dev\/GET\/@connections\//);
  });

  it("is refused a function that no permission lets it invoke", async () => {
    services.permitted = false;
    await assert.rejects(join(), /Unexpected server response: 500/);
    assert.match((await next("refused")).reason, /no permission of function authorize allows/);
  });

  it("tells a service that does not answer from one that refuses", async () => {
    const client = await join();
    services.answer = () => Promise.reject(new Error("the queue is away"));
    client.send("hello");
    assert.equal(JSON.parse(await client.next()).message, "Internal server error");
    services.answer = () => ({ status: 200, headers: {}, body: "" });
  });

  it("has the fallback answer what no stage owns", async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/jwks.json?a=b`);
    assert.equal(await answer.text(), "page /jwks.json");
  });

  it("says that a port is taken", async () => {
    const other = new GatewayProcess({ services, clock: systemClock, emit: () => {} });
    await assert.rejects(other.listen(port), { code: "EADDRINUSE" });
    await other.close();
  });

  it("killed, loses its connections without a $disconnect, and is back at its port", async () => {
    const client = await join();
    const before = disconnected.unread;
    globalThis.process.kill(process, "SIGKILL");
    assert.equal((await client.closed).code, 1006);
    const { message } = await next("notice");
    const expected = "has ended (SIGKILL); its connections are lost, and it starts again";
    assert.equal(message, `the gateway's process ${expected}`);
    const killed = process;
    process = await started();
    assert.notEqual(process, killed);
    const again = await join();
    again.send({ action: "ping" });
    assert.deepEqual(JSON.parse(await again.next()), { type: "pong" });
    assert.equal(disconnected.unread, before);
  });

  it("closes its connections by 1001 when it is closed, and its process is gone", async () => {
    const client = await join();
    await gateway.close();
    assert.equal((await client.closed).code, 1001);
    assert.throws(() => globalThis.process.kill(process, 0), { code: "ESRCH" });
  });
});

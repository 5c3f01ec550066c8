import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { type AddressInfo, createServer as createSocketServer, type Socket } from "node:net";
import { PooledTransport } from "../../../../handlers/lib/fan-out/posting/pooled-transport.ts";
import { UnreadAnswers } from "./unread-answers.ts";

type Answer = (response: ServerResponse, request: IncomingMessage) => void;

const ok: Answer = (response) => void response.writeHead(200, { "Content-Length": "0" }).end();
const reset: Answer = (_response, { socket }) => void socket.resetAndDestroy();
const hangUp: Answer = (_response, { socket }) => void socket.destroy();

describe("PooledTransport", () => {
  let server: Server;
  let transport: PooledTransport;
  let endpoint: string;
  let now: number;
  /** For the requests in turn; then `ok`. */
  let answers: Answer[];
  /** Of each request, the number of its connection, beginning at 0. */
  let usedConnections: number[];
  let connections: Socket[];
  /** For each connection: it has been closed. */
  let closed: Promise<unknown>[];
  let bodies: string[];

  before(async () => {
    server = createServer({ keepAliveTimeout: 0 }, async (request, response) => {
      usedConnections.push(connections.indexOf(request.socket));
      bodies.push((await request.toArray()).join(""));
      (answers.shift() ?? ok)(response, request);
    });
    server.on("connection", (socket: Socket) => {
      connections.push(socket);
      closed.push(once(socket, "close"));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}/dev`;
  });

  beforeEach(() => {
    now = 1_000_000;
    answers = [];
    usedConnections = [];
    connections = [];
    closed = [];
    bodies = [];
    transport = new PooledTransport({ endpoint, now: () => now, maxSockets: 2 });
  });

  afterEach(() => {
    transport.close();
    server.closeAllConnections();
  });

  after(async () => {
    server.close();
    await once(server, "close");
  });

  function post(body = "text", deadlineMs = 10_000) {
    const { host } = new URL(endpoint);
    const headers = ["host", host, "content-length", String(Buffer.byteLength(body)), "x-n", "1"];
    return transport.post({ path: "/dev/x%3D", headers, body: Buffer.from(body) }, deadlineMs);
  }

  it("sends path, headers and body as they are", async () => {
    const seen: unknown[] = [];
    answers.push((response, { method, url, rawHeaders }) => {
      seen.push([method, url, rawHeaders]);
      response.writeHead(200).end();
    });
    await post("é");
    const { host } = new URL(endpoint);
    const headers = ["host", host, "content-length", "2", "x-n", "1", "Connection", "keep-alive"];
    assert.deepEqual(seen, [["POST", "/dev/x%3D", headers]]);
    assert.deepEqual(bodies, ["é"]);
  });

  it("tells the status, and the error's type where there is one", async () => {
    const type = "x-amzn-ErrorType";
    answers.push(
      (response) => response.writeHead(200, { [type]: "Nonsense" }).end("{}"),
      (response) => response.writeHead(403, { [type]: "ForbiddenException" }).end("{}"),
      (response) => response.writeHead(410, { [type]: "GoneException:http://a/" }).end("{}"),
      (response) => response.writeHead(500).end("{}"),
    );
    assert.deepEqual(
      [await post(), await post(), await post(), await post()],
      [
        { status: 200, errorType: undefined },
        { status: 403, errorType: "ForbiddenException" },
        { status: 410, errorType: "GoneException" },
        { status: 500, errorType: undefined },
      ],
    );
  });

  it("uses a connection again, whose answer it has read to the end", async () => {
    answers.push((response) => response.end("a".repeat(1_000_000)));
    for (let n = 0; n < 5; n++) {
      await post();
    }
    assert.deepEqual(usedConnections, [0, 0, 0, 0, 0]);
  });

  it("uses a connection again for a post made as soon as the one before was answered", async () => {
    await Promise.all([post().then(() => post()), post().then(() => post())]);
    assert.equal(connections.length, 2);
  });

  it("opens so many connections, and lets further posts wait", async () => {
    await Promise.all(Array.from({ length: 10 }, () => post()));
    assert.equal(connections.length, 2);
    assert.equal(bodies.length, 10);
  });

  it("uses a connection that has been idle for four seconds, and none that has been longer", async () => {
    await post();
    now += 4000;
    await post();
    now += 4001;
    await post();
    assert.deepEqual(usedConnections, [0, 0, 1]);
    await closed[0];
  });

  it("goes by the age of each connection", async () => {
    await Promise.all([post(), post()]);
    now += 3000;
    await post();
    const [, , busy = -1] = usedConnections;
    now += 1001;
    // One is young, the other is closed by now.
    await Promise.all([post(), post()]);
    assert.deepEqual(usedConnections.slice(3), [busy, 2]);
    await closed[1 - busy];
  });

  it("does not count the time in which a post waits for its answer", async () => {
    answers.push((response) => {
      now += 60_000;
      ok(response, response.req);
    });
    await post();
    now += 4000;
    await post();
    assert.deepEqual(usedConnections, [0, 0]);
  });

  for (const [what, failure] of [
    ["reset", reset],
    ["closed", hangUp],
  ] as const) {
    it(`sends a post again at once when its used connection is ${what}, on a new one`, async () => {
      await post("1");
      answers.push(failure);
      assert.equal((await post("2")).status, 200);
      assert.deepEqual(bodies, ["1", "2", "2"]);
      assert.deepEqual(usedConnections, [0, 0, 1]);
    });

    it(`fails when a new connection is ${what}`, async () => {
      answers.push(failure);
      await assert.rejects(post(), { code: "ECONNRESET" });
      assert.deepEqual(usedConnections, [0]);
    });

    it(`sends a post again once only, connections ${what}`, async () => {
      await post();
      answers.push(failure, failure);
      await assert.rejects(post(), { code: "ECONNRESET" });
      assert.deepEqual(usedConnections, [0, 0, 1]);
    });
  }

  it("sends a post again that had waited for the used connection", async () => {
    answers.push(ok, ok, reset);
    await Promise.all([post(), post(), post()]);
    assert.equal(bodies.length, 4);
    assert.equal(usedConnections.at(-1), 2);
  });

  it("takes a new connection for the second try, although a used one is free", async () => {
    await Promise.all([post(), post()]);
    answers.push(reset);
    await post();
    assert.equal(usedConnections.at(-1), 2);
  });

  it("does not send again what was answered, though the answer broke off", async () => {
    await post();
    answers.push((response) => {
      response.writeHead(200, { "Content-Length": "10" });
      response.write("12345", () => response.socket?.resetAndDestroy());
    });
    assert.equal((await post()).status, 200);
    assert.equal(bodies.length, 2);
  });

  it("says why there is no answer", async () => {
    const unreachable = new PooledTransport({ endpoint: "http://127.0.0.1:1/dev", now: () => now });
    const request = { path: "/", headers: ["host", "x"], body: Buffer.from("") };
    await assert.rejects(unreachable.post(request, 10_000), { code: "ECONNREFUSED" });
  });

  it("speaks TLS to an endpoint of https", async () => {
    const { promise: firstByte, resolve } = Promise.withResolvers<number | undefined>();
    const listener = createSocketServer((socket) => {
      socket.once("data", ([byte]) => {
        resolve(byte);
        socket.resetAndDestroy();
      });
    });
    listener.listen(0, "127.0.0.1");
    await once(listener, "listening");
    const { port } = listener.address() as AddressInfo;
    const secure = new PooledTransport({ endpoint: `https://127.0.0.1:${port}`, now: () => now });
    const request = { path: "/", headers: ["host", "x"], body: Buffer.from("") };
    await assert.rejects(secure.post(request, 10_000), { code: "ECONNRESET" });
    // A handshake.
    assert.equal(await firstByte, 22);
    listener.close();
  });

  it("gives up at the deadline, and ends the request", async () => {
    const { promise: closed, resolve } = Promise.withResolvers<void>();
    answers.push((response) => void response.on("close", resolve));
    await assert.rejects(post("text", 20), {
      name: "TimeoutError",
      message: "There was no answer within 20 ms.",
    });
    await closed;
    assert.equal(bodies.length, 1);
  });

  it("gives up at the deadline while it waits for a connection", async () => {
    const { promise: full, resolve } = Promise.withResolvers<void>();
    const held: ServerResponse[] = [];
    const hold: Answer = (response) => {
      if (held.push(response) === 2) resolve();
    };
    answers.push(hold, hold);
    const first = [post(), post()];
    await full;
    await assert.rejects(post("late", 20), { name: "TimeoutError" });
    for (const response of held) ok(response, response.req);
    await Promise.all(first);
    await post("next");
    assert.deepEqual(bodies, ["text", "text", "next"]);
  });

  it("gives up at the deadline of the post during its second try", async () => {
    await post();
    answers.push(reset, () => {});
    await assert.rejects(post("text", 20), { name: "TimeoutError" });
    assert.deepEqual(usedConnections, [0, 0, 1]);
  });

  it("takes the status when the rest of the answer does not come by the deadline", async () => {
    answers.push((response) => {
      response.writeHead(410, { "Content-Length": "10" });
      response.write("12345");
    });
    assert.equal((await post("text", 50)).status, 410);
    await post();
    assert.deepEqual(usedConnections, [0, 1]);
  });

  it("takes an answer that was there by the deadline, though it was too busy to read it", async () => {
    const service = await UnreadAnswers.start();
    const { endpoint } = service;
    transport = new PooledTransport({ endpoint, now: () => now });
    const answer = post("text", 100);
    await service.requested;
    service.answerWhileNothingRuns(150);
    assert.deepEqual(await answer, { status: 200, errorType: undefined });
    await service.close();
  });

  it("leaves no timer behind", async () => {
    const timers = () =>
      process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    // Mocha sets its own once a test waits.
    await post();
    const before = timers();
    answers.push(hangUp);
    await post();
    answers.push(hangUp, hangUp);
    await assert.rejects(post(), { code: "ECONNRESET" });
    assert.equal(timers(), before);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { connect as connectTcp } from "node:net";
import {
  DeleteConnectionCommand,
  GetConnectionCommand,
  PostToConnectionCommand,
  type ApiGatewayManagementApiServiceException as ServiceError,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { CLIENT_BUFFER_BYTES } from "../../../local/gateway/connection.ts";
import { MAX_MESSAGE_BYTES } from "../../../local/gateway/quotas.ts";
import { api, ping } from "./resources.ts";
import { Stack, stopStacks } from "./support.ts";

function start(): Promise<Stack> {
  return Stack.start([...api(), ...ping()]);
}

function post(ConnectionId: string, Data: string | Uint8Array) {
  return new PostToConnectionCommand({ ConnectionId, Data: Buffer.from(Data) });
}

describe("gateway: @connections", () => {
  afterEach(stopStacks);

  it("posts a text frame", async () => {
    const stack = await start();
    const client = await stack.connect();
    const binary = once(client.socket, "message").then(([, isBinary]) => isBinary);
    const { $metadata } = await stack.management().send(post(client.id, "grüße"));
    assert.equal($metadata.httpStatusCode, 200);
    assert.equal(await client.next(), "grüße");
    assert.equal(await binary, false);
    assert.deepEqual(stack.eventsOf("sent"), [
      {
        type: "sent",
        api: "chat",
        connectionId: client.id,
        text: "grüße",
        at: Date.UTC(2026, 0, 1),
      },
    ]);
  });

  it("replaces bytes that are not UTF-8", async () => {
    const stack = await start();
    const client = await stack.connect();
    await stack.management().send(post(client.id, new Uint8Array([0x61, 0xff])));
    assert.equal(await client.next(), "a\ufffd");
  });

  it("keeps the order of posts", async () => {
    const stack = await start();
    const client = await stack.connect();
    const management = stack.management();
    for (let index = 0; index < 20; index++) await management.send(post(client.id, `${index}`));
    for (let index = 0; index < 20; index++) assert.equal(await client.next(), `${index}`);
  });

  it("describes a connection", async () => {
    const stack = await start();
    const headers = { "User-Agent": "test" };
    const client = await stack.connect("/dev", [], { headers });
    const command = new GetConnectionCommand({ ConnectionId: client.id });
    await stack.clock.advance(5000);
    client.send({ action: "ping" });
    await client.next();
    await stack.clock.advance(5000);
    const { $metadata, ...connection } = await stack.management().send(command);
    assert.deepEqual(connection, {
      ConnectedAt: new Date(Date.UTC(2026, 0, 1)),
      LastActiveAt: new Date(Date.UTC(2026, 0, 1) + 5000),
      Identity: { SourceIp: "127.0.0.1", UserAgent: "test" },
    });
  });

  it("counts a post as activity", async () => {
    const stack = await start();
    const client = await stack.connect();
    await stack.clock.advance(1000);
    await stack.management().send(post(client.id, "hello"));
    const command = new GetConnectionCommand({ ConnectionId: client.id });
    const { LastActiveAt } = await stack.management().send(command);
    assert.equal(LastActiveAt?.getTime(), Date.UTC(2026, 0, 1) + 1000);
  });

  it("deletes a connection, which is gone at once", async () => {
    const stack = await start();
    const client = await stack.connect();
    const management = stack.management();
    const command = new DeleteConnectionCommand({ ConnectionId: client.id });
    // A client that does not read cannot answer the close frame yet.
    client.socket.pause();
    const { $metadata } = await management.send(command);
    assert.equal($metadata.httpStatusCode, 204);
    await assert.rejects(management.send(post(client.id, "late")), { name: "GoneException" });
    await assert.rejects(management.send(command), { name: "GoneException" });
    client.socket.resume();
    assert.deepEqual(await client.closed, { code: 1000, reason: "" });
  });

  it("cuts off a client that does not answer its close frame", async () => {
    const stack = await start();
    const client = await stack.connect();
    client.socket.pause();
    const command = new DeleteConnectionCommand({ ConnectionId: client.id });
    await stack.management().send(command);
    assert.equal(stack.gateway.connections.size, 1);
    await stack.clock.advance(1000);
    assert.equal(stack.gateway.connections.size, 0);
  });

  it("is gone for an unknown id, a closed one, and one of another stage", async () => {
    const stack = await start();
    const client = await stack.connect();
    const management = stack.management();
    await client.close();
    for (const id of ["unknown=", client.id]) {
      await assert.rejects(management.send(post(id, "hello")), (error: ServiceError) => {
        assert.deepEqual([error.name, error.$metadata.httpStatusCode], ["GoneException", 410]);
        return true;
      });
    }
    const other = await stack.connect();
    const elsewhere = stack.management("test").send(post(other.id, "hello"));
    await assert.rejects(elsewhere, { name: "ForbiddenException" });
  });

  it("answers 400 for what cannot be a connection id (observed on AWS)", async () => {
    const stack = await start();
    const { id } = await stack.connect();
    for (const odd of [`${id}test`, "a b", "a.b"]) {
      await assert.rejects(stack.management().send(post(odd, "hello")), (error: ServiceError) => {
        assert.deepEqual(
          [error.name, error.$metadata.httpStatusCode, error.message],
          ["BadRequestException", 400, `Invalid connectionId: ${odd}`],
        );
        return true;
      });
    }
  });

  it("takes 128 KB and no more", async () => {
    const stack = await start();
    const client = await stack.connect();
    const management = stack.management();
    const largest = "x".repeat(MAX_MESSAGE_BYTES);
    await management.send(post(client.id, largest));
    assert.equal(await client.next(), largest);
    await assert.rejects(management.send(post(client.id, `${largest}x`)), {
      name: "PayloadTooLargeException",
      message: "Message length exceeds 131072 bytes",
    });
  });

  it("refuses posts to a slow client until it has read", async () => {
    const stack = await start();
    const client = await stack.connect();
    const management = stack.management();
    client.socket.pause();
    const large = "x".repeat(MAX_MESSAGE_BYTES);
    let accepted = 0;
    const fill = async () => {
      for (;;) {
        await management.send(post(client.id, large));
        accepted++;
      }
    };
    await assert.rejects(fill(), { name: "LimitExceededException" });
    assert.ok(accepted * MAX_MESSAGE_BYTES > CLIENT_BUFFER_BYTES);
    client.socket.resume();
    for (let index = 0; index < accepted; index++) await client.next();
    await management.send(post(client.id, "back"));
    assert.equal(await client.next(), "back");
  });

  it("refuses an unsigned request, an unknown method and an unknown path", async () => {
    const stack = await start();
    const client = await stack.connect();
    const address = `http://127.0.0.1:${stack.port}/dev/@connections/${encodeURIComponent(client.id)}`;
    const unsigned = await fetch(address, { method: "POST", body: "hello" });
    assert.equal(unsigned.status, 403);
    assert.equal(unsigned.headers.get("x-amzn-errortype"), "MissingAuthenticationTokenException");
    assert.deepEqual(await unsigned.json(), { message: "Missing Authentication Token" });
    const headers = {
      Authorization: "AWS4-HMAC-SHA256 Credential=AKIATEST/20260101/x, Signature=0",
    };
    const put = await fetch(address, { method: "PUT", headers, body: "hello" });
    assert.equal(put.status, 403);
    const root = await fetch(address.replace("/dev/", "/"), { method: "POST", headers });
    assert.equal(root.status, 403);
    assert.deepEqual(stack.eventsOf("sent"), []);
  });

  it("survives a caller that goes away in the middle of a post", async () => {
    const stack = await start();
    const client = await stack.connect();
    const socket = connectTcp(stack.port, "127.0.0.1");
    const path = `/dev/@connections/${encodeURIComponent(client.id)}`;
    socket.write(`POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n\r\nhello`);
    await once(socket, "connect");
    socket.destroy();
    await stack.management().send(post(client.id, "next"));
    assert.equal(await client.next(), "next");
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { randomId } from "../../../local/gateway/request-context.ts";
import { api, lambda, ping, route } from "./resources.ts";
import { Stack, stopStacks } from "./support.ts";

describe("gateway: what is agreed on in a handshake", () => {
  afterEach(stopStacks);

  it("takes an address of 4096 characters and no more (the status 414 is unconfirmed on AWS)", async () => {
    const stack = await Stack.start([...api(), ...ping()]);
    const longest = `/dev?token=${"x".repeat(4096 - "/dev?token=".length)}`;
    await stack.connect(longest);
    const { status, body } = await stack.refused(`${longest}x`);
    assert.deepEqual([status, body], [414, { message: "URI Too Long" }]);
  });

  it("negotiates no extension, though the client offers compression", async () => {
    const stack = await Stack.start([...api(), ...ping()]);
    const socket = stack.dial("/dev", [], { perMessageDeflate: true });
    const [[response]] = await Promise.all([once(socket, "upgrade"), once(socket, "open")]);
    assert.equal(response.statusCode, 101);
    assert.equal(response.headers["sec-websocket-extensions"], undefined);
    assert.equal(socket.extensions, "");
  });

  it("makes ids of the form that AWS makes", async () => {
    const connect = lambda("connect");
    const stack = await Stack.start(
      [...api(), connect, ...route("$connect", connect)],
      {
        connect: () => ({ statusCode: 200 }),
      },
      { newId: randomId },
    );
    await stack.connect();
    const { connectionId, requestId, extendedRequestId } = (
      await stack.function("connect").nextCall()
    ).requestContext;
    for (const id of [connectionId, requestId]) assert.match(id, /^[A-Za-z0-9_-]{15}=$/);
    assert.notEqual(connectionId, requestId);
    assert.equal(extendedRequestId, requestId);
  });
});

import assert from "node:assert/strict";
import { once } from "node:events";
import { api, lambda, route } from "./resources.ts";
import { Stack, stopStacks } from "./support.ts";

/** A stack whose $connect function answers with these headers. */
function start(headers: Record<string, string>): Promise<Stack> {
  const integration = lambda("connect");
  return Stack.start([...api(), integration, ...route("$connect", integration)], {
    connect: () => ({ statusCode: 200, headers }),
  });
}

describe("gateway: subprotocol", () => {
  afterEach(stopStacks);

  it("is answered as $connect chose it", async () => {
    const stack = await start({ "sec-websocket-protocol": "room.v1" });
    const client = await stack.connect("/dev", ["room.v1", "bearer.abc"]);
    assert.equal(client.socket.protocol, "room.v1");
  });

  it("is not answered by itself, so that the client fails", async () => {
    const stack = await start({});
    const [error] = await once(stack.dial("/dev", ["room.v1"]), "error");
    assert.equal(error.message, "Server sent no subprotocol");
  });

  it("is passed on even if it was not offered", async () => {
    const stack = await start({ "Sec-WebSocket-Protocol": "other" });
    const [invalid] = await once(stack.dial("/dev", ["room.v1"]), "error");
    assert.equal(invalid.message, "Server sent an invalid subprotocol");
    const [unasked] = await once(stack.dial("/dev"), "error");
    assert.equal(unasked.message, "Server sent a subprotocol but none was requested");
  });

  it("is the only header that is forwarded", async () => {
    const stack = await start({ "Sec-WebSocket-Protocol": "room.v1", "X-Other": "1" });
    const [response] = await once(stack.dial("/dev", ["room.v1"]), "upgrade");
    assert.equal(response.headers["sec-websocket-protocol"], "room.v1");
    assert.equal(response.headers["x-other"], undefined);
  });

  it("is refused when it would break the header", async () => {
    const stack = await start({ "Sec-WebSocket-Protocol": "a\r\nX-Other: 1" });
    assert.equal((await stack.refused()).status, 502);
  });
});

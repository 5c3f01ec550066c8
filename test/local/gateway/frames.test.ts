import assert from "node:assert/strict";
import { once } from "node:events";
import { PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import { MAX_FRAME_BYTES, MAX_MESSAGE_BYTES } from "../../../local/gateway/quotas.ts";
import { CONTINUATION, clientFrame, endRawClients, PING, RawClient, TEXT } from "./raw-client.ts";
import { api, lambda, ping, route } from "./resources.ts";
import { type Client, Stack, stopStacks } from "./support.ts";

/** A stack whose $default route answers with the size of the message. */
function start(): Promise<Stack> {
  const size = lambda("size");
  const left = lambda("left");
  const routes = [...route("$default", size, { twoWay: true }), ...route("$disconnect", left)];
  return Stack.start([...api(), size, left, ...routes, ...ping()], {
    size: ({ body }) => ({ statusCode: 200, body: `${body.length}` }),
    left: () => ({ statusCode: 200 }),
  });
}

/** Sends one message in frames of these sizes. */
function sendFrames({ socket }: Client, sizes: number[]): void {
  sizes.forEach((size, index) => {
    socket.send("x".repeat(size), { fin: index === sizes.length - 1 });
  });
}

describe("gateway: frames", () => {
  afterEach(async () => {
    endRawClients();
    await stopStacks();
  });

  const taken: [string, number[]][] = [
    ["one frame of 32 KB", [MAX_FRAME_BYTES]],
    ["128 KB in four frames", Array(4).fill(MAX_FRAME_BYTES)],
    ["many small frames", Array(100).fill(1000)],
    ["an empty last frame", [MAX_FRAME_BYTES, 0]],
  ];
  for (const [what, sizes] of taken) {
    it(`takes a message of ${what}`, async () => {
      const stack = await start();
      const client = await stack.connect();
      sendFrames(client, sizes);
      sendFrames(client, [5]);
      assert.equal(await client.next(), `${sizes.reduce((sum, size) => sum + size)}`);
      assert.equal(await client.next(), "5");
    });
  }

  const refused: [string, number[]][] = [
    ["a frame of one byte more than 32 KB", [MAX_FRAME_BYTES + 1]],
    ["a later frame of more than 32 KB", [10, MAX_FRAME_BYTES + 1]],
    ["128 KB in one frame", [MAX_MESSAGE_BYTES]],
    ["more than 64 KB in one frame", [70_000]],
    ["one byte more than 128 KB in small frames", [...Array(4).fill(MAX_FRAME_BYTES), 1]],
  ];
  for (const [what, sizes] of refused) {
    it(`closes with 1009 for ${what}, and routes nothing of it`, async () => {
      const stack = await start();
      const client = await stack.connect();
      sendFrames(client, sizes);
      assert.equal((await client.closed).code, 1009);
      const { requestContext } = await stack.function("left").nextCall();
      assert.equal(requestContext.disconnectStatusCode, 1009);
      assert.deepEqual(stack.eventsOf("received"), []);
    });
  }

  it("finds the sizes whatever packets they come in", async () => {
    const stack = await start();
    const client = await RawClient.connect(stack.port);
    const message = Buffer.concat([
      clientFrame(TEXT, "x".repeat(200), { fin: false }),
      clientFrame(PING, "inside"),
      clientFrame(CONTINUATION, "x".repeat(70)),
    ]);
    for (const byte of message) await client.write(Buffer.from([byte]));
    assert.equal((await client.nextFrame()).payload.toString(), "inside");
    assert.equal((await client.nextFrame()).payload.toString(), "270");
    // The announcement is enough.
    const large = clientFrame(TEXT, "x".repeat(MAX_FRAME_BYTES + 1));
    for (const byte of large.subarray(0, 4)) await client.write(Buffer.from([byte]));
    const { opcode, payload } = await client.nextFrame();
    assert.deepEqual([opcode, payload.readUInt16BE(0)], [8, 1009]);
  });

  it("splits a post above 32 KB into frames of 32 KB at most (unconfirmed on AWS)", async () => {
    const stack = await start();
    const client = await RawClient.connect(stack.port);
    const [id] = [...stack.gateway.connections.keys()];
    // Two bytes a character: frames may end within one.
    const text = `x${"é".repeat(MAX_FRAME_BYTES)}`;
    const command = new PostToConnectionCommand({ ConnectionId: id, Data: Buffer.from(text) });
    await stack.management().send(command);
    const frames = [await client.nextFrame(), await client.nextFrame(), await client.nextFrame()];
    assert.deepEqual(
      frames.map(({ opcode, fin, payload }) => [opcode, fin, payload.length]),
      [
        [TEXT, false, MAX_FRAME_BYTES],
        [CONTINUATION, false, MAX_FRAME_BYTES],
        [CONTINUATION, true, 1],
      ],
    );
    assert.equal(Buffer.concat(frames.map(({ payload }) => payload)).toString(), text);
  });

  it("answers a ping frame with a pong frame of the same payload", async () => {
    const stack = await start();
    const client = await stack.connect();
    const pong = once(client.socket, "pong");
    client.socket.ping("are you there");
    assert.equal((await pong)[0].toString(), "are you there");
    assert.deepEqual(stack.eventsOf("received"), []);
  });

  const broken: [string, Buffer, number][] = [
    ["a frame without mask", Buffer.from([0x81, 1, 0x78]), 1002],
    ["a compressed frame", Buffer.from([0xc1, 0x81, 0, 0, 0, 0, 0x78]), 1002],
    ["text that is not UTF-8", Buffer.from([0x81, 0x81, 0, 0, 0, 0, 0xff]), 1007],
  ];
  for (const [what, bytes, code] of broken) {
    it(`closes with ${code} for ${what}`, async () => {
      const stack = await start();
      const client = await RawClient.connect(stack.port);
      await client.write(bytes);
      const { opcode, payload } = await client.nextFrame();
      assert.deepEqual([opcode, payload.readUInt16BE(0)], [8, code]);
      endRawClients();
      const { requestContext } = await stack.function("left").nextCall();
      assert.equal(requestContext.disconnectStatusCode, code);
    });
  }
});

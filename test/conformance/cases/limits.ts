import assert from "node:assert/strict";
import { once } from "node:events";
import { PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import type { Case } from "../case.ts";
import type { Client } from "../client.ts";
import { assertAnswers, assertErrorFrame, closeCodes, named } from "../frames.ts";
import { assumed, pages } from "../sources.ts";

const kilobyte = 1024;
const frameLimit = 32 * kilobyte;
const messageLimit = 128 * kilobyte;
const protocol = assumed("RFC 6455");
/** How the client closes that did nothing of its own. */
const tooLarge = 1009;

/** What a message may be. */
export const cases: Case[] = [
  {
    id: "frame-of-32-kilobytes",
    area: "limits",
    title: "A frame of 31 KB is taken; one of 33 KB ends the connection with 1009.",
    sources: [pages.messages, pages.quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const text = sized(31 * kilobyte);
      client.send(text);
      assert.equal(await client.next(), text);
      client.send(sized(33 * kilobyte));
      assert.equal((await client.closed).code, tooLarge);
    },
  },
  {
    id: "frame-of-32-kilobytes-exactly",
    area: "limits",
    title: "32 KB are 32 768 bytes of a frame's payload.",
    sources: [pages.quotas, assumed("that the kilobytes are binary, and exact")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      client.send(sized(frameLimit));
      assert.equal((await client.next()).length, frameLimit);
      client.send(sized(frameLimit + 1));
      assert.equal((await client.closed).code, tooLarge);
    },
  },
  {
    id: "frame-is-counted-in-bytes",
    area: "limits",
    title: "A frame is counted in bytes of UTF-8: 20 000 characters of two bytes are too many.",
    sources: [pages.messages, protocol],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      client.send("é".repeat(20_000));
      assert.equal((await client.closed).code, tooLarge);
    },
  },
  {
    id: "message-of-128-kilobytes",
    area: "limits",
    title:
      "A message of 120 KB in four frames is taken as one; one of 150 KB ends the connection with 1009.",
    sources: [pages.messages, pages.quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      const text = sized(120 * kilobyte, "enqueue");
      client.sendInFrames(parts(text, 4));
      assert.match((await client.nextJson()).queued, /./);
      assert.equal((await target.mail("rendered", name)).Body, text);
      client.sendInFrames(parts(sized(150 * kilobyte, "enqueue"), 5));
      assert.equal((await client.closed).code, tooLarge);
    },
  },
  {
    id: "message-of-128-kilobytes-exactly",
    area: "limits",
    title: "128 KB are 131 072 bytes of a message.",
    sources: [pages.quotas, assumed("that the kilobytes are binary, and exact")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      client.sendInFrames(parts(sized(messageLimit, "enqueue"), 4));
      assert.match((await client.nextJson()).queued, /./);
      assert.equal((await target.mail("rendered", name)).Body?.length, messageLimit);
      client.sendInFrames(parts(sized(messageLimit + 1, "enqueue"), 5));
      assert.equal((await client.closed).code, tooLarge);
    },
  },
  {
    id: "frames-make-one-message",
    area: "limits",
    title: "Frames of any size make one message, also where one ends inside of a character.",
    sources: [pages.quotas, protocol],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const text = '{"action":"echo","text":"é 日 😀"}';
      const bytes = Buffer.from(text);
      client.sendInFrames(Array.from(bytes, (byte) => Buffer.of(byte)));
      assert.equal(await client.next(), text);
      client.sendInFrames([bytes.subarray(0, 5), Buffer.alloc(0), bytes.subarray(5)]);
      assert.equal(await client.next(), text);
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "binary-frame-closes",
    area: "limits",
    title: "A binary frame ends the connection with 1003, and goes to no route.",
    sources: [pages.messages],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      client.sendBinary(Buffer.from('{"action":"echo"}'));
      assert.equal((await client.closed).code, 1003);
      await target.report(name, "disconnect");
      assert.deepEqual(await target.reported(name), ["authorizer"]);
      assert.deepEqual(client.unread, []);
    },
  },
  {
    id: "large-message-goes-to-no-route",
    area: "limits",
    title: "A message that is too large goes to no route, and neither does what comes after it.",
    sources: [pages.messages, pages.quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      client.send(sized(33 * kilobyte));
      client.send({ action: "echo" });
      assert.equal((await client.closed).code, tooLarge);
      await target.report(name, "disconnect");
      assert.deepEqual(await target.reported(name), ["authorizer"]);
    },
  },
  {
    id: "faulty-frames-close",
    area: "limits",
    title:
      "Text that is not UTF-8 ends the connection with 1007, a frame without a mask with 1002.",
    sources: [protocol],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const faults: [frame: number[], code: number][] = [
        [[0x81, 0x81, 0, 0, 0, 0, 0xff], 1007],
        [[0x81, 0x01, 0x61], 1002],
        [[0xf1, 0x80, 0, 0, 0, 0], 1002],
      ];
      for (const [frame, code] of faults) {
        const client = await target.open();
        client.sendRaw(Buffer.from(frame));
        assert.equal((await client.closed).code, code);
      }
    },
  },
  {
    id: "ping-frame-is-answered",
    area: "limits",
    title: "A ping frame is answered by a pong frame with the same content, and goes to no route.",
    sources: [protocol],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { name, client } = await named(target);
      client.socket.ping("are you there?");
      const [content] = await once(client.socket, "pong");
      assert.equal(String(content), "are you there?");
      assert.deepEqual(await target.reported(name), ["authorizer"]);
    },
  },
  {
    id: "large-answer",
    area: "limits",
    title:
      "An answer of a function of 100 KB arrives whole; instead of one over 128 KB comes an error.",
    sources: [pages.quotas, assumed("which of the two comes, and that the connection stays")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      client.send({ action: "echo", do: "large", length: 100 * kilobyte });
      assert.equal((await client.next()).length, 100 * kilobyte);
      const frame = await client.ask({ action: "echo", do: "large", length: messageLimit + 1 });
      assertErrorFrame(frame, "Internal server error");
      await assertAnswers(client);
    },
  },
  {
    id: "messages-of-the-client-keep-it",
    area: "limits",
    title:
      "A message from the client begins the ten idle minutes anew, also one that is not answered.",
    sources: [pages.quotas, closeCodes],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      for (let count = 0; count < 2; count++) {
        await target.clock.advance(599_000);
        client.send({ action: "silent-mock" });
        await target.clock.settle();
      }
      await endsAfter(client, 600_000, target.clock);
    },
  },
  {
    id: "posts-to-the-client-keep-it",
    area: "limits",
    title: "A message to the client begins the ten idle minutes anew.",
    sources: [pages.quotas, closeCodes],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const { client, id } = await named(target);
      const management = target.management(target.outputs.stages.main.management);
      for (let count = 0; count < 2; count++) {
        await target.clock.advance(599_000);
        await management.send(new PostToConnectionCommand({ ConnectionId: id, Data: "news" }));
        assert.equal(await client.next(), "news");
      }
      await endsAfter(client, 600_000, target.clock);
    },
  },
  {
    id: "ping-frames-do-not-keep-it",
    area: "limits",
    title: "A ping frame is no message: the ten idle minutes go on.",
    sources: [
      pages.quotas,
      assumed("AWS does not say so; clients that rely on it are warned here"),
    ],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      await target.clock.advance(500_000);
      client.socket.ping();
      await once(client.socket, "pong");
      await endsAfter(client, 100_000, target.clock);
    },
  },
  {
    id: "two-hours-at-most",
    area: "limits",
    title: "A connection that is never idle ends after two hours with 1001.",
    sources: [pages.quotas, closeCodes],
    where: "laptop clock",
    stack: "fixture",
    async run(target) {
      const client = await target.open();
      const step = 9 * 60_000;
      for (let count = 0; count < 13; count++) {
        await target.clock.advance(step);
        await assertAnswers(client);
      }
      await endsAfter(client, 7_200_000 - 13 * step, target.clock);
    },
  },
];

/** A message for a route, of that many bytes. */
function sized(bytes: number, action = "echo"): string {
  const empty = JSON.stringify({ action, filler: "" });
  return JSON.stringify({ action, filler: "x".repeat(bytes - empty.length) });
}

/** A text in so many parts of about the same length. */
function parts(text: string, count: number): string[] {
  const length = Math.ceil(text.length / count);
  return Array.from({ length: count }, (_, index) =>
    text.slice(index * length, (index + 1) * length),
  );
}

/** Fails unless the connection ends with 1001 in the last second of this time. */
async function endsAfter(
  client: Client,
  milliseconds: number,
  clock: { advance(milliseconds: number): Promise<void> },
): Promise<void> {
  await clock.advance(milliseconds - 1000);
  assert.ok(client.isOpen);
  await clock.advance(1000);
  assert.equal((await client.closed).code, 1001);
}

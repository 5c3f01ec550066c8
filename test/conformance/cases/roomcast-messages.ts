import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { RoomFrames } from "../room-frames.ts";
import { assumed, gatewayGuide, observed, pages, queueGuide, serviceModel } from "../sources.ts";
import type { RoomcastTarget } from "../target.ts";

const sendMessage = serviceModel("sqs", "SendMessage");
const statusSelection = observed("aws-cdk integ.aws.ts: a status chooses the response");
const deduplication = queueGuide(
  "using the message deduplication ID",
  "using-messagededuplicationid-property",
);
const mock = gatewayGuide("mock integrations", "apigateway-websocket-api-mock-integration");

/** What Roomcast's routes rest on: templates, SQS and its refusals, as its clients see them. */
export const cases: Case[] = [
  {
    id: "roomcast-acknowledges",
    area: "responses",
    title:
      "Roomcast's ack is sent when SQS has taken the message, and has the id under which it is then delivered.",
    sources: [pages.responses, statusSelection],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const client = await join(target, "alice", target.unique());
      const before = target.now();
      client.send({ action: "message", data: { a: [1, "é"] } });
      const [ack, message] = [await client.take("ack"), await client.take("message")];
      assert.match(ack.requestId, /./);
      assert.equal(message.requestId, ack.requestId);
      assert.deepEqual([message.from, message.data], ["alice", { a: [1, "é"] }]);
      assert.ok(Math.abs(message.at - before) < 60_000);
    },
  },
  {
    id: "roomcast-ping",
    area: "responses",
    title: "Roomcast's ping is a MOCK, whose answer has the time of the request in milliseconds.",
    sources: [mock, pages.variables],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const client = await join(target, "alice", target.unique());
      client.send({ action: "ping" });
      const { at, ...rest } = await client.take("pong");
      assert.deepEqual(rest, { type: "pong" });
      assert.ok(Math.abs(at - target.now()) < 60_000);
    },
  },
  {
    id: "roomcast-refuses-who-may-not-publish",
    area: "responses",
    title:
      "An action that SQS does not know is a 400, and takes the response for 4xx: 4101 to who may not publish.",
    sources: [statusSelection, sendMessage],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const listener = await listen(target, room);
      const member = await join(target, "bob", room);
      for (const frame of [{ action: "message", data: "quietly" }, "any text"]) {
        listener.send(frame);
        const { code, requestId } = await listener.take("error");
        assert.equal(code, 4101);
        assert.match(requestId, /./);
      }
      member.send({ action: "message", data: "last" });
      assert.equal((await member.take("message")).data, "last");
      assert.equal((await listener.take("message")).data, "last");
    },
  },
  {
    id: "roomcast-text-that-sqs-refuses",
    area: "responses",
    title:
      "Characters that XML 1.0 does not have are no message to SQS: InvalidMessageContents, and 4102 to the client.",
    sources: [sendMessage, statusSelection],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const client = await join(target, "alice", target.unique());
      for (const text of ["\u0001", "before\u0000after", "\ufffe", "\u001b[0m", "\u000b"]) {
        client.send(text);
        assert.equal((await client.take("error")).code, 4102, JSON.stringify(text));
      }
      client.send("\t\r\n \u0085\ud7ff\ue000\ufffd\u{10000}\u{10ffff}");
      assert.equal(
        (await client.take("message")).data,
        "\t\r\n \u0085\ud7ff\ue000\ufffd\u{10000}\u{10ffff}",
      );
    },
  },
  {
    id: "roomcast-empty-text",
    area: "responses",
    title: "An empty text is a message without a body to SQS: refused, and 4102 to the client.",
    sources: [sendMessage, assumed("that an empty text frame comes to a route at all")],
    where: "unconfirmed",
    stack: "roomcast",
    async run(target) {
      const client = await join(target, "alice", target.unique());
      client.send("");
      assert.equal((await client.take("error")).code, 4102);
    },
  },
  {
    id: "roomcast-errors-of-the-worker",
    area: "messages",
    title:
      "What is wrong with a message that was queued the worker tells its sender alone, through the management API.",
    sources: [serviceModel("apigatewaymanagementapi", "PostToConnection"), pages.routes],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const sender = await join(target, "alice", room);
      const other = await join(target, "bob", room);
      for (const [frame, expected] of [
        [{ action: "message" }, 4103],
        [{ action: "message", data: "x".repeat(25 * 1024) }, 4104],
        [{ action: "message", id: "not valid!", data: 1 }, 4106],
      ] as const) {
        sender.send(frame);
        assert.equal((await sender.take("error")).code, expected);
      }
      sender.send({ action: "message", data: "good" });
      assert.equal((await other.take("message")).data, "good");
      assert.ok(!other.untaken.includes("error"));
    },
  },
  {
    id: "roomcast-group-is-the-authorizers",
    area: "templates",
    title:
      "The group of a message is the room of the authorizer's context, whatever the message says of groups and rooms.",
    sources: [
      pages.variables,
      observed("templates in circulation, where the client chooses its group"),
    ],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const [room, victim] = [target.unique(), target.unique()];
      const sender = await join(target, "alice", room);
      const other = await join(target, "bob", victim);
      const texts = [
        `x&MessageGroupId=${victim}`,
        `{"MessageGroupId":"${victim}","room":"${victim}","action":"x&MessageGroupId=${victim}"}`,
        `&MessageAttribute.1.Name=kind&MessageAttribute.1.Value.StringValue=x`,
      ];
      for (const text of texts) {
        sender.send(text);
        const { data, room: where } = await sender.take("message");
        assert.deepEqual([data, where], [text, room]);
      }
      const id = `x&MessageGroupId=${victim}`;
      sender.send({ action: "message", id, data: 1, room: victim });
      assert.equal((await sender.take("error")).code, 4106);
      other.send("the first that comes here");
      assert.equal((await other.take("message")).data, "the first that comes here");
    },
  },
  {
    id: "roomcast-bodies-are-safe",
    area: "templates",
    title:
      "Whatever stands in a message arrives as it was: signs of the form's, of templates and of JSON.",
    sources: [pages.variables, observed("templates in circulation, which do not encode")],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const client = await join(target, "alice", target.unique());
      for (const text of [
        "a+b %26 &c=d&e",
        "100% %zz %",
        "$context.requestId $util.urlEncode('a') #if(true)x#end ## #* *#",
        '{"broken": ',
        "\\' \\\" \\u0041 ' \"",
        "grüße 日本 😀 \u2028",
        " leading and trailing \n",
        '{"action":"unknown","data":1}',
      ]) {
        client.send(text);
        assert.equal((await client.take("message")).data, text);
        client.send({ action: "message", data: { text } });
        assert.deepEqual((await client.take("message")).data, { text });
      }
    },
  },
  {
    id: "roomcast-id-is-sent-once",
    area: "templates",
    title:
      "A deduplication id made of the user and the message's id: the same twice is delivered once, another user's is another.",
    sources: [deduplication, pages.variables],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const [alice, bob] = [await join(target, "alice", room), await join(target, "bob", room)];
      const frame = { action: "message", id: "same", data: "once" };
      alice.send(frame);
      const [ack, message] = [await alice.take("ack"), await alice.take("message")];
      assert.deepEqual([message.data, message.requestId], ["once", ack.requestId]);
      alice.send({ ...frame, data: "not delivered" });
      const again = await alice.take("ack");
      assert.notEqual(again.requestId, ack.requestId);
      bob.send({ ...frame, data: "bob's own" });
      const { data, from, id } = await alice.take("message");
      assert.deepEqual([data, from, id], ["bob's own", "bob", "same"]);
    },
  },
  {
    id: "roomcast-order",
    area: "messages",
    title:
      "Messages that wait for the acknowledgement of the one before come to everybody in their order.",
    sources: [queueGuide("FIFO delivery logic", "FIFO-queues-understanding-logic")],
    where: "anywhere",
    stack: "roomcast",
    async run(target) {
      const room = target.unique();
      const [sender, reader] = [await join(target, "alice", room), await join(target, "bob", room)];
      for (let number = 0; number < 8; number++) {
        sender.send({ action: "message", data: number });
        await sender.take("ack");
      }
      const sequence: string[] = [];
      for (let number = 0; number < 8; number++) {
        const { data, seq } = await reader.take("message");
        assert.equal(data, number);
        sequence.push(seq);
      }
      assert.deepEqual(sequence.toSorted(), sequence);
      assert.equal(new Set(sequence).size, 8);
    },
  },
  {
    id: "roomcast-deep-message",
    area: "templates",
    title: "A message that nests deeper than 400 levels fails in a template that reads it.",
    sources: [assumed("json-smart, whose text of lists API Gateway prints, stops there")],
    where: "unconfirmed",
    stack: "roomcast",
    async run(target) {
      const client = await join(target, "alice", target.unique());
      const deep = `${"[".repeat(500)}${"]".repeat(500)}`;
      client.send(`{"action":"message","data":${deep}}`);
      assert.equal((await client.take(undefined)).message, "Internal server error");
    },
  },
];

async function join(target: RoomcastTarget, user: string, room: string): Promise<RoomFrames> {
  return new RoomFrames(await target.join(user, room));
}

/** Joins with a token that may subscribe only. */
async function listen(target: RoomcastTarget, room: string): Promise<RoomFrames> {
  const token = await target.token("carol", { [room]: ["subscribe"] });
  const client = await target.connect(target.outputs.url, {
    query: { room_id: room },
    headers: { Authorization: `Bearer ${token}` },
  });
  const frames = new RoomFrames(client);
  await frames.take("welcome");
  return frames;
}

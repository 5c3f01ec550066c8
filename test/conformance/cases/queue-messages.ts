import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import type { Case } from "../case.ts";
import { QueueUser } from "../queue-user.ts";
import { refusalOf } from "../refusal.ts";
import { observed, queueGuide, serviceModel } from "../sources.ts";

const sendMessage = serviceModel("sqs", "SendMessage");
const metadata = queueGuide("message metadata", "sqs-message-metadata");
const quotas = queueGuide("message quotas", "quotas-messages");
const seenCodes = observed("error codes in answers of SQS, of the SDKs' issues");

const limitBytes = 1_048_576;
const text = (StringValue: string): MessageAttributeValue => ({ DataType: "String", StringValue });
const invalid = ["InvalidParameterValue", 400];

/** What a message may consist of. */
export const cases: Case[] = [
  {
    id: "body-characters",
    area: "queue",
    title: "Every character of XML 1.0 comes back as it was sent.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const body = "\t\n\r &<>\"'\\ é\u{85}\u{2028}\u{D7FF}\u{E000}\u{FFFD}\u{10000}🙂\u{10FFFF} ";
      await queue.send(body);
      assert.equal((await queue.consume(1))[0]?.Body, body);
    },
  },
  {
    id: "body-characters-that-are-refused",
    area: "queue",
    title: "Characters that XML 1.0 does not have are refused with InvalidMessageContents.",
    sources: [sendMessage],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      for (const character of ["\0", "\b", "\v", "\u{1F}", "\u{FFFE}", "\u{FFFF}"]) {
        const refusal = await refusalOf(queue.send(`a${character}b`));
        assert.deepEqual(refusal, ["InvalidMessageContents", 400], JSON.stringify(character));
      }
    },
  },
  {
    id: "body-is-needed",
    area: "queue",
    title: "A message with an empty body is refused with MissingParameter.",
    sources: [sendMessage, seenCodes],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const refusal = await refusalOf(new QueueUser(target, "plain").send(""));
      assert.deepEqual(refusal, ["MissingParameter", 400]);
    },
  },
  {
    id: "message-size",
    area: "queue",
    title:
      "A message may have 1 MiB, with the names, types and values of its attributes, and not a byte more.",
    sources: [sendMessage, quotas],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const room = limitBytes - Buffer.byteLength(`caseString${queue.name}`);
      // Two bytes each.
      const body = "é".repeat(Math.floor(room / 2)).concat(room % 2 === 1 ? "x" : "");
      await queue.send(body);
      assert.equal((await queue.consume(1))[0]?.Body, body);
      assert.deepEqual(await refusalOf(queue.send(`${body}x`)), invalid);
    },
  },
  {
    id: "attributes-come-back",
    area: "queue",
    title: "Attributes of every type come back as they were sent, with their own types.",
    sources: [metadata],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const sent: Record<string, MessageAttributeValue> = {
        text: text("two words & é"),
        typed: { DataType: "String.json", StringValue: "{}" },
        number: { DataType: "Number.int", StringValue: "+007.50" },
        "bytes_1.a-b": { DataType: "Binary", BinaryValue: new Uint8Array([0, 1, 255]) },
      };
      await queue.send("text", { MessageAttributes: sent });
      const { case: _, ...received } = (await queue.consume(1))[0]?.MessageAttributes ?? {};
      assert.deepEqual(received, sent);
    },
  },
  {
    id: "attributes-are-asked-for",
    area: "queue",
    title: "Only those attributes are received that are asked for, by name or by prefix.",
    sources: [serviceModel("sqs", "ReceiveMessage")],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const attributes = { "a.one": text("1"), "a.two": text("2"), b: text("3") };
      await queue.send("text", { MessageAttributes: attributes });
      for (const [asked, got] of [
        [["case"], ["case"]],
        [
          ["case", "a.*"],
          ["a.one", "a.two", "case"],
        ],
        [
          ["case", "b", "none"],
          ["b", "case"],
        ],
      ] as const) {
        const message = await queue.take({
          MessageAttributeNames: [...asked],
          MessageSystemAttributeNames: ["SentTimestamp"],
        });
        assert.deepEqual(Object.keys(message.MessageAttributes ?? {}).toSorted(), got);
        assert.deepEqual(Object.keys(message.Attributes ?? {}), ["SentTimestamp"]);
        await queue.delete(message);
        await queue.send("text", { MessageAttributes: attributes });
      }
      await queue.consume(1);
    },
  },
  {
    id: "number-of-attributes",
    area: "queue",
    title: "A message may have ten attributes.",
    sources: [metadata],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const some = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`a${index}`, text("x")]));
      // One more is the case's own.
      await queue.send("text", { MessageAttributes: some(9) });
      assert.equal(Object.keys((await queue.consume(1))[0]?.MessageAttributes ?? {}).length, 10);
      assert.deepEqual(
        await refusalOf(queue.send("text", { MessageAttributes: some(10) })),
        invalid,
      );
    },
  },
  {
    id: "attributes-that-are-refused",
    area: "queue",
    title: "Attributes with an empty value, another type or a name against the rules are refused.",
    sources: [metadata, sendMessage, seenCodes],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const odd: Record<string, MessageAttributeValue>[] = [
        { a: text("") },
        { a: { DataType: "Binary", BinaryValue: new Uint8Array() } },
        { a: { DataType: "Text", StringValue: "x" } },
        { a: { DataType: "", StringValue: "x" } },
        { a: { DataType: "Number", StringValue: "seven" } },
        { a: text("\v") },
        ...["two words", "é", ".a", "a.", "a..b", "AWS.a", "amazon.a", "x".repeat(257)].map(
          (name) => ({ [name]: text("x") }),
        ),
      ];
      for (const MessageAttributes of odd) {
        const refusal = await refusalOf(queue.send("text", { MessageAttributes }));
        assert.deepEqual(refusal, invalid, JSON.stringify(MessageAttributes));
      }
    },
  },
  {
    id: "digests-of-a-message",
    area: "queue",
    title: "Sender and receiver are told MD5 digests of the body and of the attributes.",
    sources: [metadata],
    where: "anywhere",
    stack: "fixture",
    exclusive: "plain",
    async run(target) {
      const queue = new QueueUser(target, "plain");
      const bytes = Buffer.from([0, 255]);
      const MessageAttributes = {
        "a.bytes": { DataType: "Binary.x", BinaryValue: bytes },
        number: { DataType: "Number", StringValue: "7" },
      };
      const sent = await queue.send("é", { MessageAttributes });
      // Sorted by name; each part with its length in front, and 1 or 2 for text or bytes.
      const part = (value: string | Buffer) => {
        const content = Buffer.from(value as string);
        const length = Buffer.alloc(4);
        length.writeUInt32BE(content.length);
        return [length, content];
      };
      const digest = createHash("md5");
      const encoded = [
        ...[...part("a.bytes"), ...part("Binary.x"), Buffer.from([2]), ...part(bytes)],
        ...[...part("case"), ...part("String"), Buffer.from([1]), ...part(queue.name)],
        ...[...part("number"), ...part("Number"), Buffer.from([1]), ...part("7")],
      ];
      const expected = [
        createHash("md5").update("é").digest("hex"),
        digest.update(Buffer.concat(encoded)).digest("hex"),
      ];
      assert.deepEqual([sent.MD5OfMessageBody, sent.MD5OfMessageAttributes], expected);
      const [received] = await queue.consume(1);
      assert.deepEqual([received?.MD5OfBody, received?.MD5OfMessageAttributes], expected);
    },
  },
];

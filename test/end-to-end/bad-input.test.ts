import assert from "node:assert/strict";
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { exportSPKI, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { Laptop } from "../support/laptop.ts";
import { HandshakeRefused, RoomClient } from "../support/room-client.ts";

const issuer = "https://roomcast.localhost/";
const audience = "roomcast";

describe("bad input", () => {
  let laptop: Laptop;
  let alice: RoomClient;

  before(async function () {
    this.timeout(60_000);
    laptop = await Laptop.start();
    alice = await RoomClient.join(laptop.ready.url, { token: laptop.ready.tokens.alice });
  });

  after(async () => {
    await alice?.close();
    await laptop?.stop();
  });

  describe("in the handshake", () => {
    it("is refused by 401 without a room, before any code", async () => {
      const from = laptop.lines.all.length;
      assert.equal(await statusOf({ token: laptop.ready.tokens.alice, query: "" }), 401);
      assert.equal(await statusOf({ token: laptop.ready.tokens.alice, query: "room_id=" }), 401);
      const lines = laptop.lines.all.slice(from).filter((line) => / log +/.test(line));
      assert.deepEqual(lines, []);
    });

    it("is refused by 401 without a token", async () => {
      assert.equal(await statusOf({}), 401);
      await laptop.lines.find(/no token was sent/);
    });

    it("is refused by 401 for a token that is not to be believed, and says why without it", async () => {
      for (const [name, token, reason] of await forgeries()) {
        const from = laptop.lines.all.length;
        assert.equal(await statusOf({ token }), 401, name);
        const line = await laptop.lines.find(/connection refused/, from);
        assert.match(line, reason, name);
        const printed = laptop.lines.all.slice(from).join("\n");
        for (const part of token.split(".").filter((part) => part !== "")) {
          assert.equal(printed.includes(part), false, `${name}: the log shows the token`);
        }
      }
    }).timeout(30_000);

    it("is refused by 403 for a room that is invalid or not granted", async () => {
      const { alice: token } = laptop.ready.tokens;
      for (const room of [
        "attic",
        "lobby%20",
        "lobby/..",
        "%C3%BC",
        "x".repeat(101),
        "lobby%26MessageGroupId=attic",
      ]) {
        assert.equal(await statusOf({ token, query: `room_id=${room}` }), 403, room);
      }
    });

    it("takes a token among the subprotocols, and answers the protocol only", async () => {
      const protocols = ["roomcast.v1", `bearer.${laptop.ready.tokens.bob}`];
      const bob = await RoomClient.join(laptop.ready.url, { protocols });
      assert.equal(bob.socket.protocol, "roomcast.v1");
      await bob.close();
    });

    async function statusOf(options: Parameters<typeof RoomClient.connect>[1]): Promise<number> {
      try {
        const client = await RoomClient.connect(laptop.ready.url, options);
        await client.close();
        return 101;
      } catch (error) {
        assert.ok(error instanceof HandshakeRefused, String(error));
        return error.status;
      }
    }

    /** Tokens that differ from a good one in one thing. */
    async function forgeries(): Promise<[name: string, token: string, reason: RegExp][]> {
      const jwk = JSON.parse(await readFile(join(laptop.localFolder, "signing-key.json"), "utf8"));
      const key = createPrivateKey({ key: jwk, format: "jwk" });
      const publicPem = await exportSPKI(createPublicKey(key) as never);
      const other = (await generateKeyPair("ES256")).privateKey;
      const now = Math.floor(Date.now() / 1000);
      const good = { iss: issuer, aud: audience, exp: now + 600, sub: "mallory", rooms: ["lobby"] };
      const sign = (change: JWTPayload, by: Parameters<SignJWT["sign"]>[0] = key, alg = "ES256") =>
        new SignJWT({ ...good, ...change }).setProtectedHeader({ alg, kid: "laptop-1" }).sign(by);
      const encode = (part: unknown) => Buffer.from(JSON.stringify(part)).toString("base64url");
      return [
        ["wrong audience", await sign({ aud: "others" }), /ERR_JWT_CLAIM_VALIDATION_FAILED aud/],
        [
          "wrong issuer",
          await sign({ iss: "https://evil.io/" }),
          /ERR_JWT_CLAIM_VALIDATION_FAILED iss/,
        ],
        ["expired", await sign({ exp: now - 60 }), /ERR_JWT_EXPIRED exp/],
        ["not yet valid", await sign({ nbf: now + 600 }), /ERR_JWT_CLAIM_VALIDATION_FAILED nbf/],
        ["another key", await sign({}, other), /ERR_JWS_SIGNATURE_VERIFICATION_FAILED/],
        ["alg none", `${encode({ alg: "none" })}.${encode(good)}.`, /ERR_JO/],
        [
          "public key as secret",
          await sign({}, Buffer.from(publicPem), "HS256"),
          /ERR_JOSE_ALG_NOT_ALLOWED/,
        ],
        ["not a token", "abcdefghij.klmnopqrst.uvwxyz", /ERR_JW/],
      ];
    }
  });

  describe("in a message", () => {
    it("is published as text in the sender's own room, whatever it looks like", async () => {
      const attic = await RoomClient.join(laptop.ready.url, {
        token: await laptop.token("carol", "attic"),
        query: "room_id=attic",
      });
      const hostile = [
        "hello&MessageGroupId=attic",
        '{"MessageGroupId":"attic","action":"&MessageGroupId=attic"}',
        "%26MessageGroupId%3Dattic",
        "x\r\n&MessageGroupId=attic&Action=PurgeQueue",
        '{"action":"$connect"}',
        "#set($context.authorizer.room = 'attic')",
        "null",
        "ünïcödé 🎉",
      ];
      for (const text of hostile) {
        alice.send(text);
        await alice.next("ack");
        const { data, room } = await alice.next("message");
        assert.deepEqual({ data, room }, { data: text, room: "lobby" });
      }
      attic.send("only this");
      assert.equal((await attic.next("message")).data, "only this");
      await attic.close();
    }).timeout(20_000);

    it("takes an id for an id only in its right form", async () => {
      for (const id of [
        5,
        "",
        "a b",
        "x&MessageGroupId=attic",
        "x".repeat(65),
        { a: 1 },
        null,
        ["a"],
      ]) {
        alice.send({ action: "message", id, data: 1 });
        const { requestId } = await alice.next("ack");
        const { code, ...error } = await alice.next("error");
        assert.deepEqual(
          [code, error.requestId, error.id],
          [4106, requestId, undefined],
          JSON.stringify(id),
        );
      }
    });

    it("is answered by an error when it can never be delivered", async () => {
      const cases: [frame: string, code: number][] = [
        ['{"action":"message","id":"no-data"}', 4103],
        [JSON.stringify({ action: "message", data: "x".repeat(24 * 1024 - 1) }), 4104],
        ["x".repeat(24 * 1024 - 1), 4104],
      ];
      for (const [frame, code] of cases) {
        alice.send(frame);
        await alice.next("ack");
        assert.equal((await alice.next("error")).code, code);
      }
      alice.send({ action: "message", data: "x".repeat(24 * 1024 - 2) });
      assert.equal(((await alice.next("message")).data as string).length, 24 * 1024 - 2);
      await alice.next("ack");
    }).timeout(20_000);

    it("is answered by the gateway's own error when it is nested too deeply to look into", async () => {
      const nested = "[".repeat(15_000) + "]".repeat(15_000);
      alice.send(`{"action":"message","data":${nested}}`);
      assert.equal((await alice.nextFromGateway()).message, "Internal server error");
    });

    it("is refused by the queue when it is empty or holds control characters", async () => {
      for (const text of ["", "\u0001", "a\u0000b", "\uFFFE"]) {
        alice.send(text);
        assert.equal((await alice.next("error")).code, 4102);
      }
    });

    it("is refused without the right to publish; nothing is queued and the connection stays", async () => {
      const token = await laptop.token("reader", "lobby", "subscribe");
      const reader = await RoomClient.join(laptop.ready.url, { token });
      reader.send("not allowed");
      reader.send({ action: "message", id: "r1", data: "not allowed" });
      assert.equal((await reader.next("error")).code, 4101);
      assert.equal((await reader.next("error")).code, 4101);
      alice.send("allowed");
      assert.equal((await reader.next("message")).data, "allowed");
      assert.equal((await alice.next("message")).data, "allowed");
      await alice.next("ack");
      await reader.close();
    }).timeout(20_000);

    it("is not delivered to who may not subscribe", async () => {
      const token = await laptop.token("sensor", "lobby", "publish");
      const sensor = await RoomClient.join(laptop.ready.url, { token });
      sensor.send({ action: "message", data: 21.5 });
      assert.equal((await alice.next("message")).data, 21.5);
      await sensor.next("ack");
      // What comes later has come after the message would have.
      sensor.send({ action: "message" });
      await sensor.next("error");
      assert.deepEqual(
        sensor.frames.filter(({ type }) => type === "message"),
        [],
      );
      await sensor.close();
    }).timeout(20_000);
  });
});

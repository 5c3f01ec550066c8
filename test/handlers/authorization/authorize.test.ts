import assert from "node:assert/strict";
import { authorize, Unauthorized } from "../../../handlers/lib/authorization/authorize.ts";
import { inlineKeys, KeySetUnreachable } from "../../../handlers/lib/authorization/keys.ts";
import { type Claims, verifyToken } from "../../../handlers/lib/authorization/verifier.ts";
import { hashOf } from "../../../handlers/lib/connection-context.ts";
import type { AuthorizerEvent } from "../../../handlers/lib/gateway-events.ts";
import { noon, noonSeconds, RecordedLog } from "../support.ts";
import {
  audience,
  goodClaims,
  issuer,
  keySet,
  type SigningKey,
  sign,
  signingKey,
} from "./issuer.ts";

const methodArn = "arn:aws:execute-api:eu-west-1:123456789012:api/dev/$connect";

function handshake(room: string | undefined, token?: string): AuthorizerEvent {
  return {
    methodArn,
    headers: token === undefined ? {} : { Authorization: `Bearer ${token}` },
    queryStringParameters: room === undefined ? null : { room_id: room },
    requestContext: { connectionId: "Connection1=", requestId: "request-1" },
  };
}

function policy(Effect: "Allow" | "Deny") {
  return {
    Version: "2012-10-17",
    Statement: [{ Action: "execute-api:Invoke", Effect, Resource: methodArn }],
  };
}

describe("authorize", () => {
  let log: RecordedLog;
  beforeEach(() => {
    log = new RecordedLog();
  });

  const decide = (room: string | undefined, claims: Partial<Claims> = {}) =>
    authorize(handshake(room, "a.b.c"), {
      verify: async () => ({
        subject: "alice",
        expiresAt: noonSeconds,
        rooms: { "*": ["subscribe", "publish"] },
        ...claims,
      }),
      log,
    });
  const refusal = (status: number, reason: string) => ({
    level: "warn",
    event: "connection refused",
    status,
    reason,
    connectionId: "Connection1=",
  });

  it("allows exactly this connection, with the context of every later route", async () => {
    assert.deepEqual(await decide("lobby", { rooms: { lobby: ["publish"] } }), {
      principalId: "alice",
      policyDocument: policy("Allow"),
      context: {
        room: "lobby",
        user: "alice",
        userHash: hashOf("alice"),
        subscribe: "false",
        publish: "true",
        expiresAt: String(noonSeconds),
      },
    });
    assert.deepEqual(log.lines, []);
  });

  it("allows who may only subscribe", async () => {
    const { context } = await decide("news-1", { rooms: { "news-*": ["subscribe"] } });
    assert.equal(context?.["subscribe"], "true");
    assert.equal(context?.["publish"], "false");
  });

  it("makes a token without a subject a user of its own", async () => {
    const { principalId, context } = await decide("lobby", { subject: undefined });
    assert.equal(principalId, "anonymous:Connection1=");
    assert.equal(context?.["user"], "anonymous:Connection1=");
    assert.equal(context?.["userHash"], hashOf("anonymous:Connection1="));
  });

  it("hands the whole token to the verification", async () => {
    const seen: string[] = [];
    const verify = async (token: string) => {
      seen.push(token);
      return { subject: "alice", expiresAt: noonSeconds, rooms: ["lobby"] };
    };
    await authorize(handshake("lobby", "a.b.c"), { verify, log });
    assert.deepEqual(seen, ["a.b.c"]);
  });

  it("answers 401 without a token", async () => {
    const verify = () => assert.fail("there is nothing to verify");
    await assert.rejects(authorize(handshake("lobby"), { verify, log }), new Unauthorized());
    assert.deepEqual(log.lines, [refusal(401, "no token was sent")]);
  });

  it("names 401 as API Gateway wants it", () => {
    assert.equal(new Unauthorized().message, "Unauthorized");
  });

  it("accepts room names of 1 to 100 characters, of every kind that is allowed", async () => {
    for (const room of ["a", "r".repeat(100), "Az09_-.:"]) {
      assert.deepEqual((await decide(room)).policyDocument, policy("Allow"), room);
    }
  });

  const invalidRooms: [title: string, room: string | undefined][] = [
    ["missing", undefined],
    ["empty", ""],
    ["of 101 characters", "r".repeat(101)],
    ["with a space", "a b"],
    ["with a line feed at the end", "lobby\n"],
    ["with a number sign", "lobby#1"],
    ["with a star", "*"],
    ["that ends its parameter", "lobby&MessageGroupId=other"],
    ["with a percent sign", "lobby%26"],
    ["outside ASCII", "löbby"],
  ];
  for (const [title, room] of invalidRooms) {
    it(`answers 403 for a room name ${title}`, async () => {
      assert.deepEqual(await decide(room), {
        principalId: "alice",
        policyDocument: policy("Deny"),
      });
      assert.deepEqual(log.lines, [refusal(403, "the room name is invalid")]);
    });
  }

  for (const rooms of [undefined, {}, { other: ["publish"] }, { lobby: "publish" }, "lobby"]) {
    it(`answers 403 where the rooms claim is ${JSON.stringify(rooms)}`, async () => {
      assert.deepEqual(await decide("lobby", { rooms }), {
        principalId: "alice",
        policyDocument: policy("Deny"),
      });
      assert.deepEqual(log.lines, [refusal(403, "the token grants nothing in this room")]);
    });
  }

  it("fails otherwise, which is 500, when the keys are out of reach", async () => {
    const verify = () => Promise.reject(new KeySetUnreachable());
    const refused = authorize(handshake("lobby", "a.b.c"), { verify, log });
    await assert.rejects(refused, KeySetUnreachable);
    assert.deepEqual(log.lines, []);
  });

  describe("with real tokens", () => {
    let key: SigningKey;
    before(async () => {
      key = await signingKey("ES256", "key-1");
    });

    const decideOn = (token: string, room = "lobby") =>
      authorize(handshake(room, token), {
        verify: (given) =>
          verifyToken(given, {
            issuer,
            audience: [audience],
            algorithms: ["ES256"],
            keys: inlineKeys(keySet(key)),
            now: () => noon,
          }),
        log,
      });

    it("allows a good one", async () => {
      const { principalId, policyDocument } = await decideOn(await sign(key));
      assert.equal(principalId, goodClaims.sub);
      assert.deepEqual(policyDocument, policy("Allow"));
    });

    const outcomes: [title: string, reason: string, claims: object, room?: string][] = [
      ["a wrong audience", "ERR_JWT_CLAIM_VALIDATION_FAILED aud", { aud: "elsewhere.example" }],
      ["a wrong issuer", "ERR_JWT_CLAIM_VALIDATION_FAILED iss", { iss: "https://evil.example" }],
      ["expiry", "ERR_JWT_EXPIRED exp", { exp: noonSeconds - 7 }],
      ["a subject that is unusable", "sub is not a usable string", { sub: "carol\u0007secret" }],
      ["a subject too long", "sub is longer than 256 bytes", { sub: "carol".repeat(60) }],
      ["a room not granted", "the token grants nothing in this room", {}, "cellar"],
      ["an invalid room", "the room name is invalid", {}, "lobby?"],
    ];
    for (const [title, reason, changed, room] of outcomes) {
      it(`logs ${title}, and neither the token nor what it claims`, async () => {
        const claims: typeof goodClaims = { ...goodClaims, ...changed };
        const token = await sign(key, claims);
        await decideOn(token, room).catch((error) => assert.ok(error instanceof Unauthorized));
        assert.deepEqual(
          log.lines.map((line) => line["reason"]),
          [reason],
        );
        const secrets = [...token.split("."), claims.sub, "carol", claims.iss, claims.aud];
        for (const secret of [...secrets, String(claims.exp), "publish", key.kid]) {
          assert.ok(!log.text.includes(secret), `${secret} is in the log`);
        }
      });
    }

    it("logs a bad signature, and no part of the token", async () => {
      const token = await sign(await signingKey("ES256", "key-1"));
      await assert.rejects(decideOn(token), Unauthorized);
      assert.deepEqual(log.lines, [refusal(401, "ERR_JWS_SIGNATURE_VERIFICATION_FAILED")]);
      for (const part of token.split(".")) {
        assert.ok(!log.text.includes(part));
      }
    });
  });
});

import assert from "node:assert/strict";
import { type CryptoKey, errors, exportJWK } from "jose";
import {
  inlineKeys,
  KeySetUnreachable,
  remoteKeys,
} from "../../../handlers/lib/authorization/keys.ts";
import { noon, RecordedLog } from "../support.ts";
import { keySet, type SigningKey, signingKey } from "./issuer.ts";
import { type KeyServer, serveKeys } from "./key-server.ts";

const input = { payload: "", signature: "" };
const headerFor = ({ algorithm, kid }: SigningKey) => ({ alg: algorithm, kid });
const minute = 60_000;

describe("keys", () => {
  let first: SigningKey;
  let second: SigningKey;

  before(async () => {
    [first, second] = await Promise.all([
      signingKey("ES256", "first"),
      signingKey("ES256", "second"),
    ]);
  });

  async function assertIs(found: unknown, { jwk }: SigningKey): Promise<void> {
    const { x, y } = await exportJWK(found as CryptoKey);
    assert.deepEqual({ x, y }, { x: jwk.x, y: jwk.y });
  }

  describe("inlineKeys", () => {
    it("finds a key by its kid", async () => {
      const keys = inlineKeys(keySet(first, second));
      await assertIs(await keys(headerFor(second), input), second);
    });

    it("has no key for another kid", async () => {
      const keys = inlineKeys(keySet(first));
      await assert.rejects(async () => keys(headerFor(second), input), errors.JWKSNoMatchingKey);
    });

    it("refuses what is no key set", () => {
      assert.throws(() => inlineKeys("{}"), errors.JWKSInvalid);
      assert.throws(() => inlineKeys("no JSON"), SyntaxError);
    });
  });

  describe("remoteKeys", () => {
    const systemNow = Date.now;
    let time: number;
    let server: KeyServer;
    let log: RecordedLog;

    beforeEach(async () => {
      time = noon;
      // jose has no clock of its own to inject: the age of its cache goes by the system's.
      Date.now = () => time;
      log = new RecordedLog();
      server = await serveKeys(keySet(first));
    });

    afterEach(async () => {
      Date.now = systemNow;
      await server.close();
    });

    const remote = (fetchTimeoutMs = 2000) =>
      remoteKeys(server.url, { log, now: () => time, fetchTimeoutMs });
    const outOfReach = (cached: boolean) => ({
      level: "error",
      event: "key set out of reach",
      cached,
    });

    it("fetches once for many tokens", async () => {
      const keys = remote();
      for (const found of await Promise.all([1, 2, 3].map(() => keys(headerFor(first), input)))) {
        await assertIs(found, first);
      }
      time += 9 * minute;
      await assertIs(await keys(headerFor(first), input), first);
      assert.equal(server.requests, 1);
      assert.deepEqual(log.lines, []);
    });

    it("fetches again after ten minutes, so that a withdrawn key is believed no longer", async () => {
      const keys = remote();
      await keys(headerFor(first), input);
      server.answer(200, keySet(second));
      time += 10 * minute;
      await assert.rejects(async () => keys(headerFor(first), input), errors.JWKSNoMatchingKey);
      await assertIs(await keys(headerFor(second), input), second);
      assert.equal(server.requests, 2);
      assert.deepEqual(log.lines, []);
    });

    it("fetches again for an unknown kid, 30 s after the last fetch at the earliest", async () => {
      const keys = remote();
      await keys(headerFor(first), input);
      server.answer(200, keySet(first, second));
      time += 29_999;
      await assert.rejects(async () => keys(headerFor(second), input), errors.JWKSNoMatchingKey);
      assert.equal(server.requests, 1);
      time += 1;
      await assertIs(await keys(headerFor(second), input), second);
      assert.equal(server.requests, 2);
    });

    it("does not take an unknown kid for an outage", async () => {
      await assert.rejects(
        async () => remote()(headerFor(second), input),
        errors.JWKSNoMatchingKey,
      );
      assert.deepEqual(log.lines, []);
    });

    it("serves the last keys while the URI is out of reach, and asks again after 30 s", async () => {
      const keys = remote();
      await keys(headerFor(first), input);
      server.answer(503, "");
      time += 10 * minute;
      await assertIs(await keys(headerFor(first), input), first);
      assert.deepEqual(log.lines, [outOfReach(true)]);

      time += 29_999;
      await assertIs(await keys(headerFor(first), input), first);
      assert.equal(server.requests, 2);

      time += 1;
      server.answer(200, keySet(first, second));
      await assertIs(await keys(headerFor(second), input), second);
      assert.equal(server.requests, 3);
      assert.deepEqual(log.lines, [outOfReach(true)]);
    });

    it("has no key for an unknown kid while the URI is out of reach", async () => {
      const keys = remote();
      await keys(headerFor(first), input);
      server.answer(503, "");
      time += minute;
      await assert.rejects(async () => keys(headerFor(second), input), errors.JWKSNoMatchingKey);
      assert.deepEqual(log.lines, [outOfReach(true)]);
    });

    // Long enough for an answer on a busy machine: the fetch before the outage has to succeed.
    const patienceMs = 500;
    const outages: [title: string, begin: () => Promise<void> | void][] = [
      ["does not answer in time", () => server.hold()],
      ["refuses connections", () => server.close()],
      ["answers an error", () => server.answer(500, "")],
      ["redirects", () => server.answer(302, keySet(first))],
      ["answers no JSON", () => server.answer(200, "<html>")],
      ["answers JSON that is no key set", () => server.answer(200, "{}")],
    ];
    for (const [title, begin] of outages) {
      it(`fails without keys when the URI ${title}`, async () => {
        await begin();
        await assert.rejects(
          async () => remote(patienceMs)(headerFor(first), input),
          KeySetUnreachable,
        );
        assert.deepEqual(log.lines, [outOfReach(false)]);
      });

      it(`serves the last keys when the URI ${title}`, async () => {
        const keys = remote(patienceMs);
        await keys(headerFor(first), input);
        await begin();
        time += 10 * minute;
        await assertIs(await keys(headerFor(first), input), first);
        assert.deepEqual(log.lines, [outOfReach(true)]);
      });
    }

    it("recovers at once from an outage that left no keys", async () => {
      const keys = remote();
      server.answer(500, "");
      await assert.rejects(async () => keys(headerFor(first), input), KeySetUnreachable);
      server.answer(200, keySet(first));
      await assertIs(await keys(headerFor(first), input), first);
    });
  });
});

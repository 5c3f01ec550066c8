import assert from "node:assert/strict";
import fc from "fast-check";
import { Payload } from "../../../../handlers/lib/fan-out/payload.ts";
import { PostSigner } from "../../../../handlers/lib/fan-out/posting/post-signer.ts";
import type { Credentials } from "../../../../handlers/lib/fan-out/posting/signing-key.ts";
import { noon } from "../../support.ts";
import { SdkPosts, type SentRequest } from "./sdk-posts.ts";

const endpoint = "https://a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com/dev";
const region = "eu-west-1";
const lasting: Credentials = {
  accessKeyId: "AKIDEXAMPLE",
  secretAccessKey: "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
};
const role: Credentials = {
  accessKeyId: "ASIAEXAMPLE",
  secretAccessKey: "another/secret",
  sessionToken: "IQoJb3JpZ2luX2VjE//+=",
};

/** What a signer makes, as it would go out. */
function leanRequest(signer: PostSigner, connectionId: string, text: string): SentRequest {
  const { path, headers, body } = signer.sign(connectionId, new Payload(text));
  const pairs = Array.from({ length: headers.length / 2 }, (_, index) =>
    headers.slice(2 * index, 2 * index + 2),
  );
  return { method: "POST", path, headers: Object.fromEntries(pairs), body: body.toString("hex") };
}

interface Case {
  endpoint?: string;
  region?: string;
  credentials?: Credentials;
  time?: number;
  connectionId?: string;
  text?: string;
}

const sdk = new SdkPosts(endpoint, region);

async function assertEqualRequests(case_: Case): Promise<void> {
  const { connectionId = "L0SM9cOFvHcCIhw=", text = '{"type":"pong","at":1}' } = case_;
  const { credentials = role, time = noon } = case_;
  const isElsewhere = case_.endpoint !== undefined || case_.region !== undefined;
  const place = { endpoint: case_.endpoint ?? endpoint, region: case_.region ?? region };
  const reference = isElsewhere ? new SdkPosts(place.endpoint, place.region) : sdk;
  const signer = new PostSigner({ ...place, credentials: () => credentials, now: () => time });
  assert.deepEqual(
    leanRequest(signer, connectionId, text),
    await reference.request(connectionId, Buffer.from(text), credentials, time),
  );
}

describe("PostSigner makes the request of the SDK's client", () => {
  it("to the last header", async () => {
    const sent = await sdk.request("L0SM9cOFvHcCIhw=", Buffer.from("é"), role, noon);
    const { authorization = "", ...headers } = sent.headers;
    assert.deepEqual(
      { ...sent, headers },
      {
        method: "POST",
        path: "/dev/@connections/L0SM9cOFvHcCIhw%3D",
        headers: {
          host: "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com",
          "content-type": "application/octet-stream",
          "content-length": "2",
          "x-amz-content-sha256": new Payload("é").sha256,
          "x-amz-date": "20260101T120000Z",
          "x-amz-security-token": "IQoJb3JpZ2luX2VjE//+=",
        },
        body: "c3a9",
      },
    );
    assert.match(
      authorization,
      /^AWS4-HMAC-SHA256 Credential=ASIAEXAMPLE\/20260101\/eu-west-1\/execute-api\/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-content-sha256;x-amz-date;x-amz-security-token, Signature=[0-9a-f]{64}$/,
    );
    await assertEqualRequests({ text: "é" });
  });

  const cases: Record<string, Case[]> = {
    "without a session token": [
      { credentials: lasting },
      { credentials: { ...lasting, sessionToken: "" } },
    ],
    "for ids of any characters": [
      ..."=+/~!'()*%é \0?#&@:;,$\\\"<>[]{}|^`😀".split(/(?:)/u),
      "%2F",
      "%zz",
      "...",
      "a/../b",
      "a/./b",
      "L0SM9cOFvHcCIhw==",
    ].map((connectionId) => ({ connectionId })),
    "for endpoints with and without a stage": [
      "",
      "/",
      "/v1.2-beta_3",
      "/a/b/c",
      "/caf%C3%A9",
      "/a~b",
      "/a(b)",
    ].map((path) => ({ endpoint: `https://example.com${path}` })),
    "for schemes and ports": [
      "https://example.com:8443/dev",
      "https://example.com:443/dev",
      "http://127.0.0.1:8787/dev",
      "http://example.com/dev",
      "http://example.com:80/dev",
      "https://Example.COM/dev",
    ].map((other) => ({ endpoint: other })),
    "for payloads of any size and alphabet": [
      "0",
      " ",
      "\n",
      '""',
      "{}",
      "é",
      "日本語",
      "😀".repeat(1000),
      "a".repeat(32_768),
    ].map((text) => ({ text })),
    "for other regions": [{ region: "us-gov-west-1" }, { region: "cn-north-1" }],
    "to the second": [noon + 999, noon + 1000, noon - 1].map((time) => ({ time })),
  };
  for (const [title, list] of Object.entries(cases)) {
    it(title, async () => {
      for (const case_ of list) {
        await assertEqualRequests(case_);
      }
    });
  }

  it("for one signer, as time and credentials go on", async () => {
    const midnight = Date.UTC(2026, 0, 2);
    const rotated = { ...role, secretAccessKey: "a third", sessionToken: "another" };
    const steps: [number, Credentials][] = [
      [midnight - 1, role],
      [midnight, role],
      [midnight + 999, role],
      [midnight + 1000, rotated],
      [midnight + 2000, lasting],
      [midnight + 3000, { ...lasting, accessKeyId: "AKIDOTHER" }],
      // A clock may be set back.
      [midnight - 1, role],
    ];
    let [time, credentials] = steps[0] as [number, Credentials];
    const now = () => time;
    const signer = new PostSigner({ endpoint, region, credentials: () => credentials, now });
    for (const step of steps) {
      [time, credentials] = step;
      assert.deepEqual(
        leanRequest(signer, "C1=", "text"),
        await sdk.request("C1=", Buffer.from("text"), credentials, time),
      );
    }
  });

  it("whatever the id, the payload, the time and the secrets", async () => {
    const codePoint = fc.oneof(
      fc.integer({ min: 0, max: 0x7f }),
      fc.integer({ min: 0x80, max: 0xd7ff }),
      fc.integer({ min: 0xe000, max: 0x10ffff }),
    );
    const unit = codePoint.map((value) => String.fromCodePoint(value));
    const anyText = fc.string({ unit, minLength: 1 });
    // Which no connection is called, and in a path are no names.
    const ids = anyText.filter((id) => id !== "." && id !== "..");
    const printable = fc.string({ unit: fc.constantFrom(..."AZaz09/+="), minLength: 1 });
    const property = fc.asyncProperty(
      fc.record({
        connectionId: ids,
        text: anyText,
        time: fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2100, 0) }),
        credentials: fc.record(
          { accessKeyId: printable, secretAccessKey: anyText, sessionToken: printable },
          { requiredKeys: ["accessKeyId", "secretAccessKey"] },
        ),
      }),
      assertEqualRequests,
    );
    await fc.assert(property);
  });
});

describe("PostSigner", () => {
  it("reads the credentials once a second", () => {
    let [time, reads] = [noon, 0];
    const credentials = () => {
      reads += 1;
      return role;
    };
    const signer = new PostSigner({ endpoint, region, credentials, now: () => time });
    for (time of [noon, noon + 1, noon + 999, noon + 1000, noon + 1999]) {
      signer.sign("C1=", new Payload("text"));
    }
    assert.equal(reads, 2);
  });

  it("passes on why there are no credentials", () => {
    const failure = new Error("There are no credentials.");
    const credentials = () => {
      throw failure;
    };
    const signer = new PostSigner({ endpoint, region, credentials, now: () => noon });
    assert.throws(() => signer.sign("C1=", new Payload("text")), failure);
  });
});

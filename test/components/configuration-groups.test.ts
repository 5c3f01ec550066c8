import assert from "node:assert/strict";
import { recordStack } from "../support/program.ts";
import { registeredTypesOf } from "../support/registrations.ts";
import { assertFaults, configurationWith } from "./configuration-reading.ts";

const keysRemedy =
  "Set one of them: where the identity provider publishes its keys, or the key set itself.";
const jwksRemedy =
  'Set {"keys": [...]} with public keys that have a kid, at most 3000 bytes; or set jwksUri instead.';
const domainRemedy =
  "roomcast:domainName, roomcast:hostedZoneId and roomcast:certificateArn belong together. Set the first two for a custom domain, or none of them.";
const nameFault =
  "roomcast:domainName does not have the right form. Set a host name, such as rooms.acme.io, with its hostedZoneId.";

const publicKey = { kty: "EC", kid: "2026-1", crv: "P-256", x: "x", y: "y" };
const certificateArn = "arn:aws:acm:eu-west-1:210987654321:certificate/0a1b-2c";

describe("The keys that verify tokens", () => {
  it("may be published", async () => {
    const { keys } = await configurationWith({ jwksUri: "https://auth.acme.io/jwks" });
    assert.deepEqual(keys, { jwksUri: "https://auth.acme.io/jwks" });
  });

  it("may stand in the configuration", async () => {
    const jwks = { keys: [publicKey, { kty: "OKP", kid: "2", crv: "Ed25519", x: "x" }] };
    const config = { jwksUri: undefined, jwks: JSON.stringify(jwks) };
    assert.deepEqual((await configurationWith(config)).keys, { jwks });
  });

  it("must be one of the two", () =>
    assertFaults({ jwksUri: undefined }, [
      `roomcast:jwksUri is missing or wrong, and so is roomcast:jwks. ${keysRemedy}`,
    ]));

  it("must not be both", () =>
    assertFaults({ jwks: JSON.stringify({ keys: [publicKey] }) }, [
      `roomcast:jwksUri is set, and so is roomcast:jwks. ${keysRemedy}`,
    ]));

  for (const uri of ["http://auth.acme.io/jwks", "auth.acme.io/jwks", ""]) {
    it(`must be published by https, not at "${uri}"`, () =>
      assertFaults({ jwksUri: uri }, [
        "roomcast:jwksUri must be an https URL. Set an https URL.",
        `roomcast:jwksUri is missing or wrong, and so is roomcast:jwks. ${keysRemedy}`,
      ]));
  }

  const { kid: _kid, ...anonymous } = publicKey;
  const wrong: [text: string, fault: string][] = [
    ["keys", "is not valid JSON"],
    ["null", "must be a key set with at least one key"],
    ['{"keys":[]}', "must be a key set with at least one key"],
    ['{"keys":{}}', "must be a key set with at least one key"],
    ['{"keys":[null]}', "has a key without a kid"],
    [JSON.stringify({ keys: [publicKey, anonymous] }), "has a key without a kid"],
    ['{"keys":[{"kid":"1","kty":"oct","k":"c2VjcmV0"}]}', "has a key that is not RSA, EC or OKP"],
    [JSON.stringify({ keys: [{ ...publicKey, d: "d" }] }), "has a private key"],
    [JSON.stringify({ keys: [{ ...publicKey, kty: "RSA", p: "p" }] }), "has a private key"],
    [
      JSON.stringify({ keys: [{ ...publicKey, x5c: ["x".repeat(3000)] }] }),
      "is larger than 3000 bytes",
    ],
  ];
  for (const [text, fault] of wrong) {
    it(`must be public ones with an id, not ${text.slice(0, 60)}`, () =>
      assertFaults({ jwksUri: undefined, jwks: text }, [
        `roomcast:jwks ${fault}. ${jwksRemedy}`,
        `roomcast:jwksUri is missing or wrong, and so is roomcast:jwks. ${keysRemedy}`,
      ]));
  }
});

describe("The custom domain", () => {
  const domainName = "rooms.acme.io";
  const hostedZoneId = "Z1ACME";

  it("is none unless set", async () => {
    assert.equal((await configurationWith({})).customDomain, undefined);
  });

  it("is a name and its zone", async () => {
    const { customDomain } = await configurationWith({ domainName, hostedZoneId });
    assert.deepEqual(customDomain, { domainName, hostedZoneId });
  });

  it("may have a certificate", async () => {
    const config = { domainName, hostedZoneId, certificateArn };
    const { customDomain } = await configurationWith(config);
    assert.deepEqual(customDomain, { domainName, hostedZoneId, certificateArn });
  });

  for (const [title, config] of [
    ["a name without a zone", { domainName }],
    ["a zone without a name", { hostedZoneId }],
    ["a certificate without both", { certificateArn }],
  ] as const) {
    it(`is not ${title}`, () => assertFaults(config, [domainRemedy]));
  }

  for (const name of [
    "https://rooms.acme.io",
    "rooms",
    "Rooms.acme.io",
    "-a.acme.io",
    "a-.acme.io",
  ]) {
    it(`is not called ${name}`, () =>
      assertFaults({ domainName: name, hostedZoneId }, [nameFault, domainRemedy]));
  }

  it("has the id of a zone, not its name", () =>
    assertFaults({ domainName, hostedZoneId: "acme.io" }, [
      "roomcast:hostedZoneId does not have the right form. Set the id of the public zone.",
      domainRemedy,
    ]));

  it("has the ARN of a certificate", () =>
    assertFaults({ domainName, hostedZoneId, certificateArn: "0a1b-2c" }, [
      "roomcast:certificateArn does not have the right form. Set the ARN of a certificate in the API's own region.",
    ]));
});

describe("The limit of presence", () => {
  const fault =
    "roomcast:presenceLimit is above roomcast:largeRoomMembers. Lower the first, or raise the second.";

  it("may be as high as that of a large room, not higher", async () => {
    const config = { presenceLimit: "7", largeRoomMembers: "7" };
    const { presenceLimit, largeRoomMembers } = await configurationWith(config);
    assert.deepEqual([presenceLimit, largeRoomMembers], [7, 7]);
    await assertFaults({ ...config, presenceLimit: "8" }, [fault]);
  });

  it("is held to the default of the other, and the other to its own", async () => {
    await assertFaults({ largeRoomMembers: "99" }, [fault]);
    await configurationWith({ presenceLimit: "1000" });
  });

  it("is not compared when one of the two is wrong already", () =>
    assertFaults({ presenceLimit: "ten", largeRoomMembers: "1" }, [
      "roomcast:presenceLimit must be a whole number from 0 to 10000. Each join and leave is told to everybody: think of the square.",
    ]));
});

describe("The configuration", () => {
  it("has no other settings: a typing error is not silently the default", () =>
    assertFaults({ presenceLimits: "5" }, [
      "roomcast:presenceLimits is not a setting. Known are issuer, audience, algorithms, jwksUri, jwks, accountLoggingRole, deletionProtection, owner, stageName, executionLogLevel, dataTrace, logRetentionDays, throttlingBurstLimit, throttlingRateLimit, acknowledgements, presenceLimit, largeRoomMembers, laneCount, postsPerSecond, maximumConnectionsPerUser, maximumConcurrency, maximumReadRequestUnits, maximumWriteRequestUnits, alarmTopicArn, domainName, hostedZoneId, certificateArn.",
    ]));

  it("tells all faults at once", async () => {
    const config = {
      issuer: undefined,
      deletionProtection: "perhaps",
      dataTrace: "perhaps",
      colour: "red",
      jwksUri: undefined,
      domainName: "rooms.acme.io",
      "aws:region": undefined,
      "aws:skipRegionValidation": "true",
    };
    await assert.rejects(configurationWith(config), (error: Error) => {
      const keys = error.message
        .split("\n")
        .map((line) => /- (?:roomcast:)?([\w:]+)/.exec(line)?.[1]);
      const expected = ["issuer", "deletionProtection", "dataTrace", "colour", "jwksUri"];
      const ofProvider = ["aws:region", "aws:skipRegionValidation"];
      assert.deepEqual(keys, [undefined, ...expected, "domainName", ...ofProvider]);
      return true;
    });
  });

  for (const config of [
    { issuer: undefined },
    { algorithms: "HS256" },
    { stageName: "v1.2" },
    { domainName: "-a.acme.io", hostedZoneId: "Z1ACME" },
    { colour: "red" },
    { "aws:allowedAccountIds": undefined },
  ]) {
    it(`stops the program before the first resource: ${JSON.stringify(config)}`, async () => {
      const types = await registeredTypesOf(() =>
        assert.rejects(recordStack("dev", { config }), { name: "ConfigurationError" }),
      );
      assert.deepEqual(types, ["pulumi:pulumi:Stack"]);
    });
  }
});

import assert from "node:assert/strict";
import { placeholdersIn } from "../../components/deployable.ts";
import { laptopIssuer } from "../../scripts/lib/laptop-identity.ts";
import { recordStack } from "../support/program.ts";
import { registeredTypesOf } from "../support/registrations.ts";
import { configurationWith } from "./configuration-reading.ts";

const accountId = "210987654321";
const own = {
  issuer: "https://auth.acme.io/",
  jwksUri: "https://auth.acme.io/jwks",
  domainName: "rooms.acme.io",
  hostedZoneId: "Z1ACME",
  alarmTopicArn: `arn:aws:sns:eu-west-1:${accountId}:alarms`,
  "aws:allowedAccountIds": JSON.stringify([accountId]),
};

async function assertPlaceholders(
  stack: "dev" | "prod",
  config: Record<string, string | undefined>,
  keys: string[],
): Promise<void> {
  const faults = keys.map(
    (key) =>
      `  - ${key} is a placeholder or belongs to the laptop. Set your own before you deploy to account ${accountId}.`,
  );
  const types = await registeredTypesOf(() =>
    assert.rejects(recordStack(stack, { config, place: { accountId } }), {
      name: "ConfigurationError",
      code: "INVALID_CONFIGURATION",
      message: `INVALID_CONFIGURATION:\n${faults.join("\n")}`,
    }),
  );
  assert.deepEqual(types, ["pulumi:pulumi:Stack", "pulumi:providers:aws"]);
}

describe("A stack that is really deployed", () => {
  it("dev is refused as it stands in the repository", () =>
    assertPlaceholders("dev", {}, [
      "roomcast:issuer",
      "roomcast:jwksUri",
      "aws:allowedAccountIds",
    ]));

  it("prod is refused as it stands in the repository", () =>
    assertPlaceholders("prod", {}, [
      "roomcast:issuer",
      "roomcast:jwksUri",
      "roomcast:domainName",
      "roomcast:hostedZoneId",
      "roomcast:alarmTopicArn",
      "aws:allowedAccountIds",
    ]));

  it("is refused with the laptop's issuer and keys", () => {
    const jwks = { keys: [{ kty: "EC", kid: "laptop-1", crv: "P-256", x: "x", y: "y" }] };
    const config = { issuer: laptopIssuer, jwksUri: undefined, jwks: JSON.stringify(jwks) };
    return assertPlaceholders("prod", { ...own, ...config }, ["roomcast:issuer", "roomcast:jwks"]);
  });

  it("is refused with the certificate of a placeholder's account", () => {
    const certificateArn = "arn:aws:acm:eu-west-1:123456789012:certificate/0a1b";
    return assertPlaceholders("prod", { ...own, certificateArn }, ["roomcast:certificateArn"]);
  });

  it("is accepted with values of its own", async () => {
    const program = await recordStack("prod", { config: own, place: { accountId } });
    assert.equal(program.outputs?.["url"], "wss://rooms.acme.io");
  });

  it("is not what the laptop records: its account accepts placeholders", async () => {
    for (const stack of ["dev", "prod"] as const) {
      const program = await recordStack(stack, { place: { accountId: "000000000000" } });
      assert.ok(program.resources.length > 80);
    }
  });
});

describe("An issuer", () => {
  const placeholders = [
    "https://auth.example.com/",
    "https://example.org",
    "https://AUTH.EXAMPLE.NET/",
    "https://idp.example/",
    "https://idp.test/",
    "https://idp.invalid/",
    "https://roomcast.localhost/",
    "http://localhost:3000/",
    "https://printer.local/",
    "https://127.0.0.1/",
    "https://[::1]/",
    "auth.example.com",
    "localhost",
    "localhost:3000",
    "auth.example.com/",
    "https://auth.example.com./",
  ];
  for (const issuer of placeholders) {
    it(`${issuer} is nobody's own`, async () => {
      const configuration = await configurationWith({ ...own, issuer });
      assert.deepEqual(placeholdersIn(configuration), ["roomcast:issuer"]);
    });
  }

  for (const issuer of [
    "https://auth.acme.io/",
    "https://example.com.acme.io/",
    "https://myexample.com/",
    "https://test.acme.io/",
    "accounts.google.com",
    "acme",
  ]) {
    it(`${issuer} may be somebody's own`, async () => {
      const configuration = await configurationWith({ ...own, issuer });
      assert.deepEqual(placeholdersIn(configuration), []);
    });
  }
});

describe("A hosted zone", () => {
  for (const hostedZoneId of ["Z0123456789EXAMPLE", "Z123456789", "ZEXAMPLE"]) {
    it(`${hostedZoneId} is nobody's own`, async () => {
      const configuration = await configurationWith({ ...own, hostedZoneId });
      assert.deepEqual(placeholdersIn(configuration), ["roomcast:hostedZoneId"]);
    });
  }
});

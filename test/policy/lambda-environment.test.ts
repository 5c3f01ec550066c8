import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { messagesBy, unknownValue } from "../support/policy.ts";
import { foreignFunction, nonsense } from "./lambda-fixtures.ts";

const rule = {
  secrets: "function-environment-has-no-secrets",
  valid: "function-environment-is-valid",
};
const keep =
  "Keep the secret in Secrets Manager or Parameter Store, and give the function its name.";

function worker(variables: unknown) {
  return foreignFunction({ environment: { variables } });
}

const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
const pemOf = (key: typeof publicKey) => String(key.export({ format: "pem", type: "spki" }));
const publicJwk = publicKey.export({ format: "jwk" });
const randomText = "q7Zk2mVx9RtB4nLw8YcJ5hPs3DfG6aKe";

describe(rule.secrets, () => {
  const secrets: [name: string, value: unknown, kind: string][] = [
    ["VALUE", "AKIAIOSFODNN7EXAMPLE", "an AWS access key"],
    ["VALUE", `a ${privateKey.export({ format: "pem", type: "pkcs8" })}`, "a private key"],
    ["VALUE", "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJhbGljZSJ9.c2ln", "a JSON web token"],
    ["VALUE", `ghp_${"a".repeat(36)}`, "an access token"],
    ["VALUE", ["sk", "live", "0123456789ab"].join("_"), "an access token"],
    ["VALUE", "https://hooks.slack.com/services/T0/B0/x", "the secret address of a webhook"],
    ["DATABASE_URL", "postgres://app:pw@db.example.com/app", "a password in an address"],
    ["CALLBACK_URL", "https://example.com/?token=abc", "a secret, judging by its name"],
    ["VALUE", randomText, "a secret, judging by its randomness"],
    ["VALUE", JSON.stringify({ db: { password: "hunter2" } }), "a secret, judging by its name"],
    ["VALUE", JSON.stringify([{ kty: "oct", k: "aaaa" }]), "a private key"],
    ["API_KEYS", JSON.stringify(["abc"]), "a secret, judging by its name"],
    ["apiKey", "abc", "a secret, judging by its name"],
    ["AUTH_TOKEN", "abc", "a secret, judging by its name"],
    ["SIGNING_SECRET", "{not JSON", "a secret, judging by its name"],
    ["DB_PASSWORD", 123456, "a secret, judging by its name"],
    ["DB_PASSWORD", "db://hunter2", "a secret, judging by its name"],
    ["PRIVATE", "hunter2", "a secret, judging by its name"],
    ["RSA_PRIVATE", "x", "a secret, judging by its name"],
    ["DB", "Server=db;User Id=sa;Password=hunter2;", "a secret, judging by its name"],
    ["OTLP_HEADERS", "team=a,api-key=abc", "a secret, judging by its name"],
    ["AUTH", "Basic dXNlcjpodW50ZXIy", "a password"],
    ["HOOK", `https://example.com/hook/${randomText}`, "a secret, judging by its randomness"],
    ["BOTH", `${pemOf(publicKey)}${randomText}`, "a secret, judging by its randomness"],
  ];
  for (const [name, value, kind] of secrets) {
    it(`finds ${kind} in ${name}`, () => {
      assert.deepEqual(messagesBy(rule.secrets, [worker({ [name]: value })]), [
        `Function "worker": environment.variables.${name} holds ${kind}. ${keep}`,
      ]);
    });
  }

  const harmless: [name: string, value: unknown][] = [
    ["JWKS", JSON.stringify({ keys: [{ ...publicJwk, kid: "2026", use: "sig" }] })],
    ["JWKS_URI", "https://auth.example.com/.well-known/jwks.json"],
    [
      "QUEUE_URL",
      "https://sqs.eu-west-1.amazonaws.com/123456789012/Production-Websocket-Gateway-9f8e7d6.fifo",
    ],
    ["TOPIC", "arn:aws:sns:eu-west-1:123456789012:Production-Websocket-Gateway-9f8e7d6"],
    ["DB_SECRET", "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"],
    ["DB_PASSWORD", "/roomcast/prod/db-password"],
    ["SIGNING_SECRET", "roomcast/prod/signing"],
    ["SECRET_NAME", "signing"],
    ["TOKEN_ISSUER", "https://auth.example.com/"],
    ["ACCESS_TOKEN_TTL_SECONDS", "3600"],
    ["MAX_TOKENS", "4096"],
    ["REQUIRE_API_KEY", "true"],
    ["SECRET", ""],
    ["TABLE", "Production-roomcast-websocket-gateway-connections-table-9f8e7d6"],
    ["ID", "0f8fad5b-d9cb-469f-a165-70867728950e"],
    ["ORIGINS", "https://app.example.com,https://www.example.org"],
    ["OPTIONS", JSON.stringify({ retries: 3, names: ["a", null] })],
    ["PUBLIC_KEY", pemOf(publicKey)],
    ["SIGNING_KEY", pemOf(publicKey).replaceAll("\n", "\\n")],
    ["CERTIFICATE", pemOf(publicKey).replaceAll("PUBLIC KEY", "CERTIFICATE")],
    ["DB_SECRET", "secretsmanager://prod/rooms"],
    ["AUTH_HEADER", "Basic authentication"],
    ["DB", "Server=db;User Id=sa;Password={{PASSWORD}};"],
    ["DB", "host=db;secret=arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"],
    ["PRIVATE_SUBNETS", "subnet-a,subnet-b"],
    ["PASSWORD_POLICY", "strong"],
    ["TOKEN_EXPIRY", "1h"],
  ];
  for (const [name, value] of harmless) {
    it(`finds nothing in ${name} that is ${String(value).slice(0, 40)}`, () => {
      assert.deepEqual(messagesBy(rule.secrets, [worker({ [name]: value })]), []);
    });
  }

  it("leaves out what it is told is none", () => {
    const settings = { notSecret: ["FINGERPRINT"] };
    const variables = { FINGERPRINT: randomText, OTHER: randomText };
    assert.deepEqual(messagesBy(rule.secrets, [worker(variables)], settings), [
      `Function "worker": environment.variables.OTHER holds a secret, judging by its randomness. ${keep}`,
    ]);
  });

  it("judges what is known, and says which secret may not be one", () => {
    const variables = { URL: unknownValue, SECRET: unknownValue, TOKEN: "abc" };
    assert.deepEqual(messagesBy(rule.secrets, [worker(variables)]), [
      `Function "worker": environment.variables.TOKEN holds a secret, judging by its name. ${keep}`,
      'Not decided before the deployment, since not known yet: "environment.variables.SECRET" of Function "worker".',
    ]);
  });

  it("does not print a name that is a value in the wrong place", () => {
    assert.deepEqual(messagesBy(rule.secrets, [worker({ "p@ss token": "abc" })]), [
      `Function "worker": environment.variables holds a secret, judging by its name. ${keep}`,
    ]);
  });
});

describe(rule.valid, () => {
  it("takes what other libraries read", () => {
    const names = ["POWERTOOLS_SERVICE_NAME", "AWS_LAMBDA_EXEC_WRAPPER", "NODE_OPTIONS", "TZ"];
    const variables = Object.fromEntries(names.map((name) => [name, "a"]));
    assert.deepEqual(messagesBy(rule.valid, [worker(variables)]), []);
  });

  it("takes of Lambda's own names those that may be set, and no other", () => {
    const begins =
      "begins as the names that Lambda keeps for itself. Rename the variable, or add it to the rule's setting settable.";
    const variables = { AWS_NODEJS_CONNECTION_REUSE_ENABLED: "1", AWS_FOO: "a", AWS_REGION: "a" };
    const reserved =
      'Function "worker": environment.variables.AWS_REGION has a name that Lambda keeps for itself. Rename the variable.';
    assert.deepEqual(messagesBy(rule.valid, [worker(variables)]), [
      `Function "worker": environment.variables.AWS_FOO ${begins}`,
      reserved,
    ]);
    assert.deepEqual(messagesBy(rule.valid, [worker(variables)], { settable: ["AWS_*"] }), [
      reserved,
    ]);
  });

  it("counts bytes of names and values, up to its limit", () => {
    const settings = { maximumBytes: 8 };
    const tooLong =
      'Function "worker": environment.variables is not shorter than 8 bytes. Keep what is long in Parameter Store, S3, or the code.';
    assert.deepEqual(messagesBy(rule.valid, [worker({ AB: "12345" })], settings), []);
    assert.deepEqual(messagesBy(rule.valid, [worker({ AB: "123456" })], settings), [tooLong]);
    assert.deepEqual(messagesBy(rule.valid, [worker({ AB: "1234é" })], settings), [tooLong]);
  });

  it("decides with values that are not known yet, unless there is not enough room for them", () => {
    assert.deepEqual(messagesBy(rule.valid, [worker({ AB: unknownValue })]), []);
    assert.deepEqual(messagesBy(rule.valid, [worker({ AB: unknownValue, CD: "a".repeat(3836) })]), [
      'Not decided before the deployment, since not known yet: "environment.variables.AB" of Function "worker".',
    ]);
  });
});

for (const name of Object.values(rule)) {
  describe(`${name}, of what is no environment`, () => {
    // The last one is an environment, be it a strange one.
    for (const value of nonsense.slice(0, -1)) {
      it(`says nothing of ${JSON.stringify(value)}`, () => {
        const environments = [{}, { environment: value }, { environment: { variables: value } }];
        const lambdas = environments.map((inputs) => foreignFunction(inputs));
        assert.deepEqual(messagesBy(name, lambdas), []);
      });
    }
  });
}

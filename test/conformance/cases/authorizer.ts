import assert from "node:assert/strict";
import type { Case } from "../case.ts";
import { assumed, gatewayGuide, iamGuide, observed, pages, serviceModel } from "../sources.ts";
import type { FixtureHandshake } from "../target.ts";

const authorizers = gatewayGuide(
  "WebSocket Lambda REQUEST authorizers",
  "apigateway-websocket-api-lambda-auth",
);
const output = gatewayGuide("Lambda authorizer output", "api-gateway-lambda-authorizer-output");
const { quotas } = pages;
const sources = serviceModel("apigatewayv2", "CreateAuthorizer.IdentitySource");

/** What an authorizer makes of a handshake. */
export const cases: Case[] = [
  {
    id: "missing-identity-source-is-401",
    area: "authorizer",
    title:
      "Where an identity source is missing or empty, the answer is 401 and the function is not called.",
    sources: [authorizers, sources],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const { url } = target.outputs.stages.main;
      const handshakes: FixtureHandshake[] = [
        { query: { case: name }, headers: { "X-Caller": "me" } },
        { query: { case: name, outcome: "" }, headers: { "X-Caller": "me" } },
        { query: { case: name, outcome: "allow" } },
        { query: { case: name, outcome: "allow" }, headers: { "X-Caller": "" } },
        { query: { case: name } },
      ];
      for (const options of handshakes) {
        const { status } = await target.handshake(url, options);
        assert.equal(status, 401, JSON.stringify(options));
      }
      assert.deepEqual(await target.reported(name), []);
    },
  },
  {
    id: "identity-source-header-in-any-case",
    area: "authorizer",
    title: "A header is an identity source however the client writes its name.",
    sources: [assumed("RFC 9110, field names")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { url } = target.outputs.stages.main;
      const query = { outcome: "allow" };
      for (const header of ["x-caller", "X-CALLER"]) {
        await target.connect(url, { query, headers: { [header]: "me" } });
      }
    },
  },
  {
    id: "no-identity-source-asks-the-function",
    area: "authorizer",
    title: "An authorizer without identity sources is asked about every handshake.",
    sources: [sources],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const { url } = target.outputs.stages.unguarded;
      await target.connect(url);
      assert.equal((await target.handshake(url, { query: { outcome: "deny" } })).status, 403);
    },
  },
  {
    id: "allow-lets-in",
    area: "authorizer",
    title: "A policy that allows execute-api:Invoke on the method lets in, also by a wildcard.",
    sources: [output],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const outcome of ["allow", "allow-wildcard"]) {
        const client = await target.open({ outcome });
        assert.equal((await client.ask({ action: "echo" })).action, "echo");
      }
    },
  },
  {
    id: "deny-is-403",
    area: "authorizer",
    title: "A policy that denies, or allows only something else, is a 403.",
    sources: [output, iamGuide("policy evaluation logic", "reference_policies_evaluation-logic")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const outcome of ["deny", "allow-other"]) {
        assert.equal((await target.knock({ outcome })).status, 403, outcome);
      }
    },
  },
  {
    id: "deny-beats-allow",
    area: "authorizer",
    title: "A Deny beside an Allow of the same method is a 403.",
    sources: [iamGuide("policy evaluation logic", "reference_policies_evaluation-logic")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      assert.equal((await target.knock({ outcome: "allow-and-deny" })).status, 403);
    },
  },
  {
    id: "unauthorized-is-401",
    area: "authorizer",
    title: "An authorizer that throws exactly Unauthorized is a 401.",
    sources: [gatewayGuide("Lambda authorizers", "apigateway-use-lambda-authorizer")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      assert.equal((await target.knock({ outcome: "unauthorized" })).status, 401);
    },
  },
  {
    id: "any-other-error-is-500",
    area: "authorizer",
    title: "An authorizer that throws anything else is a 500.",
    sources: [gatewayGuide("Lambda authorizers", "apigateway-use-lambda-authorizer")],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      assert.equal((await target.knock({ outcome: "error" })).status, 500);
    },
  },
  {
    id: "malformed-result-refuses",
    area: "authorizer",
    title: "A result without principalId or policy, or that is no object, is a 500.",
    sources: [
      gatewayGuide(
        "gateway response types, AUTHORIZER_CONFIGURATION_ERROR",
        "supported-gateway-response-types",
      ),
    ],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      for (const outcome of ["nothing", "text", "no-principal", "no-policy", "no-statement"]) {
        assert.equal((await target.knock({ outcome })).status, 500, outcome);
      }
    },
  },
  {
    id: "result-over-8-kb-refuses",
    area: "authorizer",
    title: "A result of nearly 8 KB lets in, one of more does not.",
    sources: [quotas],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      await target.open({ outcome: "large" });
      assert.ok((await target.knock({ outcome: "too-large" })).status >= 400);
    },
  },
  {
    id: "context-of-objects-refuses",
    area: "authorizer",
    title:
      "A context value that is an object or a list is no valid context: the client is refused.",
    sources: [output],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      for (const outcome of ["context-object", "context-list"]) {
        assert.ok((await target.knock({ outcome })).status >= 400, outcome);
      }
    },
  },
  {
    id: "refusal-bodies",
    area: "authorizer",
    title:
      "A refusal has a JSON body with the message Unauthorized, Forbidden or Internal server error.",
    sources: [assumed("the default gateway responses of REST APIs, without their longer texts")],
    where: "unconfirmed",
    stack: "fixture",
    async run(target) {
      const expected = {
        unauthorized: "Unauthorized",
        deny: "Forbidden",
        error: "Internal server error",
      };
      for (const [outcome, message] of Object.entries(expected)) {
        const { body, headers } = await target.knock({ outcome });
        assert.deepEqual(JSON.parse(body), { message });
        assert.match(headers["content-type"] ?? "", /^application\/json/);
      }
    },
  },
  {
    id: "refused-handshake-calls-no-connect",
    area: "authorizer",
    title: "$connect is not called for whom the authorizer refuses, and $disconnect neither.",
    sources: [authorizers],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      for (const outcome of ["deny", "unauthorized", "error"]) {
        await target.knock({ name, outcome });
        await target.report(name, "authorizer");
      }
      assert.deepEqual(await target.reported(name), []);
    },
  },
  {
    id: "authorizer-without-permission-refuses",
    area: "authorizer",
    title: "An authorizer function that API Gateway may not invoke lets nobody in.",
    sources: [authorizers],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const { status } = await target.knock({ stage: "unpermittedAuthorizer" });
      assert.ok(status >= 500);
    },
  },
  {
    id: "authorizer-asked-once",
    area: "authorizer",
    title: "The authorizer is asked at the handshake and never again.",
    sources: [authorizers],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const name = target.unique();
      const client = await target.open({ name });
      for (let message = 0; message < 3; message++) await client.ask({ action: "echo" });
      await client.close();
      await target.report(name, "disconnect");
      const sources = await target.reported(name);
      assert.deepEqual(sources.toSorted(), ["authorizer", "connect", "echo", "echo", "echo"]);
    },
  },
  {
    id: "deny-of-a-message-route-is-without-effect",
    area: "authorizer",
    title: "A Deny for another route has no effect once the handshake is through.",
    sources: [
      observed(
        "awsdocs/amazon-api-gateway-developer-guide issue 121",
        "https://github.com/awsdocs/amazon-api-gateway-developer-guide/issues/121",
      ),
    ],
    where: "anywhere",
    stack: "fixture",
    async run(target) {
      const client = await target.open({ outcome: "deny-messages" });
      assert.deepEqual(await client.ask({ action: "echo", n: 1 }), { action: "echo", n: 1 });
    },
  },
];

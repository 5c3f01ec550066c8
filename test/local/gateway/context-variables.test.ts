import assert from "node:assert/strict";
import { api, authorizer, integrationResponse, lambda, mock, route } from "./resources.ts";
import { Stack, stopStacks } from "./support.ts";

const NAMES = [
  ...["connectionId", "connectedAt", "domainName", "eventType", "messageId", "routeKey"],
  ...["requestId", "extendedRequestId", "apiId", "authorizer.principalId", "authorizer.level"],
  ...["identity.sourceIp", "identity.userAgent", "requestTime", "requestTimeEpoch", "stage"],
  ...["status", "error.messageString", "identity.caller", "authorizer.none"],
];

/** In Lambda events, but not in the reference of mapping templates. */
const NOT_THERE = ["messageDirection", "authorizer.integrationLatency", "disconnectReason"];

describe("gateway: $context in mapping templates", () => {
  afterEach(stopStacks);

  it("has the documented variables and no others", async () => {
    const guard = authorizer({ identitySources: undefined });
    const connect = lambda("connect");
    const custom = { authorizationType: "CUSTOM", authorizerId: guard.id };
    const integration = mock();
    const template = [...NAMES, ...NOT_THERE].map((name) => `[$context.${name}]`).join("");
    const stack = await Stack.start(
      [
        ...[...api(), guard, connect, ...route("$connect", connect, custom), integration],
        integrationResponse(integration, "$default", template),
        ...route("$default", integration, { twoWay: true }),
      ],
      {
        connect: () => ({ statusCode: 200 }),
        authorize: () => ({
          principalId: "ada",
          policyDocument: { Statement: { Effect: "Allow", Action: "*", Resource: "*" } },
          context: { level: 1 },
        }),
      },
    );
    const client = await stack.connect("/dev", [], { headers: { "User-Agent": "test" } });
    await stack.clock.advance(1500);
    client.send("hello");
    const connectedAt = Date.UTC(2026, 0, 1);
    const values = [
      ...[client.id, connectedAt, `127.0.0.1:${stack.port}`, "MESSAGE", "id-3=", "$default"],
      ...["id-4=", "id-4=", "a1b2c3", "ada", "1", "127.0.0.1", "test"],
      ...["01/Jan/2026:00:00:01 +0000", connectedAt + 1500, "dev", "200", "", "", ""],
      ...["", "", ""],
    ];
    assert.equal(await client.next(), values.map((value) => `[${value}]`).join(""));
  });
});

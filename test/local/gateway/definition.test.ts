import assert from "node:assert/strict";
import { readDefinitions } from "../../../local/gateway/read-definition.ts";
import {
  api,
  authorizer,
  EXECUTION_ARN,
  functionArn,
  integrationResponse,
  lambda,
  mock,
  queue,
  resource,
  route,
} from "./resources.ts";

const APIGATEWAY = "aws:apigatewayv2";

describe("API definition", () => {
  it("links routes, integrations, responses, authorizers and stages", () => {
    const connect = lambda("connect", { credentialsArn: "arn:aws:iam::1:role/r" });
    const guard = authorizer();
    const send = queue();
    const custom = { authorizationType: "CUSTOM", authorizerId: guard.id };
    const [definition, ...others] = readDefinitions([
      ...[...route("$connect", connect, custom), guard, connect],
      ...[...route("$default", send, { twoWay: true }), send],
      integrationResponse(send, "$default", "error"),
      integrationResponse(send, "/2\\d\\d/", "ack"),
      ...api({ stageVariables: { color: "red" } }),
    ]);
    assert.deepEqual(others, []);
    assert.equal(definition?.id, "a1b2c3");
    assert.equal(definition.executionArn, EXECUTION_ARN);
    assert.deepEqual(definition.routeSelection, { from: "body", path: ["action"] });
    assert.deepEqual(definition.stages.get("dev"), {
      name: "dev",
      deployed: true,
      variables: { color: "red" },
      limits: undefined,
      routeLimits: new Map(),
    });
    assert.deepEqual(definition.routes.get("$connect"), {
      routeKey: "$connect",
      integration: {
        id: "call-connect-id",
        name: "call-connect",
        timeoutMilliseconds: 29_000,
        type: "AWS_PROXY",
        functionArn: functionArn("connect"),
        credentialsArn: "arn:aws:iam::1:role/r",
      },
      authorizer: {
        id: "authorizer-id",
        name: "authorizer",
        functionArn: functionArn("authorize"),
        credentialsArn: undefined,
        identitySources: [
          {
            expression: "route.request.querystring.room",
            source: { from: "querystring", name: "room" },
          },
        ],
      },
      twoWay: false,
    });
    const { integration, twoWay } = definition.routes.get("$default") ?? {};
    assert.equal(twoWay, true);
    assert.ok(integration?.type === "AWS");
    assert.deepEqual(
      integration.responses.map(({ status, templates }) => [status?.source, templates["$default"]]),
      [
        [undefined, "error"],
        ["^(?:2\\d\\d)$", "ack"],
      ],
    );
  });

  it("keeps APIs apart", () => {
    const other = {
      ...resource(`${APIGATEWAY}/api:Api`, "other", api()[0]?.inputs ?? {}),
      id: "x9",
    };
    const integration = mock();
    const definitions = readDefinitions([
      ...[...api(), integration, ...route("ping", integration)],
      other,
    ]);
    assert.deepEqual(
      definitions.map(({ id, routes, stages }) => [id, routes.size, stages.size]),
      [
        ["a1b2c3", 1, 1],
        ["x9", 0, 0],
      ],
    );
  });
});

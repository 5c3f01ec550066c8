import assert from "node:assert/strict";
import { WebSocketApi, type WebSocketApiArgs } from "../../components/websocket-api.ts";
import { recordComponent } from "../support/program.ts";
import { alarmTopicArn, assertRefused, createFunction, stageSettings } from "./fixtures.ts";

const apiType = "aws:apigatewayv2/api:Api";
const deploymentType = "aws:apigatewayv2/deployment:Deployment";
const mock = { kind: "mock", response: "{}" } as const;

function createApi(overrides: Partial<WebSocketApiArgs> = {}): WebSocketApi {
  return new WebSocketApi("gateway", {
    authorizer: {
      function: createFunction("authorize"),
      identitySources: ["route.request.querystring.room_id"],
    },
    routes: { $connect: { kind: "function", function: createFunction("connect") }, $default: mock },
    stage: stageSettings,
    loggingReady: [],
    alarmTopicArn,
    ...overrides,
  });
}

describe("WebSocketApi", () => {
  it("is an API with an authorizer, its permission, a component per route, and a stage", async () => {
    const program = await recordComponent(() => createApi());
    assert.deepEqual(program.children("roomcast:index:WebSocketApi", "gateway"), [
      [apiType, "gateway-api"],
      ["aws:apigatewayv2/authorizer:Authorizer", "gateway-authorizer"],
      ["aws:lambda/permission:Permission", "gateway-authorizer-permission"],
      ["roomcast:index:WebSocketRoute", "gateway-connect"],
      ["roomcast:index:WebSocketRoute", "gateway-default"],
      ["roomcast:index:WebSocketStage", "gateway"],
    ]);
  });

  it("selects routes by the frame's action, and keeps its default endpoint", async () => {
    const program = await recordComponent(() => createApi());
    assert.deepEqual(program.inputs(apiType, "gateway-api"), {
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
  });

  it("selects routes as it is told", async () => {
    const program = await recordComponent(() =>
      createApi({ routeSelectionExpression: "$request.body.type" }),
    );
    const { routeSelectionExpression } = program.inputs(apiType, "gateway-api");
    assert.equal(routeSelectionExpression, "$request.body.type");
  });

  it("asks the authorizer with what the handshake must carry, and no cache", async () => {
    const program = await recordComponent(() => createApi());
    const lambda = program.state("aws:lambda/function:Function", "authorize-function");
    const authorizer = program.find("aws:apigatewayv2/authorizer:Authorizer", "gateway-authorizer");
    assert.deepEqual(authorizer.inputs, {
      apiId: program.find(apiType, "gateway-api").id,
      authorizerType: "REQUEST",
      authorizerUri: lambda["invokeArn"],
      identitySources: ["route.request.querystring.room_id"],
    });
    const { executionArn } = program.state(apiType, "gateway-api");
    assert.deepEqual(
      program.inputs("aws:lambda/permission:Permission", "gateway-authorizer-permission"),
      {
        action: "lambda:InvokeFunction",
        function: lambda["name"],
        principal: "apigateway.amazonaws.com",
        sourceArn: `${executionArn}/authorizers/${authorizer.id}`,
      },
    );
  });

  it("puts the authorizer on $connect only", async () => {
    const program = await recordComponent(() => createApi());
    const types = program
      .ofType("aws:apigatewayv2/route:Route")
      .map(({ inputs }) => [inputs["routeKey"], inputs["authorizationType"]]);
    assert.deepEqual(types.sort(), [
      ["$connect", "CUSTOM"],
      ["$default", "NONE"],
    ]);
  });

  it("watches the API, the authorizer and every route, whatever the routes are called", async () => {
    const program = await recordComponent(() =>
      createApi({ routes: { $connect: mock, $default: mock, api: mock, authorizer: mock } }),
    );
    const { triggers } = program.inputs(deploymentType, "gateway-deployment");
    assert.equal(Object.keys(triggers).length, 6);
  });

  it("registers its outputs", async () => {
    const program = await recordComponent(() => createApi());
    const api = program.find(apiType, "gateway-api");
    const endpoint = `${api.id}.execute-api.eu-west-1.amazonaws.com/dev`;
    assert.deepEqual(program.find("roomcast:index:WebSocketApi", "gateway").outputs, {
      id: api.id,
      stageName: "dev",
      url: `wss://${endpoint}`,
      managementEndpoint: `https://${endpoint}`,
      stageArn: `${api.state["executionArn"]}/dev`,
    });
  });

  it("refuses to be without $connect", () =>
    assertRefused(
      () => createApi({ routes: { $default: mock } }),
      'WebSocketApi "gateway": "routes" has no $connect. Add $connect: only there the authorizer can stand.',
    ));

  it("refuses identity sources in the form of HTTP APIs", () =>
    assertRefused(
      () =>
        createApi({
          authorizer: {
            function: createFunction("authorize"),
            identitySources: ["route.request.header.Host", "$request.header.Authorization"],
          },
        }),
      'WebSocketApi "gateway": "authorizer.identitySources" has "$request.header.Authorization". Write route.request.header.NAME or route.request.querystring.NAME; the form without route is for HTTP APIs.',
    ));
});

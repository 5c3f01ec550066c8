import assert from "node:assert/strict";
import * as aws from "@pulumi/aws";
import {
  type RouteTarget,
  WebSocketRoute,
  type WebSocketRouteArgs,
} from "../../components/websocket-route.ts";
import { type RecordingOptions, recordComponent } from "../support/program.ts";
import { assertRefused, createFunction, createQueue, createRole } from "./fixtures.ts";

const integrationType = "aws:apigatewayv2/integration:Integration";
const integrationResponseType = "aws:apigatewayv2/integrationResponse:IntegrationResponse";
const routeType = "aws:apigatewayv2/route:Route";
const routeResponseType = "aws:apigatewayv2/routeResponse:RouteResponse";
const permissionType = "aws:lambda/permission:Permission";
const apiType = "aws:apigatewayv2/api:Api";

function createRoute(routeKey: string, target: RouteTarget, withAuthorizer = false) {
  const api = new aws.apigatewayv2.Api("api", { protocolType: "WEBSOCKET" });
  const args: WebSocketRouteArgs = { api, routeKey, target };
  if (withAuthorizer) {
    args.authorizer = new aws.apigatewayv2.Authorizer("gate", {
      apiId: api.id,
      authorizerType: "REQUEST",
    });
  }
  return new WebSocketRoute("talk", args);
}

const functionTarget = (): RouteTarget => ({ kind: "function", function: createFunction("greet") });
const queueTarget = (responses?: { success: string; failure: string }): RouteTarget => ({
  kind: "queue",
  queue: createQueue("chat"),
  role: createRole("enqueue"),
  requestTemplate: "Action=SendMessage",
  ...(responses === undefined ? {} : { responses }),
});
const mockTarget: RouteTarget = { kind: "mock", response: '{"type":"pong"}' };

const recordRoute = (
  routeKey: string,
  target: () => RouteTarget,
  withAuthorizer = false,
  options: RecordingOptions = {},
) => recordComponent(() => createRoute(routeKey, target(), withAuthorizer), options);

describe("WebSocketRoute to a function", () => {
  it("is a proxy integration by POST, a one-way route and a permission", async () => {
    const program = await recordRoute("$connect", functionTarget, true);
    assert.deepEqual(program.children("roomcast:index:WebSocketRoute", "talk"), [
      [integrationType, "talk-integration"],
      [routeType, "talk-route"],
      [permissionType, "talk-permission"],
    ]);
    const apiId = program.find(apiType, "api").id;
    const lambda = program.state("aws:lambda/function:Function", "greet-function");
    assert.deepEqual(program.inputs(integrationType, "talk-integration"), {
      apiId,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: lambda["invokeArn"],
    });
    const integrationId = program.find(integrationType, "talk-integration").id;
    assert.deepEqual(program.inputs(routeType, "talk-route"), {
      apiId,
      routeKey: "$connect",
      target: `integrations/${integrationId}`,
      authorizationType: "CUSTOM",
      authorizerId: program.find("aws:apigatewayv2/authorizer:Authorizer", "gate").id,
    });
    const executionArn = program.state(apiType, "api")["executionArn"];
    assert.deepEqual(program.inputs(permissionType, "talk-permission"), {
      action: "lambda:InvokeFunction",
      function: lambda["name"],
      principal: "apigateway.amazonaws.com",
      sourceArn: `${executionArn}/*/$connect`,
    });
  });

  it("has no authorization unless there is an authorizer", async () => {
    const program = await recordRoute("$disconnect", functionTarget);
    const { authorizationType, authorizerId } = program.inputs(routeType, "talk-route");
    assert.deepEqual([authorizationType, authorizerId], ["NONE", undefined]);
  });
});

describe("WebSocketRoute to a queue", () => {
  it("is a direct integration that calls SQS with a form", async () => {
    const program = await recordRoute("$default", queueTarget);
    assert.deepEqual(program.children("roomcast:index:WebSocketRoute", "talk"), [
      [integrationType, "talk-integration"],
      [routeType, "talk-route"],
    ]);
    const queue = program.state("aws:sqs/queue:Queue", "chat-queue")["name"];
    assert.deepEqual(program.inputs(integrationType, "talk-integration"), {
      apiId: program.find(apiType, "api").id,
      integrationType: "AWS",
      integrationMethod: "POST",
      integrationUri: `arn:aws:apigateway:eu-west-1:sqs:path/000000000000/${queue}`,
      credentialsArn: program.state("aws:iam/role:Role", "enqueue-role")["arn"],
      passthroughBehavior: "NEVER",
      templateSelectionExpression: "\\$default",
      requestTemplates: { $default: "Action=SendMessage" },
      requestParameters: {
        "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
      },
    });
    const route = program.inputs(routeType, "talk-route");
    assert.equal(route["routeResponseSelectionExpression"], undefined);
  });

  it("answers success and everything else, when it is given both answers", async () => {
    const program = await recordRoute("message", () =>
      queueTarget({ success: '{"ok":true}', failure: '{"ok":false}' }),
    );
    const apiId = program.find(apiType, "api").id;
    const integrationId = program.find(integrationType, "talk-integration").id;
    const answer = (integrationResponseKey: string, template: string) => ({
      apiId,
      integrationId,
      integrationResponseKey,
      templateSelectionExpression: "\\$default",
      responseTemplates: { $default: template },
    });
    assert.deepEqual(
      program.inputs(integrationResponseType, "talk-success"),
      answer("/2\\d\\d/", '{"ok":true}'),
    );
    assert.deepEqual(
      program.inputs(integrationResponseType, "talk-failure"),
      answer("$default", '{"ok":false}'),
    );
    const route = program.find(routeType, "talk-route");
    assert.equal(route.inputs["routeResponseSelectionExpression"], "$default");
    assert.deepEqual(program.inputs(routeResponseType, "talk-response"), {
      apiId,
      routeId: route.id,
      routeResponseKey: "$default",
    });
  });
});

describe("WebSocketRoute that answers by itself", () => {
  it("is a mock integration with one answer", async () => {
    const program = await recordRoute("ping", () => mockTarget);
    assert.deepEqual(program.children("roomcast:index:WebSocketRoute", "talk"), [
      [integrationType, "talk-integration"],
      [integrationResponseType, "talk-answer"],
      [routeType, "talk-route"],
      [routeResponseType, "talk-response"],
    ]);
    const apiId = program.find(apiType, "api").id;
    assert.deepEqual(program.inputs(integrationType, "talk-integration"), {
      apiId,
      integrationType: "MOCK",
      templateSelectionExpression: "\\$default",
      requestTemplates: { $default: '{"statusCode":200}' },
    });
    assert.deepEqual(program.inputs(integrationResponseType, "talk-answer"), {
      apiId,
      integrationId: program.find(integrationType, "talk-integration").id,
      integrationResponseKey: "$default",
      templateSelectionExpression: "\\$default",
      responseTemplates: { $default: '{"type":"pong"}' },
    });
    const route = program.inputs(routeType, "talk-route");
    assert.equal(route["routeResponseSelectionExpression"], "$default");
  });
});

describe("WebSocketRoute", () => {
  it("registers its outputs", async () => {
    const program = await recordRoute("ping", () => mockTarget);
    assert.deepEqual(program.find("roomcast:index:WebSocketRoute", "talk").outputs, {});
  });

  it("registers the same resources when nothing is known yet", async () => {
    for (const target of [functionTarget, queueTarget, () => mockTarget]) {
      const known = await recordRoute("$default", target);
      const previewed = await recordRoute("$default", target, false, { preview: true });
      const children = known.children("roomcast:index:WebSocketRoute", "talk");
      assert.deepEqual(previewed.children("roomcast:index:WebSocketRoute", "talk"), children);
    }
  });

  it("refuses an authorizer anywhere but on $connect", () =>
    assertRefused(
      () => createRoute("$default", mockTarget, true),
      'WebSocketRoute "talk": "authorizer" is not possible on "$default". API Gateway authorises the handshake only; check rights in the template or the function.',
    ));

  it("refuses a function that may outlive API Gateway's patience", () =>
    assertRefused(
      () =>
        createRoute("$connect", {
          kind: "function",
          function: createFunction("greet", { timeoutSeconds: 30 }),
        }),
      'WebSocketRoute "talk": "target" has a function whose timeout is over 29 s, API Gateway\'s limit. Give the function a shorter timeout.',
    ));

  it("takes a function of 29 s", async () => {
    const program = await recordRoute("$connect", () => ({
      kind: "function",
      function: createFunction("greet", { timeoutSeconds: 29 }),
    }));
    assert.equal(program.ofType(routeType).length, 1);
  });
});

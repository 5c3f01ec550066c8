import assert from "node:assert/strict";
import type { Properties } from "../../local/recording/resource.ts";
import { changed, foreign, unknownValue, without } from "../support/policy.ts";
import { beforeDeployment, byLiterals, chat } from "./api-gateway-fixtures.ts";
import { drop, itFindsEach, judged, messagesOf, set } from "./api-gateway-mutations.ts";

const connectRoute = "roomcast-gateway-connect-route";
const defaultRoute = "roomcast-gateway-default-route";
const integration = "roomcast-gateway-connect-integration";

const authorize = "Set authorizationType to CUSTOM with an authorizer of this API, or to AWS_IAM.";
const answer =
  "Set routeResponseSelectionExpression, and add a RouteResponse, and an IntegrationResponse unless the integration is a proxy.";
const outlast = "Shorten the function's timeout, or raise timeoutMilliseconds to 29000 at most.";

describe("rules for routes of a WebSocket API", () => {
  itFindsEach([
    [
      "an open $connect",
      set(connectRoute, { authorizationType: "NONE" }),
      "connect-route-is-authorized",
      connectRoute,
      `Route "${connectRoute}": authorizationType is neither CUSTOM nor AWS_IAM, so that anybody may connect. ${authorize}`,
    ],
    [
      "a $connect without its authorizer",
      set(connectRoute, { authorizerId: undefined }),
      "connect-route-is-authorized",
      connectRoute,
      `Route "${connectRoute}": authorizerId is not set. ${authorize}`,
    ],
    [
      "an API without $disconnect",
      drop("roomcast-gateway-disconnect-route"),
      "websocket-routes-are-complete",
      "roomcast-gateway-api",
      'Api "roomcast-gateway-api": it has no route $disconnect. Add a route $disconnect.',
    ],
    [
      "an authorizer where none can be",
      set("roomcast-gateway-message-route", { authorizationType: "AWS_IAM" }),
      "websocket-routes-are-complete",
      "roomcast-gateway-message-route",
      'Route "roomcast-gateway-message-route": it has an authorizer, which API Gateway takes on $connect only. Remove it, and check rights in the template or the function.',
    ],
    [
      "a $default that selects no response",
      set(defaultRoute, { routeResponseSelectionExpression: undefined }),
      "websocket-routes-are-complete",
      defaultRoute,
      `Route "${defaultRoute}": routeResponseSelectionExpression is not set, so that it does not answer. ${answer}`,
    ],
    [
      "a $default without a response",
      drop("roomcast-gateway-default-response"),
      "websocket-routes-are-complete",
      defaultRoute,
      `Route "${defaultRoute}": it has no RouteResponse, so that it does not answer. ${answer}`,
    ],
    [
      "a $default whose integration gives no answer",
      drop("roomcast-gateway-default-success", "roomcast-gateway-default-failure"),
      "websocket-routes-are-complete",
      defaultRoute,
      `Route "${defaultRoute}": its Integration "roomcast-gateway-default-integration" has no IntegrationResponse, so that it does not answer. ${answer}`,
    ],
    [
      "an integration that gives up too early",
      set(integration, { timeoutMilliseconds: 9999 }),
      "integration-outlasts-function",
      integration,
      `Integration "${integration}": it gives up before the timeout of Function "roomcast-connect-function". ${outlast}`,
    ],
    [
      "a function that no integration waits for",
      set("roomcast-disconnect-function", { timeout: 30 }),
      "integration-outlasts-function",
      "roomcast-gateway-disconnect-integration",
      `Integration "roomcast-gateway-disconnect-integration": it gives up before the timeout of Function "roomcast-disconnect-function". ${outlast}`,
    ],
  ]);
});

describe("connect-route-is-authorized", () => {
  const messages = (...args: Parameters<typeof set>) =>
    messagesOf("connect-route-is-authorized", set(...args)(chat()));

  it("takes IAM in place of an authorizer", () => {
    assert.deepEqual(messages("connect", { authorizationType: "AWS_IAM", authorizerId: null }), []);
  });

  it("judges a $connect of an API outside the stack", () => {
    const route = foreign("aws:apigatewayv2/route:Route", "elsewhere", {
      apiId: "other-id",
      routeKey: "$connect",
    });
    assert.deepEqual(messagesOf("connect-route-is-authorized", [route]), [
      `Route "elsewhere": authorizationType is neither CUSTOM nor AWS_IAM, so that anybody may connect. ${authorize}`,
    ]);
  });

  it("says nothing of an authorizer outside the stack", () => {
    const outside = changed(chat(), "connect", (properties, { propertyDependencies }) => {
      properties["authorizerId"] = "other-id";
      delete propertyDependencies["authorizerId"];
    });
    assert.deepEqual(judged(outside), []);
  });

  it("finds an authorizer of another API, by its link or by its id", () => {
    const api = foreign("aws:apigatewayv2/api:Api", "second", { protocolType: "WEBSOCKET" });
    const resources = changed([...chat(), api], "guard", (properties, resource) => {
      properties["apiId"] = "second";
      resource.propertyDependencies["apiId"] = [api.urn];
    });
    for (const variant of [resources, byLiterals(resources), beforeDeployment(resources)]) {
      assert.deepEqual(messagesOf("connect-route-is-authorized", variant), [
        `Route "connect": authorizerId names an authorizer of another API. ${authorize}`,
      ]);
    }
  });

  it("says once what it cannot know yet", () => {
    assert.deepEqual(messages("connect", { authorizationType: unknownValue }), [
      'Not decided before the deployment, since not known yet: "authorizationType" of Route "connect".',
    ]);
  });
});

describe("websocket-routes-are-complete", () => {
  const rule = "websocket-routes-are-complete";

  it("finds each route that is missing", () => {
    const bare = foreign("aws:apigatewayv2/api:Api", "bare", { protocolType: "WEBSOCKET" });
    assert.deepEqual(
      messagesOf(rule, [bare]),
      ["$connect", "$disconnect", "$default"].map(
        (key) => `Api "bare": it has no route ${key}. Add a route ${key}.`,
      ),
    );
  });

  it("does not call a route missing whose key is not known yet", () => {
    const resources = set("disconnect", { routeKey: unknownValue })(chat());
    assert.deepEqual(messagesOf(rule, resources), [
      'Not decided before the deployment, since not known yet: "routeKey" of Route "disconnect".',
    ]);
  });

  it("finds an authorizer that only its id tells of", () => {
    const resources = set("disconnect", { authorizerId: "other-id" })(chat());
    assert.deepEqual(messagesOf(rule, resources), [
      'Route "disconnect": it has an authorizer, which API Gateway takes on $connect only. Remove it, and check rights in the template or the function.',
    ]);
  });

  it("asks a proxy for no IntegrationResponse", () => {
    const resources = without(chat(), ({ name }) => name === "mock-response");
    const proxied = set("mock", { integrationType: "HTTP_PROXY" })(resources);
    assert.deepEqual(messagesOf(rule, proxied), []);
    assert.equal(messagesOf(rule, resources).length, 1);
  });

  it("lets $default be silent where the settings say so", () => {
    const silent = without(chat(), ({ name }) => name === "default-response");
    assert.equal(messagesOf(rule, silent).length, 1);
    assert.deepEqual(messagesOf(rule, silent, { defaultRouteAnswers: false }), []);
  });
});

describe("integration-outlasts-function", () => {
  const messages = (lambda: Properties, proxy: Properties = {}) =>
    messagesOf("integration-outlasts-function", set("join", lambda)(set("proxy", proxy)(chat())));
  const early = `Integration "proxy": it gives up before the timeout of Function "join". ${outlast}`;

  it("sees through an alias, and knows the defaults of both", () => {
    assert.deepEqual(messages({ timeout: 29 }), []);
    assert.deepEqual(messages({ timeout: 30 }), [early]);
    assert.deepEqual(messages({}, { timeoutMilliseconds: "3000" }), []);
    assert.deepEqual(messages({}, { timeoutMilliseconds: "2999" }), [early]);
  });

  it("finds a timeout that API Gateway does not take", () => {
    assert.deepEqual(messages({}, { timeoutMilliseconds: 30_000 }), [
      `Integration "proxy": timeoutMilliseconds is over 29000. ${outlast}`,
    ]);
  });

  it("leaves a function alone that is not waited for", () => {
    const event = { "integration.request.header.X-Amz-Invocation-Type": "'Event'" };
    assert.deepEqual(messages({ timeout: 900 }, { requestParameters: event }), []);
  });
});

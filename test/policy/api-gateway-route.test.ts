import assert from "node:assert/strict";
import type { Properties } from "../../local/recording/resource.ts";
import { drop, set } from "../support/mutations.ts";
import { changed, foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { beforeDeployment, byLiterals, chat, judged } from "./api-gateway-fixtures.ts";

const authorize = "Set authorizationType to CUSTOM with an authorizer of this API, or to AWS_IAM.";
const outlast = "Shorten the function's timeout, or raise timeoutMilliseconds to 29000 at most.";

describe("connect-route-is-authorized", () => {
  const messages = (...args: Parameters<typeof set>) =>
    messagesBy("connect-route-is-authorized", set(...args)(chat()));

  it("takes IAM in place of an authorizer", () => {
    assert.deepEqual(messages("connect", { authorizationType: "AWS_IAM", authorizerId: null }), []);
  });

  it("judges a $connect of an API outside the stack", () => {
    const route = foreign("aws:apigatewayv2/route:Route", "elsewhere", {
      apiId: "other-id",
      routeKey: "$connect",
    });
    assert.deepEqual(messagesBy("connect-route-is-authorized", [route]), [
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
      assert.deepEqual(messagesBy("connect-route-is-authorized", variant), [
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
      messagesBy(rule, [bare]),
      ["$connect", "$disconnect", "$default"].map(
        (key) => `Api "bare": it has no route ${key}. Add a route ${key}.`,
      ),
    );
  });

  it("does not call a route missing whose key is not known yet", () => {
    const resources = set("disconnect", { routeKey: unknownValue })(chat());
    assert.deepEqual(messagesBy(rule, resources), [
      'Not decided before the deployment, since not known yet: "routeKey" of Route "disconnect".',
    ]);
  });

  it("finds an authorizer that only its id tells of", () => {
    const resources = set("disconnect", { authorizerId: "other-id" })(chat());
    assert.deepEqual(messagesBy(rule, resources), [
      'Route "disconnect": it has an authorizer, which API Gateway takes on $connect only. Remove it, and check rights in the template or the function.',
    ]);
  });

  it("asks a proxy for no IntegrationResponse", () => {
    const resources = drop("mock-response")(chat());
    const proxied = set("mock", { integrationType: "HTTP_PROXY" })(resources);
    assert.deepEqual(messagesBy(rule, proxied), []);
    assert.equal(messagesBy(rule, resources).length, 1);
  });

  it("follows a target that is a literal", () => {
    const mutant = byLiterals(drop("mock-response")(chat()));
    assert.deepEqual(
      messagesBy(rule, mutant).map((message) => message.split(". ")[0]),
      [
        'Route "default": its Integration "mock" has no IntegrationResponse, so that it does not answer',
      ],
    );
  });

  it("finds an authorizer of a route that takes its API from another part", () => {
    const elsewhere = changed(beforeDeployment(chat()), "disconnect", (properties, resource) => {
      properties["authorizationType"] = "AWS_IAM";
      resource.propertyDependencies["apiId"] = [...(resource.propertyDependencies["target"] ?? [])];
    });
    assert.deepEqual(messagesBy(rule, elsewhere), [
      'Route "disconnect": it has an authorizer, which API Gateway takes on $connect only. Remove it, and check rights in the template or the function.',
    ]);
  });

  it("lets $default be silent where the settings say so", () => {
    const silent = drop("default-response")(chat());
    assert.equal(messagesBy(rule, silent).length, 1);
    assert.deepEqual(messagesBy(rule, silent, { defaultRouteAnswers: false }), []);
  });
});

describe("integration-outlasts-function", () => {
  const messages = (lambda: Properties, proxy: Properties = {}) =>
    messagesBy("integration-outlasts-function", set("join", lambda)(set("proxy", proxy)(chat())));
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
    for (const header of ["X-Amz-Invocation-Type", "x-amz-invocation-type"]) {
      const event = { [`integration.request.header.${header}`]: "'Event'" };
      assert.deepEqual(messages({ timeout: 900 }, { requestParameters: event }), []);
    }
  });
});

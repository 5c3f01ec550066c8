import assert from "node:assert/strict";
import type { RecordedResource } from "../../local/recording/resource.ts";
import { set } from "../support/mutations.ts";
import { changed, foreign, messagesBy, unknownValue } from "../support/policy.ts";
import { byLiterals, chat, judged, untrigger } from "./api-gateway-fixtures.ts";

const trigger =
  "Compute triggers from every route, integration, response, authorizer and model of the API.";

describe("deployment-triggers-are-complete", () => {
  const rule = "deployment-triggers-are-complete";

  it("finds a model that is missing", () => {
    assert.deepEqual(messagesBy(rule, untrigger("snapshot", "frame")(unlabelled(chat()))), [
      `Deployment "snapshot": triggers does not depend on Model "frame". ${trigger}`,
    ]);
  });

  it("finds every part missing in triggers that depend on nothing", () => {
    const resources = set("snapshot", { triggers: undefined })(chat());
    const fixed = set("snapshot", { triggers: { redeploy: "1" } })(resources);
    assert.deepEqual(
      messagesBy(rule, fixed).map((message) => message.split(". ")[0]),
      [
        'Authorizer "guard"',
        'Integration "proxy"',
        'Integration "mock"',
        'IntegrationResponse "mock-response"',
        'Route "connect"',
        'Route "disconnect"',
        'Route "default"',
        'RouteResponse "default-response"',
        'Model "frame"',
      ].map((part) => `Deployment "snapshot": triggers does not depend on ${part}`),
    );
  });

  it("waits for triggers that are not known, and come from nothing in the stack", () => {
    const unlinked = set("snapshot", { triggers: undefined })(chat());
    const resources = set("snapshot", { triggers: unknownValue })(unlinked);
    assert.deepEqual(messagesBy(rule, resources), [
      'Not decided before the deployment, since not known yet: "triggers" of Deployment "snapshot".',
    ]);
  });

  it("says nothing of a deployment outside the stack", () => {
    const outside = set("live-stage", { deploymentId: undefined })(chat());
    assert.deepEqual(judged(set("live-stage", { deploymentId: "other-id" })(outside)), []);
  });

  it("finds a stage on the deployment of another API", () => {
    const api = foreign("aws:apigatewayv2/api:Api", "second", { protocolType: "WEBSOCKET" });
    const resources = changed([...chat(), api], "live-stage", (properties, resource) => {
      properties["apiId"] = "second";
      resource.propertyDependencies["apiId"] = [api.urn];
    });
    assert.deepEqual(messagesBy(rule, resources), [
      'Stage "live-stage": deploymentId names a deployment of another API. Set deploymentId to a Deployment of the API.',
    ]);
  });

  it("judges the other parts when the API of one is not known yet", () => {
    const resources = changed(chat(), "frame", (properties, resource) => {
      properties["apiId"] = unknownValue;
      delete resource.propertyDependencies["apiId"];
    });
    const mutant = untrigger("snapshot", "disconnect")(unlabelled(resources));
    assert.deepEqual(messagesBy(rule, mutant), [
      `Deployment "snapshot": triggers does not depend on Route "disconnect". ${trigger}`,
      'Not decided before the deployment, since not known yet: "apiId" of Model "frame".',
    ]);
  });

  /** With triggers that name nothing by a literal, so that only links count. */
  function unlabelled(resources: readonly RecordedResource[]) {
    return set("snapshot", { triggers: { all: "hash" } })(resources);
  }
});

describe("deployment-waits-for-routes", () => {
  const messages = (resources: readonly RecordedResource[]) =>
    messagesBy("deployment-waits-for-routes", resources);

  /** The deployment waits for nothing but these. */
  function waitingFor(...names: string[]) {
    const resources = byLiterals(chat());
    return changed(resources, "snapshot", (_properties, resource) => {
      resource.dependencies = resources
        .filter(({ name }) => names.includes(name))
        .map(({ urn }) => urn);
    });
  }

  it("finds a route that is not waited for", () => {
    assert.deepEqual(messages(waitingFor("connect", "default")), [
      'Deployment "snapshot": it does not wait for Route "disconnect". Add the routes to the deployment\'s dependsOn.',
    ]);
  });

  it("takes a route that something else in between waits for", () => {
    assert.deepEqual(messages(waitingFor("connect", "disconnect", "default-response")), []);
  });
});

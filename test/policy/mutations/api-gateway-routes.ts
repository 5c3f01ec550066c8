import { drop, type Mutations, set, setOptions } from "../../support/mutations.ts";
import { untrigger } from "../api-gateway-fixtures.ts";

const api = "roomcast-gateway-api";
const connectRoute = "roomcast-gateway-connect-route";
const defaultRoute = "roomcast-gateway-default-route";
const messageRoute = "roomcast-gateway-message-route";
const connectIntegration = "roomcast-gateway-connect-integration";
const disconnectIntegration = "roomcast-gateway-disconnect-integration";
const deployment = "roomcast-gateway-deployment";
const stage = "roomcast-gateway-stage";

const authorize = "Set authorizationType to CUSTOM with an authorizer of this API, or to AWS_IAM.";
const answer =
  "Set routeResponseSelectionExpression, and add a RouteResponse, and an IntegrationResponse unless the integration is a proxy; where publishes are not to be answered, set defaultRouteAnswers of this policy to false.";
const outlast = "Shorten the function's timeout, or raise timeoutMilliseconds to 29000 at most.";
const trigger =
  "Compute triggers from every route, integration, response, authorizer and model of the API.";
const deploy = "Set deploymentId to a Deployment of the API.";

const triggering = [
  ["Route", "roomcast-gateway-ping-route"],
  ["Integration", "roomcast-gateway-message-integration"],
  ["IntegrationResponse", "roomcast-gateway-default-failure"],
  ["RouteResponse", "roomcast-gateway-message-response"],
  ["Authorizer", "roomcast-gateway-authorizer"],
] as const;

/** Of routes, what answers behind them, and what makes them live. */
export const routeMutations: Mutations = {
  "connect-route-is-authorized": [
    {
      finds: "an open $connect",
      by: set(connectRoute, { authorizationType: "NONE" }),
      about: connectRoute,
      says: `authorizationType is neither CUSTOM nor AWS_IAM, so that anybody may connect. ${authorize}`,
    },
    {
      finds: "a $connect without its authorizer",
      by: set(connectRoute, { authorizerId: undefined }),
      about: connectRoute,
      says: `authorizerId is not set. ${authorize}`,
    },
  ],
  "websocket-routes-are-complete": [
    {
      finds: "an API without $disconnect",
      by: drop("roomcast-gateway-disconnect-route"),
      about: api,
      says: "it has no route $disconnect. Add a route $disconnect.",
    },
    {
      finds: "an authorizer where none can be",
      by: set(messageRoute, { authorizationType: "AWS_IAM" }),
      about: messageRoute,
      says: "it has an authorizer, which API Gateway takes on $connect only. Remove it, and check rights in the template or the function.",
    },
    {
      finds: "a $default that selects no response",
      by: set(defaultRoute, { routeResponseSelectionExpression: undefined }),
      about: defaultRoute,
      says: `routeResponseSelectionExpression is not set, so that it does not answer. ${answer}`,
    },
    {
      finds: "a $default without a response",
      by: drop("roomcast-gateway-default-response"),
      about: defaultRoute,
      says: `it has no RouteResponse, so that it does not answer. ${answer}`,
    },
    {
      finds: "a $default whose integration gives no answer",
      by: drop("roomcast-gateway-default-success", "roomcast-gateway-default-failure"),
      about: defaultRoute,
      says: `its Integration "roomcast-gateway-default-integration" has no IntegrationResponse, so that it does not answer. ${answer}`,
    },
  ],
  "integration-outlasts-function": [
    {
      finds: "an integration that gives up too early",
      by: set(connectIntegration, { timeoutMilliseconds: 9999 }),
      about: connectIntegration,
      says: `it gives up before the timeout of Function "roomcast-connect-function". ${outlast}`,
    },
    {
      finds: "a function that no integration waits for",
      by: set("roomcast-disconnect-function", { timeout: 30 }),
      about: disconnectIntegration,
      says: `it gives up before the timeout of Function "roomcast-disconnect-function". ${outlast}`,
    },
  ],
  "deployment-triggers-are-complete": [
    ...triggering.map(([type, part]) => ({
      finds: `triggers without ${part}`,
      by: untrigger(deployment, part),
      about: deployment,
      says: `triggers does not depend on ${type} "${part}". ${trigger}`,
    })),
    {
      finds: "a deployment without triggers",
      by: set(deployment, { triggers: undefined }),
      about: deployment,
      says: `triggers is not set, so that no change goes live. ${trigger}`,
    },
    {
      finds: "a stage that deploys by itself",
      by: set(stage, { autoDeploy: true, deploymentId: undefined }),
      about: stage,
      says: `autoDeploy is on, so that the API is live while it is half changed. Remove autoDeploy. ${deploy}`,
    },
    {
      finds: "a stage without a deployment",
      by: set(stage, { deploymentId: undefined }),
      about: stage,
      says: `deploymentId is not set, so that it serves nothing. ${deploy}`,
    },
  ],
  "deployment-waits-for-routes": [
    {
      finds: "a deployment that is deleted first",
      by: setOptions(deployment, { deleteBeforeReplace: true }),
      about: deployment,
      says: "it is deleted before it is replaced, which a stage that uses it does not allow. Remove the option deleteBeforeReplace.",
    },
  ],
};

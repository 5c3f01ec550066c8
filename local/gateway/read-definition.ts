import type { RecordedResource } from "../recording/resource.ts";
import { checkQuotas } from "./check-quotas.ts";
import {
  type ApiDefinition,
  type AuthorizerDefinition,
  DefinitionError,
  type IntegrationDefinition,
  type RouteDefinition,
} from "./definition.ts";
import { parseRouteSelection } from "./expressions.ts";
import { readAuthorizer } from "./read-authorizer.ts";
import { readIntegration } from "./read-integration.ts";
import { readStages } from "./read-stages.ts";
import {
  API,
  API_MAPPING,
  AUTHORIZER,
  DEPLOYMENT,
  INTEGRATION,
  INTEGRATION_RESPONSE,
  ROUTE,
  ROUTE_RESPONSE,
  STAGE,
} from "./resource-types.ts";

export { API_MAPPING } from "./resource-types.ts";

const PREDEFINED_ROUTES = ["$connect", "$disconnect", "$default"];

const PLAYED = [
  ROUTE,
  INTEGRATION,
  INTEGRATION_RESPONSE,
  ROUTE_RESPONSE,
  AUTHORIZER,
  DEPLOYMENT,
  STAGE,
  API_MAPPING,
];

/**
 * The WebSocket APIs of a program, each with its routes, integrations, responses, authorizers and
 * stages, linked by their ids as API Gateway links them.
 *
 * @throws {DefinitionError} what API Gateway refuses, and what the laptop does not play; it names
 * the resource and the property
 */
export function readDefinitions(resources: readonly RecordedResource[]): ApiDefinition[] {
  return resources.filter(({ type }) => type === API).map((api) => readApi(api, resources));
}

function readApi(api: RecordedResource, resources: readonly RecordedResource[]): ApiDefinition {
  const { protocolType, executionArn, routeSelectionExpression, disableExecuteApiEndpoint } =
    api.state;
  if (protocolType !== "WEBSOCKET") {
    throw new DefinitionError(api, "protocolType", `${protocolType} is not played, only WEBSOCKET`);
  }
  if (disableExecuteApiEndpoint === true) {
    throw new DefinitionError(
      api,
      "disableExecuteApiEndpoint",
      "custom domains are not played, so the default endpoint is the only one",
    );
  }
  const routeSelection = parseRouteSelection(String(routeSelectionExpression ?? ""));
  if (routeSelection === undefined) {
    throw new DefinitionError(
      api,
      "routeSelectionExpression",
      "must be made of $request.body.{path} and static text",
    );
  }
  const own = resources.filter(
    ({ type, state }) => type.startsWith("aws:apigatewayv2/") && state["apiId"] === api.id,
  );
  for (const resource of own) {
    if (!PLAYED.includes(resource.type)) {
      throw new DefinitionError(resource, "type", "is not played on a laptop");
    }
  }
  checkQuotas(own);
  const routes = readRoutes(own);
  return {
    id: api.id,
    name: api.state["name"] ?? api.name,
    executionArn,
    routeSelection,
    routes,
    stages: readStages(own, routes),
  };
}

function readRoutes(own: RecordedResource[]): Map<string, RouteDefinition> {
  const responses = own.filter(({ type }) => type === INTEGRATION_RESPONSE);
  const integrations = byId(own, INTEGRATION, (resource) =>
    readIntegration(
      resource,
      responses.filter(({ state }) => state["integrationId"] === resource.id),
    ),
  );
  const authorizers = byId(own, AUTHORIZER, readAuthorizer);
  for (const response of responses) {
    if (!integrations.has(response.state["integrationId"])) {
      throw new DefinitionError(response, "integrationId", "names no integration of this API");
    }
  }
  const answered = readRouteResponses(own);
  const routes = new Map<string, RouteDefinition>();
  for (const resource of own.filter(({ type }) => type === ROUTE)) {
    const route = readRoute(resource, integrations, authorizers, answered.has(resource.id));
    if (routes.has(route.routeKey)) {
      throw new DefinitionError(resource, "routeKey", `${route.routeKey} already exists`);
    }
    routes.set(route.routeKey, route);
  }
  return routes;
}

function readRoute(
  resource: RecordedResource,
  integrations: Map<string, IntegrationDefinition>,
  authorizers: Map<string, AuthorizerDefinition>,
  hasResponse: boolean,
): RouteDefinition {
  const { routeKey, target, routeResponseSelectionExpression: selection } = resource.state;
  const integrationId = /^integrations\/(.+)$/.exec(target ?? "")?.[1];
  const integration = integrations.get(integrationId ?? "");
  if (integration === undefined) {
    throw new DefinitionError(resource, "target", "names no integration of this API");
  }
  if (selection !== undefined && selection !== "$default") {
    throw new DefinitionError(
      resource,
      "routeResponseSelectionExpression",
      "$default is the only supported value",
    );
  }
  for (const property of ["apiKeyRequired", "modelSelectionExpression", "requestModels"]) {
    if (resource.state[property]) {
      throw new DefinitionError(resource, property, "is not played on a laptop");
    }
  }
  if (routeKey.startsWith("$") && !PREDEFINED_ROUTES.includes(routeKey)) {
    throw new DefinitionError(resource, "routeKey", "$ is reserved for the predefined routes");
  }
  const parameters: { required?: boolean }[] = resource.state["requestParameters"] ?? [];
  if (parameters.some(({ required }) => required === true)) {
    throw new DefinitionError(
      resource,
      "requestParameters",
      "required parameters are not played on a laptop",
    );
  }
  return {
    routeKey,
    integration,
    authorizer: authorizerOf(resource, authorizers),
    twoWay: selection === "$default" && hasResponse,
  };
}

function authorizerOf(
  resource: RecordedResource,
  authorizers: Map<string, AuthorizerDefinition>,
): AuthorizerDefinition | undefined {
  const { routeKey, authorizationType = "NONE", authorizerId } = resource.state;
  if (authorizationType === "NONE") {
    if (authorizerId === undefined) return undefined;
    throw new DefinitionError(
      resource,
      "authorizerId",
      "has no effect unless authorizationType is CUSTOM",
    );
  }
  if (authorizationType === "AWS_IAM") {
    throw new DefinitionError(resource, "authorizationType", "AWS_IAM is not played on a laptop");
  }
  if (authorizationType !== "CUSTOM") {
    throw new DefinitionError(
      resource,
      "authorizationType",
      `${authorizationType} is not supported for a WebSocket API; use NONE, AWS_IAM or CUSTOM`,
    );
  }
  if (routeKey !== "$connect") {
    throw new DefinitionError(
      resource,
      "authorizationType",
      "a WebSocket API can have authorization on its $connect route only",
    );
  }
  const authorizer = authorizers.get(authorizerId ?? "");
  if (authorizer === undefined) {
    throw new DefinitionError(resource, "authorizerId", "names no authorizer of this API");
  }
  return authorizer;
}

/** The ids of the routes that have a response. */
function readRouteResponses(own: RecordedResource[]): Set<string> {
  const answered = new Set<string>();
  for (const resource of own.filter(({ type }) => type === ROUTE_RESPONSE)) {
    if (resource.state["routeResponseKey"] !== "$default") {
      throw new DefinitionError(
        resource,
        "routeResponseKey",
        "$default is the only supported route response key",
      );
    }
    answered.add(resource.state["routeId"]);
  }
  return answered;
}

function byId<T>(
  own: RecordedResource[],
  type: string,
  read: (resource: RecordedResource) => T,
): Map<string, T> {
  return new Map(
    own.filter((resource) => resource.type === type).map((found) => [found.id, read(found)]),
  );
}

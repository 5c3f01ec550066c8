import { each } from "./each.ts";
import type { Graph } from "./graph.ts";
import { objectOf } from "./inputs.ts";
import type { Observed } from "./observed.ts";

export const apiType = "aws:apigatewayv2/api:Api";
export const authorizerType = "aws:apigatewayv2/authorizer:Authorizer";
export const deploymentType = "aws:apigatewayv2/deployment:Deployment";
export const integrationType = "aws:apigatewayv2/integration:Integration";
export const integrationResponseType = "aws:apigatewayv2/integrationResponse:IntegrationResponse";
export const modelType = "aws:apigatewayv2/model:Model";
export const routeType = "aws:apigatewayv2/route:Route";
export const routeResponseType = "aws:apigatewayv2/routeResponse:RouteResponse";
export const stageType = "aws:apigatewayv2/stage:Stage";

/** HTTP APIs are made of the same types, and follow other rules. */
export function isWebSocketApi({ type, props }: Observed): boolean {
  return type === apiType && props["protocolType"] === "WEBSOCKET";
}

/**
 * The WebSocket API that a resource is a part of: one at most, and none for a part of an HTTP API or
 * of an API outside the stack.
 *
 * @throws Undecided when nothing says which API it is, and the property is not known yet.
 */
export function webSocketApisOf(part: Observed, graph: Graph): Observed[] {
  return graph.targets(part, "apiId", apiType).filter(isWebSocketApi);
}

/** Checks the settings of each single route, under the path by which messages name them. */
export function eachRouteSettings<Found>(
  stage: Observed,
  check: (path: string, settings: Record<string, unknown>) => Iterable<Found>,
): Iterable<Found> {
  const list: unknown = stage.props["routeSettings"];
  return each(Array.isArray(list) ? list : [], (settings, number) =>
    check(`routeSettings[${number - 1}]`, objectOf(settings)),
  );
}

/** Whether resources are certainly others: false while one list is empty, which says nothing. */
export function areDisjoint(some: readonly Observed[], others: readonly Observed[]): boolean {
  return some.length > 0 && others.length > 0 && !some.some((one) => others.includes(one));
}

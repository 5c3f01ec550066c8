import type { RecordedResource } from "../recording/resource.ts";
import { DefinitionError, type RouteDefinition, type StageDefinition } from "./definition.ts";
import { DEPLOYMENT, STAGE } from "./resource-types.ts";
import type { Limits } from "./token-bucket.ts";

/** The throttling part of `defaultRouteSettings`, or of an entry of `routeSettings`. */
interface Settings {
  throttlingBurstLimit?: number;
  throttlingRateLimit?: number;
}

const STAGE_NAME = /^(?:[A-Za-z0-9_-]{1,128}|\$default)$/;

/**
 * The stages of an API by name.
 *
 * @throws {DefinitionError}
 */
export function readStages(
  own: RecordedResource[],
  routes: ReadonlyMap<string, RouteDefinition>,
): Map<string, StageDefinition> {
  const deployments = own.filter(({ type }) => type === DEPLOYMENT);
  const [deployment] = deployments;
  if (deployment !== undefined && routes.size === 0) {
    throw new DefinitionError(
      deployment,
      "apiId",
      "at least one route is required to deploy an API",
    );
  }
  const stages = new Map<string, StageDefinition>();
  for (const resource of own.filter(({ type }) => type === STAGE)) {
    const { name = resource.name, deploymentId, autoDeploy, stageVariables } = resource.state;
    if (!STAGE_NAME.test(name)) {
      throw new DefinitionError(
        resource,
        "name",
        "may have up to 128 letters, digits, hyphens and underscores",
      );
    }
    if (deploymentId !== undefined && !deployments.some(({ id }) => id === deploymentId)) {
      throw new DefinitionError(resource, "deploymentId", "names no deployment of this API");
    }
    stages.set(name, {
      name,
      deployed: deploymentId !== undefined || (autoDeploy === true && routes.size > 0),
      variables: stageVariables ?? {},
      limits: limitsOf(resource.state["defaultRouteSettings"]),
      routeLimits: readRouteLimits(resource, routes),
    });
  }
  return stages;
}

function readRouteLimits(
  resource: RecordedResource,
  routes: ReadonlyMap<string, RouteDefinition>,
): Map<string, Limits> {
  const settings: (Settings & { routeKey: string })[] = resource.state["routeSettings"] ?? [];
  return new Map(
    settings.map((entry) => {
      if (!routes.has(entry.routeKey)) {
        const message = `there is no route ${entry.routeKey} that these could be for`;
        throw new DefinitionError(resource, "routeSettings", message);
      }
      return [entry.routeKey, limitsOf(entry)];
    }),
  );
}

/**
 * The limits in route settings; undefined without settings. A limit that is left out is sent as zero
 * (pulumi-aws #2363), so that everything is throttled.
 */
function limitsOf(settings: Settings): Limits;
function limitsOf(settings: Settings | undefined): Limits | undefined;
function limitsOf(settings: Settings | undefined): Limits | undefined {
  if (settings === undefined) return undefined;
  return { rate: settings.throttlingRateLimit ?? 0, burst: settings.throttlingBurstLimit ?? 0 };
}

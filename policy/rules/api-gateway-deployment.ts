import type { Graph } from "../lib/graph.ts";
import { isTrue } from "../lib/inputs.ts";
import { known, labelOf, type Observed } from "../lib/observed.ts";
import { type Finding, stackRule } from "../lib/rule.ts";
import { ours } from "../lib/sources.ts";
import {
  apiType,
  areDisjoint,
  authorizerType,
  deploymentType,
  integrationResponseType,
  integrationType,
  modelType,
  routeResponseType,
  routeType,
  stageType,
  webSocketApisOf,
} from "../lib/websocket.ts";

const remedyOfStage = "Set deploymentId to a Deployment of the API.";

/** What a deployment is a snapshot of. */
const partTypes = [
  routeType,
  integrationType,
  integrationResponseType,
  routeResponseType,
  authorizerType,
  modelType,
];

export const deploymentRules = [
  stackRule({
    name: "deployment-triggers-are-complete",
    description:
      "A change of any route, integration, response, authorizer or model makes a new deployment, and the stage uses it.",
    level: "mandatory",
    severity: "high",
    sources: [ours],
    remedy:
      "Compute triggers from every route, integration, response, authorizer and model of the API.",
    decidedBy: "links",
    types: [...partTypes, deploymentType, stageType],
    checks: [
      // By part: one whose API is not known yet does not keep the others from being judged.
      function* (part, { graph }) {
        if (partTypes.includes(part.type)) {
          for (const deployment of deploymentsOf(part, graph)) {
            if (hasTriggers(deployment, graph) && !triggersOf(deployment, graph).includes(part)) {
              yield { about: deployment, fault: `triggers does not depend on ${labelOf(part)}` };
            }
          }
        }
      },
      function* (deployment, { graph }) {
        if (
          deployment.type === deploymentType &&
          webSocketApisOf(deployment, graph).length > 0 &&
          !hasTriggers(deployment, graph)
        ) {
          yield "triggers is not set, so that no change goes live";
        }
      },
      function* (stage, { graph }) {
        if (stage.type === stageType && webSocketApisOf(stage, graph).length > 0) {
          if (isTrue(stage.props["autoDeploy"])) {
            yield {
              fault: "autoDeploy is on, so that the API is live while it is half changed",
              remedy: `Remove autoDeploy. ${remedyOfStage}`,
            };
            return;
          }
          yield* deploymentFaults(stage, graph);
        }
      },
    ],
  }),

  stackRule({
    name: "deployment-waits-for-routes",
    description:
      "A deployment is made after every route of its API, and its successor before it is deleted.",
    level: "mandatory",
    severity: "high",
    sources: [ours],
    remedy: "Add the routes to the deployment's dependsOn.",
    decidedBy: "links",
    types: [routeType, deploymentType],
    checks: [
      function* (route, { graph }) {
        if (route.type === routeType) {
          for (const deployment of deploymentsOf(route, graph)) {
            if (!graph.waitsFor(deployment, route)) {
              yield { about: deployment, fault: `it does not wait for ${labelOf(route)}` };
            }
          }
        }
      },
      function* (deployment, { graph }) {
        if (
          deployment.type === deploymentType &&
          deployment.opts.deleteBeforeReplace === true &&
          webSocketApisOf(deployment, graph).length > 0
        ) {
          yield {
            fault: "it is deleted before it is replaced, which a stage that uses it does not allow",
            remedy: "Remove the option deleteBeforeReplace.",
          };
        }
      },
    ],
  }),
];

/** Deployments of the WebSocket API that a resource is a part of. */
function deploymentsOf(part: Observed, graph: Graph): Observed[] {
  return webSocketApisOf(part, graph).flatMap((api) => graph.users(api, deploymentType, "apiId"));
}

/** The parts of an API, and the API, that a deployment's triggers were computed from. */
function triggersOf(deployment: Observed, graph: Graph): Observed[] {
  return [apiType, ...partTypes].flatMap(
    (type) => known(() => graph.targets(deployment, "triggers", type)) ?? [],
  );
}

/** @throws Undecided when they were computed from none of the parts, and are not known yet. */
function hasTriggers(deployment: Observed, graph: Graph): boolean {
  if (triggersOf(deployment, graph).length > 0) {
    return true;
  }
  const triggers: unknown = deployment.props["triggers"];
  return typeof triggers === "object" && triggers !== null && Object.values(triggers).length > 0;
}

function* deploymentFaults(stage: Observed, graph: Graph): Generator<Finding> {
  const deployments = graph.targets(stage, "deploymentId", deploymentType);
  if (deployments.length === 0 && !stage.props["deploymentId"]) {
    yield { fault: "deploymentId is not set, so that it serves nothing", remedy: remedyOfStage };
  }
  const apis = webSocketApisOf(stage, graph);
  for (const deployment of deployments) {
    if (areDisjoint(apis, graph.targets(deployment, "apiId", apiType))) {
      yield { fault: "deploymentId names a deployment of another API", remedy: remedyOfStage };
    }
  }
}

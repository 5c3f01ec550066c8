import { anyOf } from "../lib/each.ts";
import type { Graph } from "../lib/graph.ts";
import { numberOf, objectOf } from "../lib/inputs.ts";
import { functionType } from "../lib/lambda-types.ts";
import { known, labelOf, type Observed } from "../lib/observed.ts";
import { type Finding, stackRule } from "../lib/rule.ts";
import { cdkNag, checkov, ours, securityHub } from "../lib/sources.ts";
import {
  apiType,
  areDisjoint,
  authorizerType,
  integrationResponseType,
  integrationType,
  isWebSocketApi,
  routeResponseType,
  routeType,
  webSocketApisOf,
} from "../lib/websocket.ts";

/** What Lambda gives a function that does not say. */
const defaultFunctionTimeoutSeconds = 3;
/** What API Gateway waits at most, and unless told otherwise. */
const maximumIntegrationTimeoutMilliseconds = 29_000;

/** The parameter by which an integration says how Lambda is to be called; lower case. */
const invocationType = "integration.request.header.x-amz-invocation-type";

/** What API Gateway calls when a connection opens, ends, or sends what no other route is for. */
const predefinedRouteKeys = ["$connect", "$disconnect", "$default"];

export const routeRules = [
  stackRule({
    name: "connect-route-is-authorized",
    description:
      "The $connect route has an authorizer of its own API, or IAM: a connection is authorised once, for its life.",
    level: "mandatory",
    severity: "critical",
    sources: [
      securityHub("APIGateway.8"),
      checkov("CKV_AWS_309"),
      cdkNag("AwsSolutions-APIG4"),
      ours,
    ],
    remedy: "Set authorizationType to CUSTOM with an authorizer of this API, or to AWS_IAM.",
    decidedBy: "links",
    types: [routeType],
    checks: [
      // The key says that the API is a WebSocket API, wherever it is defined.
      function* (route, { graph }) {
        if (
          route.props["routeKey"] !== "$connect" ||
          route.props["authorizationType"] === "AWS_IAM"
        ) {
          return;
        }
        if (route.props["authorizationType"] !== "CUSTOM") {
          yield "authorizationType is neither CUSTOM nor AWS_IAM, so that anybody may connect";
          return;
        }
        const authorizers = graph.targets(route, "authorizerId", authorizerType);
        if (authorizers.length === 0 && !route.props["authorizerId"]) {
          yield "authorizerId is not set";
        }
        const apis = graph.targets(route, "apiId", apiType);
        for (const authorizer of authorizers) {
          const itsApis = graph.targets(authorizer, "apiId", apiType);
          if (areDisjoint(apis, itsApis)) {
            yield "authorizerId names an authorizer of another API";
          }
        }
      },
    ],
  }),

  stackRule<{ defaultRouteAnswers: boolean }>({
    name: "websocket-routes-are-complete",
    description:
      "A WebSocket API has $connect, $disconnect and a $default route that answers, and authorises $connect only.",
    level: "mandatory",
    severity: "medium",
    sources: [ours],
    remedy: "Add what is missing, and authorise $connect only.",
    decidedBy: "links",
    settings: {
      defaultRouteAnswers: {
        type: "boolean",
        description:
          "Whether $default must answer; false where a stack saves the outbound messages on purpose.",
        default: true,
      },
    },
    types: [apiType, routeType],
    checks: [
      function* (api, { graph }) {
        if (!isWebSocketApi(api)) {
          return;
        }
        for (const key of predefinedRouteKeys) {
          const isKey = (route: Observed) =>
            webSocketApisOf(route, graph).includes(api) && route.props["routeKey"] === key;
          if (!anyOf(graph.ofType(routeType), isKey)) {
            yield { fault: `it has no route ${key}`, remedy: `Add a route ${key}.` };
          }
        }
      },
      function* (route, { graph }) {
        if (isRouteOfWebSocketApi(route, graph) && route.props["routeKey"] !== "$connect") {
          const { authorizationType } = route.props;
          const isOpen = [undefined, null, "", "NONE"].includes(authorizationType);
          if (!isOpen || namesAuthorizer(route, graph)) {
            yield {
              fault: "it has an authorizer, which API Gateway takes on $connect only",
              remedy: "Remove it, and check rights in the template or the function.",
            };
          }
        }
      },
      function* (route, { graph, settings }) {
        if (
          settings.defaultRouteAnswers &&
          isRouteOfWebSocketApi(route, graph) &&
          route.props["routeKey"] === "$default"
        ) {
          yield* missingAnswers(route, graph);
        }
      },
    ],
  }),

  stackRule({
    name: "integration-outlasts-function",
    description:
      "A function behind a route ends before its integration gives up, which is after 29 seconds at most.",
    level: "mandatory",
    severity: "medium",
    sources: [ours],
    remedy: "Shorten the function's timeout, or raise timeoutMilliseconds to 29000 at most.",
    decidedBy: "links",
    types: [integrationType],
    checks: [
      function* (integration, { graph }) {
        if (
          webSocketApisOf(integration, graph).length > 0 &&
          timeoutOf(integration) > maximumIntegrationTimeoutMilliseconds
        ) {
          yield `timeoutMilliseconds is over ${maximumIntegrationTimeoutMilliseconds}`;
        }
      },
      function* (integration, { graph }) {
        if (webSocketApisOf(integration, graph).length === 0 || isAsynchronous(integration)) {
          return;
        }
        const waits = Math.min(timeoutOf(integration), maximumIntegrationTimeoutMilliseconds);
        // A URI that is not known and was computed from no function of the stack calls none of them.
        const functions = known(() => graph.targets(integration, "integrationUri", functionType));
        for (const called of functions ?? []) {
          const timeout = numberOf(called.props["timeout"], defaultFunctionTimeoutSeconds);
          if (waits < timeout * 1000) {
            yield `it gives up before the timeout of ${labelOf(called)}`;
          }
        }
      },
    ],
  }),
];

function isRouteOfWebSocketApi(resource: Observed, graph: Graph): boolean {
  return resource.type === routeType && webSocketApisOf(resource, graph).length > 0;
}

function namesAuthorizer(route: Observed, graph: Graph): boolean {
  const linked = known(() => graph.targets(route, "authorizerId", authorizerType)) ?? [];
  return linked.length > 0 || Boolean(route.props["authorizerId"]);
}

/** An answer needs all of these; without one, API Gateway drops it silently. */
function* missingAnswers(route: Observed, graph: Graph): Generator<Finding> {
  const remedy =
    "Set routeResponseSelectionExpression, and add a RouteResponse, and an IntegrationResponse unless the integration is a proxy; where publishes are not to be answered, set defaultRouteAnswers of this policy to false.";
  if (!route.props["routeResponseSelectionExpression"]) {
    yield {
      fault: "routeResponseSelectionExpression is not set, so that it does not answer",
      remedy,
    };
  }
  if (graph.users(route, routeResponseType, "routeId").length === 0) {
    yield { fault: "it has no RouteResponse, so that it does not answer", remedy };
  }
  const integrations = known(() => graph.targets(route, "target", integrationType)) ?? [];
  for (const integration of integrations) {
    const isProxy = String(integration.props["integrationType"]).endsWith("_PROXY");
    if (
      !isProxy &&
      graph.users(integration, integrationResponseType, "integrationId").length === 0
    ) {
      const fault = `its ${labelOf(integration)} has no IntegrationResponse, so that it does not answer`;
      yield { fault, remedy };
    }
  }
}

/** NaN, which compares with nothing, for what is no number. */
function timeoutOf({ props }: Observed): number {
  return numberOf(props["timeoutMilliseconds"], maximumIntegrationTimeoutMilliseconds);
}

/** Lambda answers at once then, and the function may take its time. */
function isAsynchronous({ props }: Observed): boolean {
  const parameters = objectOf(props["requestParameters"]);
  // Names of headers are compared without regard to case.
  const parameter = Object.keys(parameters).find((key) => key.toLowerCase() === invocationType);
  return parameter !== undefined && parameters[parameter] === "'Event'";
}

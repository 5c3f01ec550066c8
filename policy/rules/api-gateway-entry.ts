import type { Graph } from "../lib/graph.ts";
import { isLeftOut, isRecord, objectOf, textsIn } from "../lib/inputs.ts";
import { functionType, permissionType } from "../lib/lambda-types.ts";
import { known, type Observed } from "../lib/observed.ts";
import { type Finding, resourceRule, stackRule } from "../lib/rule.ts";
import { checkov, ours, securityHub, serverlessRules } from "../lib/sources.ts";
import { apiType, areDisjoint, authorizerType, isWebSocketApi } from "../lib/websocket.ts";

const apiGateway = "apigateway.amazonaws.com";
const domainNameType = "aws:apigatewayv2/domainName:DomainName";

/** REST APIs: their permissions look otherwise. */
const restApiType = "aws:apigateway/restApi:RestApi";

/** What API Gateway v2 takes; there is nothing stricter for its domain names. */
const domainSettings = { endpointType: "REGIONAL", securityPolicy: "TLS_1_2" };

export const entryRules = [
  // WebSocket and HTTP APIs take the same, so the API need not be known.
  resourceRule({
    name: "domain-uses-tls-1-2",
    description: "A domain name is regional, and takes TLS 1.2 or later.",
    level: "remediate",
    severity: "high",
    sources: [securityHub("APIGateway.11"), ours],
    remedy: "Set securityPolicy to TLS_1_2 and endpointType to REGIONAL.",
    decidedBy: "inputs",
    types: [domainNameType],
    checks: Object.entries(domainSettings).map(
      ([property, wanted]) =>
        function* ({ props }: Observed) {
          if (objectOf(props["domainNameConfiguration"])[property] !== wanted) {
            yield `domainNameConfiguration.${property} is not ${wanted}`;
          }
        },
    ),
    remediate({ props }) {
      const configuration: unknown = props["domainNameConfiguration"];
      if (!isRecord(configuration)) {
        return false;
      }
      const missing = Object.entries(domainSettings).filter(([property]) =>
        isLeftOut(configuration, property),
      );
      for (const [property, wanted] of missing) {
        configuration[property] = wanted;
      }
      return missing.length > 0;
    },
  }),

  resourceRule<{ acceptedSources: string[] }>({
    name: "authorizer-has-identity-source",
    description:
      "An authorizer is called only for handshakes with what it needs, and no credential is in the query string.",
    level: "advisory",
    severity: "high",
    sources: [ours],
    remedy:
      "Set identitySources to route.request.header.NAME, or to a parameter that is no credential and among the rule's acceptedSources.",
    decidedBy: "inputs",
    settings: {
      acceptedSources: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description: "Sources that will do, although they are no header.",
        default: ["route.request.querystring.room_id"],
      },
    },
    types: [authorizerType],
    checks: [
      function* (authorizer, { settings }) {
        if (!isOfWebSocketApi(authorizer)) {
          return;
        }
        const sources = textsIn(authorizer.props["identitySources"]);
        const others = sources.filter((source) => !settings.acceptedSources.includes(source));
        if (others.some((source) => source.startsWith("route.request.querystring."))) {
          yield "identitySources has a query string parameter that is not accepted: URLs are kept in many logs";
        } else if (
          others.length === sources.length &&
          !sources.some((source) => source.startsWith("route.request.header."))
        ) {
          yield "identitySources has neither a header nor an accepted source";
        }
      },
    ],
  }),

  stackRule({
    name: "api-permission-names-its-source",
    description:
      "API Gateway may call a function for one route or one authorizer of one API, and may do nothing else with it.",
    level: "mandatory",
    severity: "critical",
    sources: [
      securityHub("Lambda.1"),
      checkov("CKV_AWS_301"),
      checkov("CKV_AWS_364"),
      serverlessRules("WS1002"),
    ],
    remedy: "Set sourceArn to <executionArn>/*/<routeKey> or <executionArn>/authorizers/<id>.",
    // That the source is an API of the stack is decided before.
    decidedBy: "deployment",
    types: [permissionType],
    checks: [
      function* (permission) {
        const { principal, action } = permission.props;
        if (principal === apiGateway && action !== "lambda:InvokeFunction") {
          yield { fault: "action is not lambda:InvokeFunction", remedy: "Set it to that." };
        }
      },
      function* (permission, { graph }) {
        if (permission.props["principal"] === apiGateway) {
          yield* sourceFaults(permission, graph);
        }
      },
      function* (permission, { graph }) {
        if (permission.props["principal"] === apiGateway) {
          yield* authorizerFaults(permission, graph);
        }
      },
    ],
  }),
];

/** An authorizer for an HTTP API must have the version, one for a WebSocket API must not. */
function isOfWebSocketApi({ props }: Observed): boolean {
  return props["authorizerType"] === "REQUEST" && !props["authorizerPayloadFormatVersion"];
}

function* sourceFaults(permission: Observed, graph: Graph): Generator<Finding> {
  const sources = (type: string) => known(() => graph.targets(permission, "sourceArn", type)) ?? [];
  const apis = sources(apiType);
  const isWebSocket = apis.some(isWebSocketApi);
  if (!isWebSocket && [...apis, ...sources(restApiType)].length > 0) {
    return;
  }
  const source: unknown = permission.props["sourceArn"];
  if (!source) {
    yield "sourceArn is not set, so that any API of any account may call the function";
    return;
  }
  // arn:<partition>:execute-api:<region>:<account>:<api>/<stage>/<route key>, as a pattern
  const [, api = "", within = ""] = /^(arn:[^/]*)\/?(.*)$/s.exec(String(source)) ?? [];
  if (!/^arn:[^:*?]+:execute-api(:[^:*?]+){3}$/.test(api)) {
    yield "sourceArn does not name one API";
  } else if (isWebSocket) {
    const isRoute = /^[^/]+\/[^*?]+$/s.test(within) && !within.startsWith("authorizers/");
    const isAuthorizer = /^authorizers\/[^/*?]+$/.test(within);
    if (!isRoute && !isAuthorizer) {
      yield "sourceArn does not name one route or one authorizer";
    }
  }
}

function* authorizerFaults(permission: Observed, graph: Graph): Generator<Finding> {
  const authorizers = known(() => graph.targets(permission, "sourceArn", authorizerType)) ?? [];
  for (const authorizer of authorizers) {
    const called = graph.targets(authorizer, "authorizerUri", functionType);
    const allowed = graph.targets(permission, "function", functionType);
    if (areDisjoint(called, allowed)) {
      yield "sourceArn names an authorizer that calls another function";
    }
  }
}

import type { Properties, RecordedResource } from "../../local/recording/resource.ts";
import { apiGatewayRules } from "../../policy/rules/api-gateway.ts";
import {
  asFirstPreview,
  changed,
  foreign,
  judge,
  type Said,
  unknownValue,
} from "../support/policy.ts";

/** The lists of links that {@link foreign} takes. */
type Links = Record<string, RecordedResource[]>;

const executionArn = "arn:aws:execute-api:eu-west-1:111122223333:chat-id";

/** What every access log has to tell. */
export const requiredVariables = ["requestId", "connectionId", "eventType", "routeKey", "status"];

/** An access log with each of some variables of `$context`. */
export function formatOf(variables: readonly string[]): string {
  return JSON.stringify(Object.fromEntries(variables.map((name) => [name, `$context.${name}`])));
}

/**
 * The chat of some other team: every rule is content with it. The functions are called through an
 * alias, and whatever has a default is left to it.
 */
export function chat(): RecordedResource[] {
  const api = foreign(
    "aws:apigatewayv2/api:Api",
    "chat",
    { protocolType: "WEBSOCKET" },
    {},
    {
      id: "chat-id",
      executionArn,
    },
  );
  const part = (type: string, name: string, inputs: Properties, links: Links = {}) =>
    foreign(
      `aws:apigatewayv2/${type}`,
      name,
      { apiId: "chat-id", ...inputs },
      { apiId: [api], ...links },
      { id: `${name}-id` },
    );
  const lambda = foreign("aws:lambda/function:Function", "join", {}, {}, { invokeArn: "arn:join" });
  const alias = foreign(
    "aws:lambda/alias:Alias",
    "live",
    { functionName: "join" },
    { functionName: [lambda] },
    { invokeArn: "arn:join:live" },
  );
  const authorizer = part(
    "authorizer:Authorizer",
    "guard",
    {
      authorizerType: "REQUEST",
      authorizerUri: "arn:join:live",
      identitySources: ["route.request.header.Authorization"],
    },
    { authorizerUri: [alias] },
  );
  const proxy = part(
    "integration:Integration",
    "proxy",
    { integrationType: "AWS_PROXY", integrationUri: "arn:join:live" },
    { integrationUri: [alias] },
  );
  const mock = part("integration:Integration", "mock", { integrationType: "MOCK" });
  const mockResponse = part(
    "integrationResponse:IntegrationResponse",
    "mock-response",
    { integrationId: "mock-id", integrationResponseKey: "$default" },
    { integrationId: [mock] },
  );
  const route = (routeKey: string, integration: RecordedResource, inputs: Properties, links = {}) =>
    part(
      "route:Route",
      routeKey.replace("$", ""),
      { routeKey, target: `integrations/${integration.name}-id`, ...inputs },
      { target: [integration], ...links },
    );
  const connect = route(
    "$connect",
    proxy,
    { authorizationType: "CUSTOM", authorizerId: "guard-id" },
    { authorizerId: [authorizer] },
  );
  const disconnect = route("$disconnect", proxy, {});
  const fallback = route("$default", mock, { routeResponseSelectionExpression: "$default" });
  const response = part(
    "routeResponse:RouteResponse",
    "default-response",
    { routeId: "default-id", routeResponseKey: "$default" },
    { routeId: [fallback] },
  );
  const model = part("model:Model", "frame", { contentType: "application/json", schema: "{}" });
  const parts = [authorizer, proxy, mock, mockResponse, connect, disconnect, fallback, response];
  const deployment = part(
    "deployment:Deployment",
    "snapshot",
    { triggers: Object.fromEntries([...parts, model].map(({ name, id }) => [name, id])) },
    { triggers: [...parts, model] },
  );
  const logs = foreign(
    "aws:cloudwatch/logGroup:LogGroup",
    "logs",
    {},
    {},
    {
      arn: "arn:aws:logs:eu-west-1:111122223333:log-group:logs",
    },
  );
  const account = foreign("aws:apigateway/account:Account", "account", {
    cloudwatchRoleArn: "arn:aws:iam::111122223333:role/gateway",
  });
  const stage = part(
    "stage:Stage",
    "live-stage",
    {
      accessLogSettings: {
        destinationArn: "arn:aws:logs:eu-west-1:111122223333:log-group:logs:*",
        format: formatOf(requiredVariables),
      },
      defaultRouteSettings: {
        loggingLevel: "ERROR",
        throttlingBurstLimit: "100",
        throttlingRateLimit: 50.5,
      },
      routeSettings: [
        {
          routeKey: "$default",
          loggingLevel: "INFO",
          throttlingBurstLimit: 100,
          throttlingRateLimit: 50,
        },
      ],
      deploymentId: "snapshot-id",
    },
    { accessLogSettings: [logs], deploymentId: [deployment] },
  );
  stage.dependencies.push(account.urn);
  const permission = (name: string, within: string, links: RecordedResource[]) =>
    foreign(
      "aws:lambda/permission:Permission",
      name,
      {
        action: "lambda:InvokeFunction",
        function: "join",
        principal: "apigateway.amazonaws.com",
        sourceArn: `${executionArn}/${within}`,
      },
      { function: [alias], sourceArn: [api, ...links] },
    );
  const permissions = [
    permission("may-connect", "*/$connect", []),
    permission("may-disconnect", "live-stage/$disconnect", []),
    permission("may-authorize", "authorizers/guard-id", [authorizer]),
  ];
  const domain = foreign("aws:apigatewayv2/domainName:DomainName", "domain", {
    domainName: "chat.example.com",
    domainNameConfiguration: {
      certificateArn: "arn:aws:acm:eu-west-1:111122223333:certificate/1",
      endpointType: "REGIONAL",
      securityPolicy: "TLS_1_2",
    },
  });
  const functions = [lambda, alias];
  const around = [logs, account, stage, ...permissions, domain];
  return [api, ...functions, ...parts, model, deployment, ...around];
}

/** As a program says it that knows all ids and ARNs beforehand. */
export function byLiterals(resources: readonly RecordedResource[]): RecordedResource[] {
  return resources.map((resource) => ({ ...resource, propertyDependencies: {} }));
}

/** As in a first preview: what is computed from another resource is not known, and none has an id. */
export function beforeDeployment(resources: readonly RecordedResource[]): RecordedResource[] {
  const withUnknowns = resources.map((resource) => {
    const inputs = { ...resource.wire.inputs };
    for (const property of Object.keys(resource.propertyDependencies)) {
      inputs[property] = unknownValue;
    }
    return { ...resource, wire: { inputs, state: inputs } };
  });
  return asFirstPreview(withUnknowns);
}

/** Takes a resource out of what the triggers are computed from, and leaves the order. */
export function untrigger(deployment: string, name: string) {
  return (resources: readonly RecordedResource[]) =>
    changed(resources, deployment, (_properties, { propertyDependencies }) => {
      propertyDependencies["triggers"] = (propertyDependencies["triggers"] ?? []).filter(
        (urn) => !urn.endsWith(`::${name}`),
      );
    });
}

/** What the rules for API Gateway say. */
export function judged(resources: readonly RecordedResource[]): Said[] {
  return judge(resources, {}, apiGatewayRules);
}

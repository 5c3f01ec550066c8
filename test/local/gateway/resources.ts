import type { Properties, RecordedResource } from "../../../local/recording/resource.ts";
import { recordedResource } from "../../support/recorded-resource.ts";

export const API_ID = "a1b2c3";
export const EXECUTION_ARN = `arn:aws:execute-api:eu-west-1:123456789012:${API_ID}`;

/** The ARN of a function in these tests. */
export function functionArn(name: string): string {
  return `arn:aws:lambda:eu-west-1:123456789012:function:${name}`;
}

export function resource(type: string, name: string, inputs: Properties): RecordedResource {
  return recordedResource(type, name, inputs, {
    id: type.endsWith(":Api") ? API_ID : `${name}-id`,
  });
}

function child(type: string, name: string, inputs: Properties): RecordedResource {
  const module = `${type.charAt(0).toLowerCase()}${type.slice(1)}`;
  return resource(`aws:apigatewayv2/${module}:${type}`, name, { apiId: API_ID, ...inputs });
}

/** The API with a deployed stage `dev`. */
export function api(stage: Properties = {}, overrides: Properties = {}): RecordedResource[] {
  return [
    resource("aws:apigatewayv2/api:Api", "chat", {
      name: "chat",
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
      executionArn: EXECUTION_ARN,
      ...overrides,
    }),
    child("Deployment", "deployment", {}),
    child("Stage", "stage", { name: "dev", deploymentId: "deployment-id", ...stage }),
  ];
}

/** A route to an integration; `twoWay` adds what its answers need to reach the client. */
export function route(
  routeKey: string,
  integration: RecordedResource | undefined,
  { twoWay = false, ...overrides }: Properties & { twoWay?: boolean } = {},
): RecordedResource[] {
  const name = `route-${routeKey}`;
  const own = child("Route", name, {
    routeKey,
    ...(integration && { target: `integrations/${integration.id}` }),
    ...(twoWay && { routeResponseSelectionExpression: "$default" }),
    ...overrides,
  });
  if (!twoWay) return [own];
  const inputs = { routeId: own.id, routeResponseKey: "$default" };
  return [own, child("RouteResponse", `${name}-response`, inputs)];
}

export function invocationUri(functionName: string): string {
  return `arn:aws:apigateway:eu-west-1:lambda:path/2015-03-31/functions/${functionArn(functionName)}/invocations`;
}

export function lambda(functionName: string, overrides: Properties = {}): RecordedResource {
  return child("Integration", `call-${functionName}`, {
    integrationType: "AWS_PROXY",
    integrationMethod: "POST",
    integrationUri: invocationUri(functionName),
    ...overrides,
  });
}

export function queue(overrides: Properties = {}): RecordedResource {
  return child("Integration", "queue", {
    integrationType: "AWS",
    integrationMethod: "POST",
    integrationUri: "arn:aws:apigateway:eu-west-1:sqs:path/123456789012/chat.fifo",
    credentialsArn: "arn:aws:iam::123456789012:role/gateway",
    passthroughBehavior: "NEVER",
    templateSelectionExpression: "\\$default",
    requestTemplates: { $default: "MessageBody=$input.body" },
    ...overrides,
  });
}

export function mock(overrides: Properties = {}): RecordedResource {
  return child("Integration", "mock", {
    integrationType: "MOCK",
    templateSelectionExpression: "\\$default",
    requestTemplates: { $default: '{"statusCode":200}' },
    ...overrides,
  });
}

export function integrationResponse(
  integration: RecordedResource,
  key: string,
  template: string,
  overrides: Properties = {},
): RecordedResource {
  return child("IntegrationResponse", `${integration.name}-${key}`, {
    integrationId: integration.id,
    integrationResponseKey: key,
    templateSelectionExpression: "\\$default",
    responseTemplates: { $default: template },
    ...overrides,
  });
}

/** A two-way route `ping`, answered by the gateway itself. */
export function ping(): RecordedResource[] {
  const integration = mock();
  return [
    integration,
    integrationResponse(integration, "$default", '{"type":"pong"}'),
    ...route("ping", integration, { twoWay: true }),
  ];
}

export function authorizer(overrides: Properties = {}): RecordedResource {
  return child("Authorizer", "authorizer", {
    authorizerType: "REQUEST",
    authorizerUri: invocationUri("authorize"),
    identitySources: ["route.request.querystring.room"],
    ...overrides,
  });
}

import type {
  IntegrationDefinition,
  LambdaIntegration,
  MockIntegration,
  ServiceIntegration,
} from "./definition.ts";
import { parseJson, resolve } from "./expressions.ts";
import { IntegrationFailure, withinTimeout } from "./integration-failure.ts";
import { invokeFunction } from "./invoke-function.ts";
import { proxyEvent } from "./lambda-event.ts";
import type { ServiceRequest, ServiceResponse, Tools } from "./options.ts";
import { renderRequest, sourceScope } from "./request-template.ts";
import type { RouteRequest } from "./route-request.ts";

/**
 * Runs an integration. The function or service is called before this returns, so requests that are
 * begun in order arrive there in order. What a service refuses is an answer, not a failure.
 *
 * @throws {IntegrationFailure}
 */
export async function runIntegration(
  tools: Tools,
  integration: IntegrationDefinition,
  request: RouteRequest,
): Promise<ServiceResponse> {
  switch (integration.type) {
    case "AWS_PROXY":
      return callFunction(tools, integration, request);
    case "AWS":
      return callService(tools, integration, request);
    case "MOCK":
      return mock(tools, integration, request);
  }
}

async function callFunction(
  tools: Tools,
  integration: LambdaIntegration,
  request: RouteRequest,
): Promise<ServiceResponse> {
  const { api, stage, context } = request;
  const sourceArn = `${api.executionArn}/${stage.name}/${context.routeKey}`;
  const result = await invokeFunction(tools, integration, sourceArn, proxyEvent(request));
  if (!result.ok) {
    // 502 is what emulators answer to a failed $connect handler; AWS does not document the status.
    const reason = `the function failed: ${result.errorType}`;
    throw new IntegrationFailure(reason, { status: 502, reported: true });
  }
  return proxyAnswer(result.payload);
}

/** The answer of a proxied function: `{ statusCode, headers?, body? }`. */
function proxyAnswer(payload: unknown): ServiceResponse {
  const { statusCode, headers, body } = (payload ?? {}) as Record<string, unknown>;
  const status = Number(statusCode);
  const text = body ?? "";
  if (!isHttpStatus(status) || typeof text !== "string") {
    throw new IntegrationFailure(
      "malformed Lambda proxy response: statusCode must be an HTTP status, body a string",
      { status: 502 },
    );
  }
  const entries = Object.entries((headers ?? {}) as object).map(([name, value]) => [
    name,
    String(value),
  ]);
  return { status, headers: Object.fromEntries(entries), body: text };
}

async function callService(
  tools: Tools,
  integration: ServiceIntegration,
  request: RouteRequest,
): Promise<ServiceResponse> {
  const body = renderRequest(tools, integration, request);
  const call = serviceRequest(integration, request, body);
  return withinTimeout(
    tools.clock,
    integration.timeoutMilliseconds,
    tools.services.callService(call),
  );
}

function serviceRequest(
  integration: ServiceIntegration,
  request: RouteRequest,
  body: string,
): ServiceRequest {
  const mapped = { header: new Map(), querystring: new Map(), path: new Map<string, string>() };
  const scope = sourceScope(request);
  for (const { target, name, source } of integration.parameters) {
    const value = resolve(source, scope);
    if (value !== undefined) mapped[target].set(name, value);
  }
  const names = [...mapped.header.keys()].map((name) => name.toLowerCase());
  if (!names.includes("content-type")) mapped.header.set("Content-Type", "application/json");
  const path = integration.path.replace(/\{([^{}]+)\}/g, (_, name: string) =>
    encodeURIComponent(mapped.path.get(name) ?? ""),
  );
  return {
    service: integration.service,
    path,
    ...(integration.action !== undefined && { action: integration.action }),
    method: integration.method,
    headers: Object.fromEntries(mapped.header),
    query: Object.fromEntries(mapped.querystring),
    body,
    credentialsArn: integration.credentialsArn,
  };
}

/** A MOCK integration answers with the `statusCode` that its request template renders. */
function mock(tools: Tools, integration: MockIntegration, request: RouteRequest): ServiceResponse {
  const rendered = parseJson(renderRequest(tools, integration, request));
  const status = Number((rendered as { statusCode?: unknown } | null | undefined)?.statusCode);
  if (isHttpStatus(status)) return { status, headers: {}, body: "" };
  throw new IntegrationFailure("the request template of a MOCK must render JSON with a statusCode");
}

function isHttpStatus(status: number): boolean {
  return Number.isInteger(status) && status >= 200 && status <= 599;
}

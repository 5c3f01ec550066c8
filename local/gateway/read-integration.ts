import type { RecordedResource } from "../recording/resource.ts";
import {
  DefinitionError,
  type IntegrationDefinition,
  type IntegrationResponseDefinition,
  type PassthroughBehavior,
  type RequestParameter,
} from "./definition.ts";
import { parseSource, parseTemplateSelection, type Selection } from "./expressions.ts";
import { functionArnOf, serviceTargetOf } from "./integration-uri.ts";

/** Integration timeout (API Gateway Developer Guide, WebSocket quotas). */
export const MIN_INTEGRATION_TIMEOUT = 50;
/** In milliseconds; also the default. */
export const MAX_INTEGRATION_TIMEOUT = 29_000;

const PASSTHROUGH = ["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"];
const TARGET = /^integration\.request\.(header|querystring|path)\.([^\s]+)$/;

/**
 * Reads an integration with its responses: `AWS_PROXY` with a Lambda function, `AWS` with a service
 * other than Lambda, or `MOCK`.
 *
 * @throws {DefinitionError}
 */
export function readIntegration(
  resource: RecordedResource,
  responses: RecordedResource[],
): IntegrationDefinition {
  const { integrationType: type, credentialsArn } = resource.state;
  const timeoutMilliseconds = resource.state["timeoutMilliseconds"] ?? MAX_INTEGRATION_TIMEOUT;
  if (
    timeoutMilliseconds < MIN_INTEGRATION_TIMEOUT ||
    timeoutMilliseconds > MAX_INTEGRATION_TIMEOUT
  ) {
    throw new DefinitionError(
      resource,
      "timeoutMilliseconds",
      `must be between ${MIN_INTEGRATION_TIMEOUT} ms and ${MAX_INTEGRATION_TIMEOUT} ms`,
    );
  }
  refuseNotPlayed(resource, ["contentHandlingStrategy", "connectionId", "tlsConfig"]);
  const base = { id: resource.id, name: resource.name, timeoutMilliseconds };
  switch (type) {
    case "AWS_PROXY":
      return { ...base, type, functionArn: proxiedFunction(resource), credentialsArn };
    case "AWS":
      return { ...base, type, ...serviceCall(resource), ...templates(resource, responses) };
    case "MOCK":
      return { ...base, type, ...templates(resource, responses) };
    default:
      throw new DefinitionError(
        resource,
        "integrationType",
        `${type} is not played; use AWS_PROXY, AWS or MOCK`,
      );
  }
}

/** Better no API than one that silently differs. */
function refuseNotPlayed(resource: RecordedResource, properties: string[]): void {
  const found = properties.find((property) => resource.state[property]);
  if (found !== undefined) throw new DefinitionError(resource, found, "is not played on a laptop");
}

function proxiedFunction(resource: RecordedResource): string {
  if (Object.keys(resource.state["requestTemplates"] ?? {}).length > 0) {
    throw new DefinitionError(
      resource,
      "requestTemplates",
      "a proxy integration passes the message as it is and takes no templates",
    );
  }
  const { payloadFormatVersion } = resource.inputs;
  if (payloadFormatVersion !== undefined && payloadFormatVersion !== "1.0") {
    throw new DefinitionError(
      resource,
      "payloadFormatVersion",
      "1.0 is the only supported value for a WebSocket API",
    );
  }
  const functionArn = functionArnOf(resource.state["integrationUri"]);
  if (functionArn !== undefined) return functionArn;
  throw new DefinitionError(
    resource,
    "integrationUri",
    "must be the invocation URI of a Lambda function",
  );
}

function serviceCall(resource: RecordedResource) {
  const { integrationUri, integrationMethod, credentialsArn } = resource.state;
  const target = serviceTargetOf(integrationUri);
  if (target === undefined) {
    throw new DefinitionError(
      resource,
      "integrationUri",
      "must be arn:{partition}:apigateway:{region}:{service}:path/{path} or …:action/{action}",
    );
  }
  if (target.service === "lambda") {
    throw new DefinitionError(
      resource,
      "integrationType",
      "AWS with a Lambda function is not played; use AWS_PROXY",
    );
  }
  if (integrationMethod === undefined) {
    throw new DefinitionError(resource, "integrationMethod", "is required for AWS integrations");
  }
  if (credentialsArn === undefined) {
    throw new DefinitionError(
      resource,
      "credentialsArn",
      "Role ARN must be specified for AWS integrations",
    );
  }
  return {
    ...target,
    method: integrationMethod as string,
    credentialsArn: credentialsArn as string,
    parameters: requestParameters(resource),
  };
}

function requestParameters(resource: RecordedResource): RequestParameter[] {
  const entries: [string, string][] = Object.entries(resource.state["requestParameters"] ?? {});
  return entries.map(([key, value]) => {
    const [, target, name] = TARGET.exec(key) ?? [];
    const source = parseSource(value);
    if (target === undefined || name === undefined || source === undefined) {
      throw new DefinitionError(
        resource,
        "requestParameters",
        `the mapping of ${key} is not valid: integration.request.{header,querystring,path}.{name} ` +
          "takes 'static', route.request.…, context.… or stageVariables.…",
      );
    }
    return { target: target as RequestParameter["target"], name, source };
  });
}

function templates(resource: RecordedResource, responses: RecordedResource[]) {
  const passthrough = resource.state["passthroughBehavior"] ?? "WHEN_NO_MATCH";
  if (!PASSTHROUGH.includes(passthrough)) {
    throw new DefinitionError(
      resource,
      "passthroughBehavior",
      `must be one of ${PASSTHROUGH.join(", ")}`,
    );
  }
  return {
    requestTemplates: (resource.state["requestTemplates"] ?? {}) as Record<string, string>,
    templateSelection: templateSelection(resource, ["static", "body"]),
    passthrough: passthrough as PassthroughBehavior,
    responses: responses.map(readIntegrationResponse),
  };
}

function readIntegrationResponse(resource: RecordedResource): IntegrationResponseDefinition {
  refuseNotPlayed(resource, ["contentHandlingStrategy"]);
  const key: string = resource.state["integrationResponseKey"];
  const status = key === "$default" ? undefined : statusPattern(key);
  if (status === null) {
    throw new DefinitionError(
      resource,
      "integrationResponseKey",
      "must be $default or a regular expression between slashes, for instance /2\\d\\d/",
    );
  }
  return {
    name: resource.name,
    status,
    templates: resource.state["responseTemplates"] ?? {},
    templateSelection: templateSelection(resource, ["static", "body", "status", "responseHeader"]),
  };
}

/** The expression between the slashes, to match a whole status; null when it is not one. */
function statusPattern(key: string): RegExp | null {
  const pattern = /^\/(.+)\/$/.exec(key)?.[1];
  if (pattern === undefined) return null;
  try {
    return new RegExp(`^(?:${pattern})$`);
  } catch {
    return null;
  }
}

function templateSelection(
  resource: RecordedResource,
  supported: Selection["from"][],
): Selection | undefined {
  const expression: string | undefined = resource.state["templateSelectionExpression"];
  if (expression === undefined) return undefined;
  const selection = parseTemplateSelection(expression);
  if (selection !== undefined && supported.includes(selection.from)) return selection;
  throw new DefinitionError(
    resource,
    "templateSelectionExpression",
    `${expression} is not valid; a static value is written \\$default`,
  );
}

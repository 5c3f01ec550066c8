import type { RecordedResource } from "../recording/resource.ts";
import { type AuthorizerDefinition, DefinitionError } from "./definition.ts";
import { parseSource } from "./expressions.ts";
import { functionArnOf } from "./integration-uri.ts";

/** Properties that belong to HTTP APIs, with the name that API Gateway's refusal uses. */
const HTTP_API_ONLY = {
  authorizerResultTtlInSeconds: "AuthorizerResultTtlInSeconds",
  authorizerPayloadFormatVersion: "AuthorizerPayloadFormatVersion",
  enableSimpleResponses: "EnableSimpleResponses",
  jwtConfiguration: "JwtConfiguration",
};

const IDENTITY_SOURCES = ["header", "querystring", "stageVariable", "context"];

/**
 * Reads an authorizer: type REQUEST with a Lambda function; identity sources are optional, and all
 * of those named must be present in a handshake (API Gateway API Reference, CreateAuthorizer).
 *
 * @throws {DefinitionError}
 */
export function readAuthorizer(resource: RecordedResource): AuthorizerDefinition {
  const { authorizerType, authorizerUri, authorizerCredentialsArn } = resource.state;
  if (authorizerType !== "REQUEST") {
    throw new DefinitionError(
      resource,
      "authorizerType",
      `${authorizerType} is not supported for a WebSocket API, only REQUEST`,
    );
  }
  for (const [property, name] of Object.entries(HTTP_API_ONLY)) {
    if (resource.inputs[property] !== undefined) {
      throw new DefinitionError(
        resource,
        property,
        `${name} cannot be set for WEBSOCKET protocol Apis`,
      );
    }
  }
  const functionArn = functionArnOf(authorizerUri);
  if (functionArn === undefined) {
    throw new DefinitionError(
      resource,
      "authorizerUri",
      "must be the invocation URI of a Lambda function",
    );
  }
  const expressions: string[] = resource.state["identitySources"] ?? [];
  return {
    id: resource.id,
    name: resource.name,
    functionArn,
    credentialsArn: authorizerCredentialsArn,
    identitySources: expressions.map((expression) => {
      const source = parseSource(expression);
      if (source !== undefined && IDENTITY_SOURCES.includes(source.from)) {
        return { expression, source };
      }
      throw new DefinitionError(
        resource,
        "identitySources",
        `${expression} is not supported; use route.request.header.{name}, ` +
          "route.request.querystring.{name}, context.{name} or stageVariables.{name}",
      );
    }),
  };
}

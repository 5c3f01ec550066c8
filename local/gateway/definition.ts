import type { Selection, Source } from "./expressions.ts";
import type { Limits } from "./token-bucket.ts";

/** One WebSocket API with everything that hangs on it, linked as its deployment links it. */
export interface ApiDefinition {
  id: string;
  name: string;
  /** `arn:{partition}:execute-api:{region}:{account}:{api id}` */
  executionArn: string;
  /** Which property of a message chooses the route, for instance `$request.body.action`. */
  routeSelection: Selection;
  /** By route key. */
  routes: ReadonlyMap<string, RouteDefinition>;
  /** By stage name. */
  stages: ReadonlyMap<string, StageDefinition>;
}

export interface StageDefinition {
  name: string;
  /** False when the stage has no deployment: it then answers everything with Forbidden. */
  deployed: boolean;
  variables: Record<string, string>;
  /** For each route that has none of its own; undefined when the stage sets none. */
  limits: Limits | undefined;
  /** By route key. */
  routeLimits: ReadonlyMap<string, Limits>;
}

export interface RouteDefinition {
  routeKey: string;
  integration: IntegrationDefinition;
  /** Only `$connect` can have one. */
  authorizer: AuthorizerDefinition | undefined;
  /** True when the integration's answer goes back to the client. */
  twoWay: boolean;
}

export interface AuthorizerDefinition {
  id: string;
  name: string;
  functionArn: string;
  /** With a role, API Gateway assumes it instead of asking for the function's permission. */
  credentialsArn: string | undefined;
  identitySources: IdentitySource[];
}

export interface IdentitySource {
  /** As written in the program, for instance `route.request.querystring.room_id`. */
  expression: string;
  source: Source;
}

export type IntegrationDefinition = LambdaIntegration | ServiceIntegration | MockIntegration;

interface IntegrationBase {
  id: string;
  /** The logical name of the resource, for messages to a person. */
  name: string;
  timeoutMilliseconds: number;
}

export interface LambdaIntegration extends IntegrationBase {
  type: "AWS_PROXY";
  functionArn: string;
  credentialsArn: string | undefined;
}

interface TemplatedIntegration extends IntegrationBase {
  requestTemplates: Record<string, string>;
  templateSelection: Selection | undefined;
  passthrough: PassthroughBehavior;
  responses: IntegrationResponseDefinition[];
}

/** What becomes of a body for which there is no request template. */
export type PassthroughBehavior = "WHEN_NO_MATCH" | "WHEN_NO_TEMPLATES" | "NEVER";

export interface ServiceIntegration extends TemplatedIntegration {
  type: "AWS";
  /** For instance `sqs`. */
  service: string;
  /** Begins with a slash; may hold `{name}` placeholders for `integration.request.path.name`. */
  path: string;
  /** For URIs of the form `{service}:action/{Action}`. */
  action: string | undefined;
  method: string;
  parameters: RequestParameter[];
  credentialsArn: string;
}

export interface MockIntegration extends TemplatedIntegration {
  type: "MOCK";
}

/** One entry of `requestParameters`: where a value goes and where it comes from. */
export interface RequestParameter {
  target: "header" | "querystring" | "path";
  name: string;
  source: Source;
}

export interface IntegrationResponseDefinition {
  name: string;
  /** What the integration's status has to match as a whole; undefined for `$default`. */
  status: RegExp | undefined;
  templates: Record<string, string>;
  templateSelection: Selection | undefined;
}

/** Something in the program that API Gateway refuses, or that cannot be played on a laptop. */
export class DefinitionError extends Error {
  constructor(resource: { type: string; name: string }, property: string, message: string) {
    super(`${resource.type} "${resource.name}": ${property}: ${message}`);
    this.name = "DefinitionError";
  }
}

import type { Clock } from "../clock.ts";
import type { Emit } from "../events.ts";
import type { AccessRefusal } from "../iam/access.ts";
import type { LambdaFunction } from "../lambda/function.ts";
import type { ServeCall } from "../outside-calls.ts";
import type { ApiDefinition } from "./definition.ts";
import type { HttpAnswer } from "./refusal.ts";
import type { AccountBuckets, Throttle } from "./throttle.ts";

/** What the gateway asks of the counterparts around it. */
export interface GatewayServices {
  /** The function with this ARN, qualified or not; undefined when the program has none. */
  functionByArn(arn: string): LambdaFunction | undefined;
  /**
   * Calls an AWS service as an integration does. Refusals of the service are answers; a rejection
   * means that there was no answer.
   */
  callService(request: ServiceRequest): Promise<ServiceResponse>;
  /**
   * Whether API Gateway may invoke the function: by the role if there is one, else by a permission of
   * the function for this source: `{execution ARN}/{stage}/{route key}` or
   * `{execution ARN}/authorizers/{authorizer id}`. A promise where this has to be asked of another process.
   */
  mayInvoke(functionArn: string, sourceArn: string, roleArn?: string): boolean | Promise<boolean>;
  /**
   * Judges a call of the management API, which needs execute-api:ManageConnections on
   * `{execution ARN}/{stage}/{method}/@connections/{connection id}`. Left out: everybody may.
   */
  authorizeManagement?(accessKeyId: string, resource: string): Verdict | Promise<Verdict>;
  /** What becomes of a call of the management API. Left out: it goes well. */
  serveCall?: ServeCall | undefined;
}

/** Undefined: the call may go on. */
export type Verdict = AccessRefusal | undefined;

export interface ServiceRequest {
  /** For instance `sqs`. */
  service: string;
  /** For instance `/123456789012/name.fifo`; `/` for an action URI. */
  path: string;
  /** For URIs of the form `{service}:action/{Action}`. */
  action?: string;
  method: string;
  headers: Record<string, string>;
  query: Record<string, string>;
  body: string;
  /** The role that API Gateway assumes for the call. */
  credentialsArn?: string;
}

export interface ServiceResponse {
  status: number;
  headers: Record<string, string>;
  body: string;
}

/**
 * Renders a mapping template, as `renderTemplate` of `../vtl/render.ts` does. What it throws is an
 * internal error to the client; only the text of a `TemplateError` is told to a person.
 */
export type RenderTemplate = (template: string, input: TemplateInput) => string;

export interface TemplateInput {
  /** `$input.body` */
  body: string;
  /** `$context` */
  context: Record<string, unknown>;
  stageVariables: Record<string, string>;
  /** `$input.params()`, on `$connect` only. */
  params?: TemplateParams;
}

export interface TemplateParams {
  querystring: Record<string, string>;
  header: Record<string, string>;
}

/** What every part of the gateway works with. */
export interface Tools {
  services: GatewayServices;
  render: RenderTemplate;
  clock: Clock;
  emit: Emit;
  /** Makes connection, request and message ids. */
  newId: () => string;
  throttle: Throttle;
  /** True for a connection whose `$disconnect` is to be lost. Default: none is. */
  loseDisconnect?: (connectionId: string) => boolean;
}

export interface GatewayOptions extends Omit<Tools, "newId" | "throttle"> {
  /** Left out: no stage is deployed, until the definition is replaced. */
  definition?: ApiDefinition;
  /** What the gateways of an account share. Default: the quotas of an account, for this one alone. */
  account?: AccountBuckets;
  /** Default: {@link randomId}. */
  newId?: () => string;
  /** Answers HTTP requests to paths that no stage owns. Default: Forbidden. */
  fallback?: (path: string) => HttpAnswer | Promise<HttpAnswer>;
}

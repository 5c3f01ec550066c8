import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FifoQueue } from "./fifo-queue.ts";
import { ArgumentError } from "./internal/errors.ts";
import { placeOf } from "./internal/place.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import type { ServiceRole } from "./service-role.ts";

/** A function answers: proxy integration, the event as it is. */
export interface FunctionTarget {
  kind: "function";
  function: LambdaFunction;
}

/** The frame is enqueued by API Gateway itself; no function runs. */
export interface QueueTarget {
  kind: "queue";
  queue: FifoQueue;
  /** What API Gateway assumes; needs `sqs:SendMessage` on the queue, and no `aws:SourceAccount` in its trust. */
  role: ServiceRole;
  /** Template (VTL) of the form that is sent to SQS. Every dynamic value in it must be URL-encoded. */
  requestTemplate: string;
  /** What the client is told. Left out: nothing, neither success nor failure. */
  responses?: { success: string; failure: string };
}

/** API Gateway answers by itself. */
export interface MockTarget {
  kind: "mock";
  /** Template (VTL) of the answer. */
  response: string;
}

export type RouteTarget = FunctionTarget | QueueTarget | MockTarget;

export interface WebSocketRouteArgs {
  api: aws.apigatewayv2.Api;
  /** `$connect`, `$disconnect`, `$default`, or a value of the API's route selection expression. */
  routeKey: string;
  target: RouteTarget;
  /** On `$connect` only: API Gateway takes an authorizer nowhere else. */
  authorizer?: aws.apigatewayv2.Authorizer;
}

/** The static choice of the only request or response template. The backslash belongs to it. */
const onlyTemplate = "\\$default";

/** One route with its integration, its responses, and for a function the permission to call it. */
export class WebSocketRoute extends pulumi.ComponentResource {
  /** Everything that a deployment has to wait for: the definitions, and what they need to work. */
  readonly resources: pulumi.Resource[];
  /** The definitions of all of them, as text: when it changes the API must be deployed again. */
  readonly definition: pulumi.Output<string>;

  constructor(name: string, args: WebSocketRouteArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:WebSocketRoute", name, {}, opts);
    validate(name, args);
    const { api, routeKey, target, authorizer } = args;
    const parent = { parent: this };
    const definitions: pulumi.Input<unknown>[] = [];
    const resources: pulumi.Resource[] = [];
    const define = <Resource extends pulumi.CustomResource>(
      resource: Resource,
      definition: pulumi.Input<unknown>,
    ): Resource => {
      resources.push(resource);
      definitions.push({ id: resource.id, definition });
      return resource;
    };

    const integrationArgs = integrationOf(api, target, this);
    const integration = define(
      new aws.apigatewayv2.Integration(`${name}-integration`, integrationArgs, parent),
      integrationArgs,
    );
    const responses = responsesOf(target);
    for (const { role, key, template } of responses) {
      const responseArgs: aws.apigatewayv2.IntegrationResponseArgs = {
        apiId: api.id,
        integrationId: integration.id,
        integrationResponseKey: key,
        templateSelectionExpression: onlyTemplate,
        responseTemplates: { $default: template },
      };
      define(
        new aws.apigatewayv2.IntegrationResponse(`${name}-${role}`, responseArgs, parent),
        responseArgs,
      );
    }
    const isTwoWay = responses.length > 0;
    const routeArgs: aws.apigatewayv2.RouteArgs = {
      apiId: api.id,
      routeKey,
      target: pulumi.interpolate`integrations/${integration.id}`,
      ...(authorizer === undefined
        ? { authorizationType: "NONE" }
        : { authorizationType: "CUSTOM", authorizerId: authorizer.id }),
      ...(isTwoWay ? { routeResponseSelectionExpression: "$default" } : {}),
    };
    const route = define(new aws.apigatewayv2.Route(`${name}-route`, routeArgs, parent), routeArgs);
    if (isTwoWay) {
      const routeResponseArgs: aws.apigatewayv2.RouteResponseArgs = {
        apiId: api.id,
        routeId: route.id,
        routeResponseKey: "$default",
      };
      define(
        new aws.apigatewayv2.RouteResponse(`${name}-response`, routeResponseArgs, parent),
        routeResponseArgs,
      );
    }
    if (target.kind === "function") {
      const permission = new aws.lambda.Permission(
        `${name}-permission`,
        {
          action: "lambda:InvokeFunction",
          function: target.function.name,
          principal: "apigateway.amazonaws.com",
          // This route of this API, in any of its stages.
          sourceArn: pulumi.interpolate`${api.executionArn}/*/${routeKey}`,
        },
        parent,
      );
      resources.push(permission);
    }
    if (target.kind === "queue") {
      resources.push(target.role.policy);
    }
    this.resources = resources;
    this.definition = pulumi.jsonStringify(definitions);
    this.registerOutputs({});
  }
}

function validate(name: string, { routeKey, target, authorizer }: WebSocketRouteArgs): void {
  const instance = `WebSocketRoute "${name}"`;
  if (authorizer !== undefined && routeKey !== "$connect") {
    const remedy =
      "API Gateway authorises the handshake only; check rights in the template or the function.";
    throw new ArgumentError(instance, "authorizer", `is not possible on "${routeKey}"`, remedy);
  }
  if (target.kind === "function" && target.function.timeoutSeconds > 29) {
    const fault = "has a function whose timeout is over 29 s, API Gateway's limit";
    throw new ArgumentError(instance, "target", fault, "Give the function a shorter timeout.");
  }
}

function integrationOf(
  api: aws.apigatewayv2.Api,
  target: RouteTarget,
  parent: pulumi.Resource,
): aws.apigatewayv2.IntegrationArgs {
  switch (target.kind) {
    case "function":
      return {
        apiId: api.id,
        integrationType: "AWS_PROXY",
        integrationMethod: "POST",
        integrationUri: target.function.invokeArn,
      };
    case "queue": {
      const { partition, region, accountId } = placeOf(parent);
      return {
        apiId: api.id,
        integrationType: "AWS",
        integrationMethod: "POST",
        integrationUri: pulumi.interpolate`arn:${partition}:apigateway:${region}:sqs:path/${accountId}/${target.queue.name}`,
        credentialsArn: target.role.arn,
        passthroughBehavior: "NEVER",
        templateSelectionExpression: onlyTemplate,
        requestTemplates: { $default: target.requestTemplate },
        requestParameters: {
          // The inner quotes mean: this very value.
          "integration.request.header.Content-Type": "'application/x-www-form-urlencoded'",
        },
      };
    }
    case "mock":
      return {
        apiId: api.id,
        integrationType: "MOCK",
        templateSelectionExpression: onlyTemplate,
        requestTemplates: { $default: '{"statusCode":200}' },
      };
  }
}

function responsesOf(target: RouteTarget): { role: string; key: string; template: string }[] {
  if (target.kind === "mock") {
    return [{ role: "answer", key: "$default", template: target.response }];
  }
  if (target.kind === "queue" && target.responses !== undefined) {
    return [
      { role: "success", key: "/2\\d\\d/", template: target.responses.success },
      { role: "failure", key: "$default", template: target.responses.failure },
    ];
  }
  return [];
}

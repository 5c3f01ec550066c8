import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { ArgumentError } from "./internal/errors.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import { type RouteTarget, WebSocketRoute } from "./websocket-route.ts";
import { type StageSettings, WebSocketStage } from "./websocket-stage.ts";

export interface WebSocketApiArgs {
  /** Decides every handshake; there is no API without one. */
  authorizer: {
    /** A REQUEST authorizer: API Gateway has no JWT authorizer for WebSocket APIs. */
    function: LambdaFunction;
    /**
     * What a handshake must carry, for instance `route.request.querystring.room_id`. All of it must
     * be there and not empty, else API Gateway answers 401 without calling the function.
     */
    identitySources: string[];
  };
  /** By route key. `$connect` must be among them: only there an authorizer can stand. */
  routes: Record<string, RouteTarget>;
  /** Where a frame says which route it is for. Default `$request.body.action`. */
  routeSelectionExpression?: string;
  stage: StageSettings;
  /** What must be there before a stage may write logs. */
  loggingReady: pulumi.Resource[];
  /** The SNS topic that alarms are sent to. */
  alarmTopicArn: pulumi.Input<string>;
}

/**
 * A WebSocket API with an authorizer and an explicit deployment.
 *
 * The default endpoint stays enabled: functions post to connections through it, whatever name the
 * clients use.
 */
export class WebSocketApi extends pulumi.ComponentResource {
  readonly id: pulumi.Output<string>;
  readonly stageName: pulumi.Output<string>;
  /** `wss://…`, what clients connect to. */
  readonly url: pulumi.Output<string>;
  /** `https://…`, for PostToConnection and its like. */
  readonly managementEndpoint: pulumi.Output<string>;
  /** For IAM: what may be done to the connections of this stage is `<this>/POST/@connections/*`. */
  readonly stageArn: pulumi.Output<string>;
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: WebSocketApiArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:WebSocketApi", name, {}, opts);
    validate(name, args);
    const parent = { parent: this };
    const apiArgs: aws.apigatewayv2.ApiArgs = {
      protocolType: "WEBSOCKET",
      routeSelectionExpression: args.routeSelectionExpression ?? "$request.body.action",
    };
    const api = new aws.apigatewayv2.Api(`${name}-api`, apiArgs, parent);
    const authorizerArgs: aws.apigatewayv2.AuthorizerArgs = {
      apiId: api.id,
      authorizerType: "REQUEST",
      authorizerUri: args.authorizer.function.invokeArn,
      identitySources: args.authorizer.identitySources,
    };
    const authorizer = new aws.apigatewayv2.Authorizer(
      `${name}-authorizer`,
      authorizerArgs,
      parent,
    );
    const authorizerPermission = new aws.lambda.Permission(
      `${name}-authorizer-permission`,
      {
        action: "lambda:InvokeFunction",
        function: args.authorizer.function.name,
        principal: "apigateway.amazonaws.com",
        sourceArn: pulumi.interpolate`${api.executionArn}/authorizers/${authorizer.id}`,
      },
      parent,
    );
    const routes = Object.entries(args.routes).map(([routeKey, target]) => ({
      routeKey,
      route: new WebSocketRoute(
        `${name}-${routeKey.replace("$", "")}`,
        { api, routeKey, target, ...(routeKey === "$connect" ? { authorizer } : {}) },
        parent,
      ),
    }));
    const stage = new WebSocketStage(
      name,
      {
        ...args.stage,
        api,
        definitions: {
          api: pulumi.jsonStringify({ id: api.id, definition: apiArgs }),
          authorizer: pulumi.jsonStringify({ id: authorizer.id, definition: authorizerArgs }),
          // With a prefix: a route may be called "api".
          ...Object.fromEntries(
            routes.map(({ routeKey, route }) => [`route ${routeKey}`, route.definition]),
          ),
        },
        resources: [
          authorizer,
          authorizerPermission,
          ...routes.flatMap(({ route }) => route.resources),
        ],
        loggingReady: args.loggingReady,
        alarmTopicArn: args.alarmTopicArn,
      },
      parent,
    );
    this.id = api.id;
    this.stageName = stage.name;
    this.url = stage.url;
    this.managementEndpoint = stage.url.apply((url) => url.replace(/^ws/, "http"));
    this.stageArn = pulumi.interpolate`${api.executionArn}/${args.stage.stageName}`;
    this.alarmArns = stage.alarmArns;
    this.registerOutputs({
      id: this.id,
      stageName: this.stageName,
      url: this.url,
      managementEndpoint: this.managementEndpoint,
      stageArn: this.stageArn,
    });
  }
}

function validate(name: string, args: WebSocketApiArgs): void {
  const instance = `WebSocketApi "${name}"`;
  if (!("$connect" in args.routes)) {
    const remedy = "Add $connect: only there the authorizer can stand.";
    throw new ArgumentError(instance, "routes", "has no $connect", remedy);
  }
  const odd = args.authorizer.identitySources.find(
    (source) => !source.startsWith("route.request."),
  );
  if (odd !== undefined) {
    const fault = `has "${odd}"`;
    const remedy =
      "Write route.request.header.NAME or route.request.querystring.NAME; the form without route is for HTTP APIs.";
    throw new ArgumentError(instance, "authorizer.identitySources", fault, remedy);
  }
}

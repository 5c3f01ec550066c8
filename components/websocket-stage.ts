import { createHash } from "node:crypto";
import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";
import { mapValues } from "./internal/map-values.ts";
import { requirePattern, requireWholeNumber, stageNamePattern } from "./internal/validate.ts";

/** How much a stage lets in, and what it writes down. */
export interface StageSettings {
  /** Part of the URL. Changing it replaces the stage: every connection ends. */
  stageName: string;
  /** Requests at once, and per second, for each route. Without both, API Gateway is told 0 and refuses all. */
  throttlingBurstLimit: number;
  throttlingRateLimit: number;
  /** What execution logs hold. */
  executionLogLevel: "OFF" | "ERROR" | "INFO";
  /** Writes whole frames, and the handshake with its token, into the execution log. Only to hunt a fault, with no real users. */
  dataTrace: boolean;
  /** Days after which lines of the access log are deleted. */
  logRetentionDays: pulumi.Input<number>;
}

export interface WebSocketStageArgs extends StageSettings {
  api: aws.apigatewayv2.Api;
  /** By name, the text of the definitions that a deployment is a snapshot of. */
  definitions: Record<string, pulumi.Output<string>>;
  /** What those define: the snapshot must not be taken before. */
  resources: pulumi.Resource[];
  /** What must be there before a stage may write logs. */
  loggingReady: pulumi.Resource[];
  /** The SNS topic that alarms are sent to. */
  alarmTopicArn: pulumi.Input<string>;
}

/** A client can provoke single ones, by a frame that SQS refuses; more than these a minute are a fault. */
const integrationErrorsPerMinute = 5;

/**
 * What each handshake, message and close leaves in the access log: who, what, with which result.
 * No query string, no header, no claim, and no error in the authorizer's own words: only its type,
 * such as `UNAUTHORIZED`, `ACCESS_DENIED` or `AUTHORIZER_FAILURE`.
 */
const accessLogFormat = JSON.stringify({
  requestTime: "$context.requestTime",
  requestId: "$context.requestId",
  sourceIp: "$context.identity.sourceIp",
  eventType: "$context.eventType",
  routeKey: "$context.routeKey",
  status: "$context.status",
  connectionId: "$context.connectionId",
  errorType: "$context.error.responseType",
  integrationStatus: "$context.integration.status",
  integrationError: "$context.integrationErrorMessage",
  integrationLatency: "$context.integrationLatency",
});

/** A deployment of the API as it is defined now, and the stage that serves it. */
export class WebSocketStage extends pulumi.ComponentResource {
  /** `wss://….execute-api.….amazonaws.com/<stage>` */
  readonly url: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: WebSocketStageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:WebSocketStage", name, {}, opts);
    validate(name, args);
    const logs = new aws.cloudwatch.LogGroup(
      `${name}-access-logs`,
      {
        // Under this prefix the log group needs no resource policy of its own, whose size is limited.
        name: `/aws/vendedlogs/apis/${pulumi.getProject()}-${pulumi.getStack()}-${name}`,
        retentionInDays: args.logRetentionDays,
      },
      { parent: this },
    );
    // Replaced create-before-delete, as Pulumi does unless told otherwise: the stage is never without one.
    const deployment = new aws.apigatewayv2.Deployment(
      `${name}-deployment`,
      { apiId: args.api.id, triggers: mapValues(args.definitions, digest) },
      { parent: this, dependsOn: args.resources },
    );
    const stage = new aws.apigatewayv2.Stage(
      `${name}-stage`,
      {
        apiId: args.api.id,
        name: args.stageName,
        deploymentId: deployment.id,
        accessLogSettings: { destinationArn: logs.arn, format: accessLogFormat },
        defaultRouteSettings: {
          detailedMetricsEnabled: true,
          loggingLevel: args.executionLogLevel,
          dataTraceEnabled: args.dataTrace,
          throttlingBurstLimit: args.throttlingBurstLimit,
          throttlingRateLimit: args.throttlingRateLimit,
        },
      },
      { parent: this, dependsOn: args.loggingReady },
    );
    const alarm = createAlarm(
      `${name}-integration-errors-alarm`,
      {
        description: "API Gateway cannot hand over what clients send, to the queue or a function.",
        section: "integration-errors",
        namespace: "AWS/ApiGateway",
        metricName: "IntegrationError",
        dimensions: { ApiId: args.api.id, Stage: stage.name },
        statistic: "Sum",
        threshold: integrationErrorsPerMinute,
        evaluationPeriods: 5,
        datapointsToAlarm: 3,
        topicArn: args.alarmTopicArn,
      },
      { parent: this },
    );
    this.url = stage.invokeUrl;
    this.name = stage.name;
    this.alarmArns = [alarm.arn];
    this.registerOutputs({ url: this.url, name: this.name });
  }
}

function validate(name: string, args: WebSocketStageArgs): void {
  const instance = `WebSocketStage "${name}"`;
  const remedy = "Use letters, digits, - and _.";
  requirePattern(instance, "stageName", args.stageName, stageNamePattern, remedy);
  requireWholeNumber(instance, "throttlingBurstLimit", args.throttlingBurstLimit, [1, 100_000]);
  requireWholeNumber(instance, "throttlingRateLimit", args.throttlingRateLimit, [1, 1_000_000]);
}

function digest(text: pulumi.Output<string>): pulumi.Output<string> {
  return text.apply((known) => createHash("sha256").update(known).digest("hex"));
}

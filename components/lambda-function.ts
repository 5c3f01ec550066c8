import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";
import { requireWholeNumber } from "./internal/validate.ts";
import { type PolicyStatement, ServiceRole } from "./service-role.ts";

export interface LambdaFunctionArgs {
  /** The folder of the bundle, relative to the program; it holds `index.mjs`, which exports `handler`. */
  bundle: string;
  /** Seconds, 1 to 900. Behind a route at most 29, API Gateway's limit. */
  timeoutSeconds: number;
  /** MB, 128 to 10240; CPU grows with it, one whole at 1769. */
  memoryMegabytes: number;
  /** Environment variables; 4 KB in all (Lambda quotas). */
  environment: Record<string, pulumi.Input<string>>;
  /** What the function may do beside writing its log. */
  statements: PolicyStatement[];
  /** Days after which log lines are deleted; one of CloudWatch's steps. */
  logRetentionDays: pulumi.Input<number>;
  /** The SNS topic that alarms are sent to. */
  alarmTopicArn: pulumi.Input<string>;
  /** Failed invocations in a minute that are no fault. Default 0. */
  expectedErrorsPerMinute?: number;
}

/** Three bad minutes of five: a single failure is retried by who called, and heals by itself. */
const lasting = { evaluationPeriods: 5, datapointsToAlarm: 3 };

/** X-Ray takes no resource but all (Service Authorization Reference, AWS X-Ray). */
const writeTraces: PolicyStatement = {
  actions: ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
  resources: ["*"],
};

/**
 * A Node 24 function on arm64 with a role of its own, traces, a log group that does not grow for
 * ever, and alarms on errors and throttles that last.
 */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** For integrations and authorizers. */
  readonly invokeArn: pulumi.Output<string>;
  readonly timeoutSeconds: number;
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: LambdaFunctionArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:LambdaFunction", name, {}, opts);
    const instance = `LambdaFunction "${name}"`;
    requireWholeNumber(instance, "timeoutSeconds", args.timeoutSeconds, [1, 900]);
    requireWholeNumber(instance, "memoryMegabytes", args.memoryMegabytes, [128, 10_240]);

    const logs = new aws.cloudwatch.LogGroup(
      `${name}-logs`,
      { retentionInDays: args.logRetentionDays },
      { parent: this },
    );
    const writeLogs: PolicyStatement = {
      actions: ["logs:CreateLogStream", "logs:PutLogEvents"],
      resources: [pulumi.interpolate`${logs.arn}:*`],
    };
    const role = new ServiceRole(
      `${name}-execution`,
      { service: "lambda.amazonaws.com", statements: [writeLogs, writeTraces, ...args.statements] },
      { parent: this },
    );
    const lambda = new aws.lambda.Function(
      `${name}-function`,
      {
        runtime: "nodejs24.x",
        architectures: ["arm64"],
        handler: "index.handler",
        code: new pulumi.asset.FileArchive(args.bundle),
        timeout: args.timeoutSeconds,
        memorySize: args.memoryMegabytes,
        role: role.arn,
        environment: { variables: args.environment },
        tracingConfig: { mode: "Active" },
        loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      },
      // An event source mapping is refused while the role may not read its source.
      { parent: this, dependsOn: [role.policy] },
    );
    const metric = {
      namespace: "AWS/Lambda",
      dimensions: { FunctionName: lambda.name },
      statistic: "Sum",
      ...lasting,
      topicArn: args.alarmTopicArn,
    } as const;
    const alarms = [
      createAlarm(
        `${name}-errors-alarm`,
        {
          ...metric,
          description: "The function fails, or runs into its timeout.",
          section: "function-errors",
          metricName: "Errors",
          threshold: args.expectedErrorsPerMinute ?? 0,
        },
        { parent: this },
      ),
      createAlarm(
        `${name}-throttles-alarm`,
        {
          ...metric,
          description: "The function is not run: the account has no concurrency left.",
          section: "function-throttles",
          metricName: "Throttles",
          threshold: 0,
        },
        { parent: this },
      ),
    ];
    this.arn = lambda.arn;
    this.name = lambda.name;
    this.invokeArn = lambda.invokeArn;
    this.timeoutSeconds = args.timeoutSeconds;
    this.alarmArns = alarms.map((alarm) => alarm.arn);
    this.registerOutputs({ arn: this.arn, name: this.name, invokeArn: this.invokeArn });
  }
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
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
}

/** A Node 24 function on arm64 with a role of its own, and a log group that does not grow for ever. */
export class LambdaFunction extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  /** For integrations and authorizers. */
  readonly invokeArn: pulumi.Output<string>;
  readonly timeoutSeconds: number;

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
      { service: "lambda.amazonaws.com", statements: [writeLogs, ...args.statements] },
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
        loggingConfig: { logFormat: "JSON", logGroup: logs.name },
      },
      // An event source mapping is refused while the role may not read its source.
      { parent: this, dependsOn: [role.policy] },
    );
    this.arn = lambda.arn;
    this.name = lambda.name;
    this.invokeArn = lambda.invokeArn;
    this.timeoutSeconds = args.timeoutSeconds;
    this.registerOutputs({ arn: this.arn, name: this.name, invokeArn: this.invokeArn });
  }
}

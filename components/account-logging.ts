import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { placeOf } from "./internal/place.ts";
import { ServiceRole } from "./service-role.ts";

/** Who has set the role by which API Gateway writes logs, one for an account and region. */
export type AccountLoggingRole = "managed" | "existing";

export interface AccountLoggingArgs {
  /**
   * `managed`: this program creates the role and sets it for the account and region; both stay when
   * the stack is destroyed, since other APIs may use them. `existing`: somebody has set one already.
   */
  role: AccountLoggingRole;
}

/**
 * API Gateway's log role. Without one the stage is refused: "CloudWatch Logs role ARN must be set
 * in account settings to enable logging".
 */
export class AccountLogging extends pulumi.ComponentResource {
  /** What a stage must wait for. */
  readonly ready: pulumi.Resource[];

  constructor(name: string, args: AccountLoggingArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:AccountLogging", name, {}, opts);
    this.ready = args.role === "managed" ? [createAccount(name, this)] : [];
    // For policies: without it, a stack that relies on somebody else's role looks like one that forgot it.
    this.registerOutputs({ role: args.role });
  }
}

function createAccount(name: string, parent: AccountLogging): aws.apigateway.Account {
  // Since provider version 7 destroying the account resource resets the role for every API of the region.
  const retained = { parent, retainOnDelete: true };
  const { partition, region, accountId } = placeOf(parent);
  const role = new ServiceRole(
    `${name}-writer`,
    {
      service: "apigateway.amazonaws.com",
      // The same actions as AWS's AmazonAPIGatewayPushToCloudWatchLogs, which the account setting is checked against.
      statements: [
        {
          actions: [
            "logs:CreateLogGroup",
            "logs:CreateLogStream",
            "logs:DescribeLogGroups",
            "logs:DescribeLogStreams",
            "logs:PutLogEvents",
            "logs:GetLogEvents",
            "logs:FilterLogEvents",
          ],
          // API Gateway writes into its own account and region only: to it this is no less than `*`.
          resources: [pulumi.interpolate`arn:${partition}:logs:${region}:${accountId}:*`],
        },
      ],
    },
    retained,
  );
  return new aws.apigateway.Account(
    `${name}-account`,
    { cloudwatchRoleArn: role.arn },
    { ...retained, dependsOn: [role.policy] },
  );
}

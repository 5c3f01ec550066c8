import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";

export interface ConnectionsTableArgs {
  /** Refuse to delete the table, in AWS and in Pulumi. Changing it does not replace the table. */
  protect: boolean;
  /**
   * Request units per second, 1 or more, above which DynamoDB throttles. Left out: no limit but the
   * account's. Changing them does not replace the table.
   */
  maximumReadRequestUnits?: number | undefined;
  maximumWriteRequestUnits?: number | undefined;
}

/**
 * Who is in which room. Partition key `room`; sort key `member`, which is the user's hash, the
 * user and the connection. Rows expire by `expiresAt`. The stream carries keys only: they say all.
 */
export class ConnectionsTable extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly streamArn: pulumi.Output<string>;

  constructor(name: string, args: ConnectionsTableArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:ConnectionsTable", name, {}, opts);
    const table = new aws.dynamodb.Table(
      `${name}-table`,
      {
        billingMode: "PAY_PER_REQUEST",
        ...throughputLimit(args),
        hashKey: "room",
        rangeKey: "member",
        attributes: [
          { name: "room", type: "S" },
          { name: "member", type: "S" },
        ],
        ttl: { enabled: true, attributeName: "expiresAt" },
        streamEnabled: true,
        streamViewType: "KEYS_ONLY",
        serverSideEncryption: { enabled: true },
        pointInTimeRecovery: { enabled: true },
        deletionProtectionEnabled: args.protect,
      },
      { parent: this, protect: args.protect },
    );
    this.arn = table.arn;
    this.name = table.name;
    this.streamArn = table.streamArn;
    this.registerOutputs({ arn: this.arn, name: this.name, streamArn: this.streamArn });
  }
}

function throughputLimit({
  maximumReadRequestUnits: maxReadRequestUnits,
  maximumWriteRequestUnits: maxWriteRequestUnits,
}: ConnectionsTableArgs): Pick<aws.dynamodb.TableArgs, "onDemandThroughput"> {
  if (maxReadRequestUnits === undefined && maxWriteRequestUnits === undefined) {
    return {};
  }
  return { onDemandThroughput: { maxReadRequestUnits, maxWriteRequestUnits } };
}

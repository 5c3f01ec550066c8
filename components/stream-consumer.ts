import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionsTable } from "./connections-table.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import type { PolicyStatement } from "./service-role.ts";

export interface StreamConsumerArgs {
  table: ConnectionsTable;
  /** Its role needs {@link streamConsumerStatements}. */
  function: LambdaFunction;
  /** Names of the stream's events to pass on, for instance `INSERT` and `REMOVE`. */
  eventNames: string[];
}

/** Lambda retries for ever by default, so that one bad record blocks its shard for a day. */
const maximumRetryAttempts = 10;
const maximumRecordAgeInSeconds = 3600;

/** Lets a function read a table's stream: failing records one by one, and none for ever. */
export class StreamConsumer extends pulumi.ComponentResource {
  constructor(name: string, args: StreamConsumerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:StreamConsumer", name, {}, opts);
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: args.table.streamArn,
        functionName: args.function.arn,
        startingPosition: "TRIM_HORIZON",
        batchSize: 100,
        bisectBatchOnFunctionError: true,
        functionResponseTypes: ["ReportBatchItemFailures"],
        maximumRetryAttempts,
        maximumRecordAgeInSeconds,
        filterCriteria: {
          filters: [{ pattern: JSON.stringify({ eventName: args.eventNames }) }],
        },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** What Lambda does on a function's behalf to read a stream. */
export function streamConsumerStatements(table: ConnectionsTable): PolicyStatement[] {
  return [
    {
      actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
      resources: [table.streamArn],
    },
    // Takes no resource but all (Service Authorization Reference, DynamoDB).
    { actions: ["dynamodb:ListStreams"], resources: ["*"] },
  ];
}

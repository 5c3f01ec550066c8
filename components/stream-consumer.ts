import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";
import type { ConnectionsTable } from "./connections-table.ts";
import type { FailureQueue } from "./failure-queue.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import type { PolicyStatement } from "./service-role.ts";

export interface StreamConsumerArgs {
  table: ConnectionsTable;
  /** Its role needs {@link streamConsumerStatements}. */
  function: LambdaFunction;
  /**
   * A standard queue: a mapping takes no FIFO queue. For what was given up it gets where in the
   * stream the records are, for a day, not the records.
   */
  failures: FailureQueue;
  /** The SNS topic that alarms are sent to. */
  alarmTopicArn: pulumi.Input<string>;
  /** Names of the stream's events to pass on, for instance `INSERT` and `REMOVE`. */
  eventNames: string[];
}

/** Presence that is a minute late misleads. */
const iteratorAgeAlarmMilliseconds = 60_000;

/** Lambda retries for ever by default, so that one bad record blocks its shard for a day. */
const maximumRetryAttempts = 10;
const maximumRecordAgeInSeconds = 3600;

/**
 * Lets a function read a table's stream: failing records one by one, and none for ever. What is
 * given up is told to a queue; an alarm rings when records wait too long.
 */
export class StreamConsumer extends pulumi.ComponentResource {
  readonly alarmArns: pulumi.Output<string>[];

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
        destinationConfig: { onFailure: { destinationArn: args.failures.queue.arn } },
        filterCriteria: {
          filters: [{ pattern: JSON.stringify({ eventName: args.eventNames }) }],
        },
      },
      { parent: this },
    );
    const ageAlarm = createAlarm(
      `${name}-iterator-age-alarm`,
      {
        description:
          "Records of the stream wait too long: their function fails, or cannot keep up.",
        section: "iterator-age",
        namespace: "AWS/Lambda",
        metricName: "IteratorAge",
        dimensions: { FunctionName: args.function.name },
        statistic: "Maximum",
        threshold: iteratorAgeAlarmMilliseconds,
        // A single peak heals by itself.
        evaluationPeriods: 3,
        topicArn: args.alarmTopicArn,
      },
      { parent: this },
    );
    this.alarmArns = [ageAlarm.arn];
    this.registerOutputs({});
  }
}

/** What Lambda does on a function's behalf to read a stream, and to tell what it gave up. */
export function streamConsumerStatements(
  table: ConnectionsTable,
  { queue }: FailureQueue,
): PolicyStatement[] {
  return [
    {
      actions: [
        "dynamodb:DescribeStream",
        "dynamodb:GetRecords",
        "dynamodb:GetShardIterator",
        "dynamodb:ListStreams",
      ],
      // As AWS's own policy for one table's stream (DynamoDB Developer Guide): ListStreams takes no single one.
      resources: [pulumi.interpolate`${table.arn}/stream/*`],
    },
    { actions: ["sqs:SendMessage"], resources: [queue.arn] },
  ];
}

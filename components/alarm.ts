import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";

/** Sections of docs/operations.md that say what to do when an alarm rings. */
export type OperationsSection =
  | "dead-letters"
  | "age-of-oldest-message"
  | "iterator-age"
  | "function-errors"
  | "function-throttles"
  | "integration-errors"
  | "presence-failures";

export interface AlarmArgs {
  /** What is wrong when it rings, as a sentence. */
  description: string;
  section: OperationsSection;
  /** The metric: of an AWS service, for instance `AWS/SQS`, by its exact dimensions. */
  namespace: string;
  metricName: string;
  dimensions: Record<string, pulumi.Input<string>>;
  /** How the values of a minute become one. */
  statistic: "Maximum" | "Sum";
  /** A minute is bad above this. */
  threshold: pulumi.Input<number>;
  /** Minutes that are looked at; 1 to 1440. */
  evaluationPeriods: number;
  /** Bad ones among them that make it ring. Default: all. */
  datapointsToAlarm?: number;
  /** The SNS topic that is told when the alarm rings, and when it is over. */
  topicArn: pulumi.Input<string>;
}

/**
 * An alarm by the minute that always tells somebody. A minute without a value is a good one: these
 * services send none when nothing happens.
 */
export function createAlarm(
  name: string,
  { description, section, topicArn, ...metric }: AlarmArgs,
  opts: pulumi.CustomResourceOptions,
): aws.cloudwatch.MetricAlarm {
  return new aws.cloudwatch.MetricAlarm(
    name,
    {
      ...metric,
      alarmDescription: `${description} What to do: docs/operations.md#${section}`,
      comparisonOperator: "GreaterThanThreshold",
      period: 60,
      treatMissingData: "notBreaching",
      alarmActions: [topicArn],
      okActions: [topicArn],
    },
    opts,
  );
}

/**
 * A topic for alarms, without subscribers. It is not encrypted by the AWS managed key: CloudWatch
 * may not use that one, and alarms would be lost (CloudWatch User Guide, "Notifying users on alarm changes").
 */
export function createAlarmTopic(name: string, parent: pulumi.Resource): pulumi.Output<string> {
  return new aws.sns.Topic(name, {}, { parent }).arn;
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { requireWholeNumber } from "./internal/validate.ts";

export interface FifoQueueArgs {
  /**
   * Timeout of the function that reads the queue, in seconds. Messages in hand stay invisible six
   * times as long (Lambda Developer Guide, "Configuring a queue to use with Lambda").
   */
  consumerTimeoutSeconds: number;
  /** After so many receives a message goes to the dead-letter queue; 1 to 1000. Default 10. */
  maximumReceives?: number;
  /** Where alarms are sent. None: the alarms exist and tell nobody. */
  alarmTopicArn?: pulumi.Input<string> | undefined;
  /** Alarm when the oldest message waits longer than this, in seconds. Default 120. */
  ageAlarmSeconds?: pulumi.Input<number>;
  /** Refuse to delete the queues. Default false. */
  protect?: boolean;
}

const defaultMaximumReceives = 10;
const defaultAgeAlarmSeconds = 120;
const daySeconds = 24 * 3600;
/** SQS's longest: a dead letter must outlive the weekend. */
const deadLetterRetentionSeconds = 14 * daySeconds;
const retentionSeconds = 4 * daySeconds;

/**
 * A FIFO queue of high throughput, one order per message group, with a FIFO dead-letter queue and
 * alarms: on any dead letter, and on the age of the oldest message.
 */
export class FifoQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly deadLetterName: pulumi.Output<string>;
  readonly deadLetterUrl: pulumi.Output<string>;

  constructor(name: string, args: FifoQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:FifoQueue", name, {}, opts);
    const instance = `FifoQueue "${name}"`;
    const maximumReceives = args.maximumReceives ?? defaultMaximumReceives;
    requireWholeNumber(instance, "consumerTimeoutSeconds", args.consumerTimeoutSeconds, [1, 900]);
    requireWholeNumber(instance, "maximumReceives", maximumReceives, [1, 1000]);

    const stateful = { parent: this, protect: args.protect ?? false };
    const deadLetters = new aws.sqs.Queue(
      `${name}-dead-letters`,
      {
        fifoQueue: true,
        sqsManagedSseEnabled: true,
        messageRetentionSeconds: deadLetterRetentionSeconds,
      },
      stateful,
    );
    const queue = new aws.sqs.Queue(
      `${name}-queue`,
      {
        fifoQueue: true,
        sqsManagedSseEnabled: true,
        // Both are needed for high throughput (SQS Developer Guide, "High throughput for FIFO queues").
        deduplicationScope: "messageGroup",
        fifoThroughputLimit: "perMessageGroupId",
        visibilityTimeoutSeconds: 6 * args.consumerTimeoutSeconds,
        messageRetentionSeconds: retentionSeconds,
        redrivePolicy: pulumi.jsonStringify({
          deadLetterTargetArn: deadLetters.arn,
          maxReceiveCount: maximumReceives,
        }),
      },
      stateful,
    );
    new aws.sqs.RedriveAllowPolicy(
      `${name}-dead-letters-source`,
      {
        queueUrl: deadLetters.url,
        redriveAllowPolicy: pulumi.jsonStringify({
          redrivePermission: "byQueue",
          sourceQueueArns: [queue.arn],
        }),
      },
      { parent: this },
    );
    const alarmActions = args.alarmTopicArn === undefined ? [] : [args.alarmTopicArn];
    new aws.cloudwatch.MetricAlarm(
      `${name}-dead-letters-alarm`,
      {
        alarmDescription: "Messages could not be delivered and lie in the dead-letter queue.",
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: deadLetters.name },
        statistic: "Maximum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: 0,
        period: 60,
        evaluationPeriods: 1,
        treatMissingData: "notBreaching",
        alarmActions,
      },
      { parent: this },
    );
    new aws.cloudwatch.MetricAlarm(
      `${name}-age-alarm`,
      {
        alarmDescription: "Messages wait too long: their consumer fails, or cannot keep up.",
        namespace: "AWS/SQS",
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
        comparisonOperator: "GreaterThanThreshold",
        threshold: args.ageAlarmSeconds ?? defaultAgeAlarmSeconds,
        period: 60,
        evaluationPeriods: 3,
        treatMissingData: "notBreaching",
        alarmActions,
      },
      { parent: this },
    );
    this.arn = queue.arn;
    this.name = queue.name;
    this.url = queue.url;
    this.deadLetterName = deadLetters.name;
    this.deadLetterUrl = deadLetters.url;
    this.registerOutputs({
      arn: this.arn,
      name: this.name,
      url: this.url,
      deadLetterName: this.deadLetterName,
      deadLetterUrl: this.deadLetterUrl,
    });
  }
}

import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import { createAlarm } from "./alarm.ts";
import { createFailureQueue } from "./failure-queue.ts";
import { requireWholeNumber } from "./internal/validate.ts";
import { requireTls } from "./queue-policy.ts";

export interface FifoQueueArgs {
  /**
   * Timeout of the function that reads the queue, in seconds. Messages in hand stay invisible six
   * times as long (Lambda Developer Guide, "Configuring a queue to use with Lambda").
   */
  consumerTimeoutSeconds: number;
  /** After so many receives a message goes to the dead-letter queue; 1 to 1000. Default 10. */
  maximumReceives?: number;
  /** How long a message is kept, in seconds; 60 to 1209600. Default 4 days. Changing it does not replace the queue. */
  retentionSeconds?: number;
  /** The SNS topic that alarms are sent to. */
  alarmTopicArn: pulumi.Input<string>;
  /** Alarm when the oldest message waits longer than this, in seconds. Default 120. */
  ageAlarmSeconds?: pulumi.Input<number>;
  /** Refuse to delete the queues. Default false. */
  protect?: boolean;
}

const defaultMaximumReceives = 10;
/** A message is late after a second or two; this long it waits only behind retries. */
const defaultAgeAlarmSeconds = 120;
const defaultRetentionSeconds = 4 * 24 * 3600;

/**
 * A FIFO queue of high throughput, one order per message group, with a FIFO dead-letter queue and
 * alarms: on any dead letter, and on the age of the oldest message. Both take calls by TLS only.
 */
export class FifoQueue extends pulumi.ComponentResource {
  readonly arn: pulumi.Output<string>;
  readonly name: pulumi.Output<string>;
  readonly url: pulumi.Output<string>;
  readonly deadLetterName: pulumi.Output<string>;
  readonly deadLetterUrl: pulumi.Output<string>;
  readonly alarmArns: pulumi.Output<string>[];

  constructor(name: string, args: FifoQueueArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:FifoQueue", name, {}, opts);
    const instance = `FifoQueue "${name}"`;
    const maximumReceives = args.maximumReceives ?? defaultMaximumReceives;
    const retentionSeconds = args.retentionSeconds ?? defaultRetentionSeconds;
    requireWholeNumber(instance, "consumerTimeoutSeconds", args.consumerTimeoutSeconds, [1, 900]);
    requireWholeNumber(instance, "retentionSeconds", retentionSeconds, [60, 1_209_600]);
    requireWholeNumber(instance, "maximumReceives", maximumReceives, [1, 1000]);

    const protect = args.protect ?? false;
    const { queue: deadLetters, alarm: deadLettersAlarm } = createFailureQueue(
      `${name}-dead-letters`,
      {
        fifo: true,
        alarm: {
          description: "Messages could not be delivered and lie in the dead-letter queue.",
          section: "dead-letters",
          topicArn: args.alarmTopicArn,
        },
        protect,
      },
      this,
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
      { parent: this, protect },
    );
    requireTls(`${name}-queue-policy`, queue, { parent: this });
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
    const ageAlarm = createAlarm(
      `${name}-age-alarm`,
      {
        description: "Messages wait too long: their consumer fails, or cannot keep up.",
        section: "age-of-oldest-message",
        namespace: "AWS/SQS",
        metricName: "ApproximateAgeOfOldestMessage",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
        threshold: args.ageAlarmSeconds ?? defaultAgeAlarmSeconds,
        // A single peak heals by itself.
        evaluationPeriods: 3,
        topicArn: args.alarmTopicArn,
      },
      { parent: this },
    );
    this.arn = queue.arn;
    this.name = queue.name;
    this.url = queue.url;
    this.deadLetterName = deadLetters.name;
    this.deadLetterUrl = deadLetters.url;
    this.alarmArns = [deadLettersAlarm.arn, ageAlarm.arn];
    this.registerOutputs({
      arn: this.arn,
      name: this.name,
      url: this.url,
      deadLetterName: this.deadLetterName,
      deadLetterUrl: this.deadLetterUrl,
    });
  }
}

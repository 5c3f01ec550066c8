import * as aws from "@pulumi/aws";
import type * as pulumi from "@pulumi/pulumi";
import { type AlarmArgs, createAlarm } from "./alarm.ts";
import { requireTls } from "./queue-policy.ts";

export interface FailureQueueArgs {
  /** As its source: a FIFO queue has a FIFO dead-letter queue, a stream's failures go to a standard one. */
  fifo: boolean;
  /** What the first message in it means. */
  alarm: Pick<AlarmArgs, "description" | "section" | "topicArn">;
  /** Refuse to delete the queue. */
  protect: boolean;
}

export interface FailureQueue {
  queue: aws.sqs.Queue;
  alarm: aws.cloudwatch.MetricAlarm;
}

/** SQS's longest, 14 days: a failure must outlive the weekend and a holiday. */
const retentionSeconds = 14 * 24 * 3600;

/**
 * Where lies what could not be processed, until a person has looked at it: encrypted, by TLS only,
 * with an alarm at the first message.
 */
export function createFailureQueue(
  name: string,
  { fifo, alarm, protect }: FailureQueueArgs,
  parent: pulumi.Resource,
): FailureQueue {
  const queue = new aws.sqs.Queue(
    name,
    {
      ...(fifo ? { fifoQueue: true } : {}),
      sqsManagedSseEnabled: true,
      messageRetentionSeconds: retentionSeconds,
    },
    { parent, protect },
  );
  requireTls(`${name}-policy`, queue, { parent });
  return {
    queue,
    alarm: createAlarm(
      `${name}-alarm`,
      {
        ...alarm,
        namespace: "AWS/SQS",
        metricName: "ApproximateNumberOfMessagesVisible",
        dimensions: { QueueName: queue.name },
        statistic: "Maximum",
        // Each one is a promise that was broken.
        threshold: 0,
        evaluationPeriods: 1,
      },
      { parent },
    ),
  };
}

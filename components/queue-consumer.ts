import * as aws from "@pulumi/aws";
import * as pulumi from "@pulumi/pulumi";
import type { FifoQueue } from "./fifo-queue.ts";
import { requireWholeNumber } from "./internal/validate.ts";
import type { LambdaFunction } from "./lambda-function.ts";
import type { PolicyStatement } from "./service-role.ts";

export interface QueueConsumerArgs {
  queue: FifoQueue;
  /** Its role needs {@link queueConsumerStatement}. */
  function: LambdaFunction;
  /** Records that are handed over at once, 1 to 10: the most that Lambda takes from a FIFO queue. Default 10. */
  batchSize?: number;
  /** Invocations at once, 2 to 1000. No function has reserved concurrency: this is what bounds it. */
  maximumConcurrency: number;
}

const defaultBatchSize = 10;

/** Lets a function read a FIFO queue: its records fail one by one. */
export class QueueConsumer extends pulumi.ComponentResource {
  constructor(name: string, args: QueueConsumerArgs, opts?: pulumi.ComponentResourceOptions) {
    super("roomcast:index:QueueConsumer", name, {}, opts);
    const instance = `QueueConsumer "${name}"`;
    const batchSize = args.batchSize ?? defaultBatchSize;
    requireWholeNumber(instance, "batchSize", batchSize, [1, 10]);
    requireWholeNumber(instance, "maximumConcurrency", args.maximumConcurrency, [2, 1000]);
    new aws.lambda.EventSourceMapping(
      `${name}-mapping`,
      {
        eventSourceArn: args.queue.arn,
        functionName: args.function.arn,
        batchSize,
        functionResponseTypes: ["ReportBatchItemFailures"],
        scalingConfig: { maximumConcurrency: args.maximumConcurrency },
      },
      { parent: this },
    );
    this.registerOutputs({});
  }
}

/** What Lambda does on a function's behalf to read a queue, and the function itself to postpone a record. */
export function queueConsumerStatement(queue: FifoQueue): PolicyStatement {
  return {
    actions: [
      "sqs:ReceiveMessage",
      "sqs:DeleteMessage",
      "sqs:GetQueueAttributes",
      "sqs:ChangeMessageVisibility",
    ],
    resources: [queue.arn],
  };
}
